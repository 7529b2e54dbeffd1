// @ts-check
// The buttons of the first look: an answer sets the controls that it names, as if by hand.
import { find, on, onClick } from "./dom.js";

onClick("[data-answer]", (button, event) => {
  event.preventDefault();
  const form = button.form;
  /** @type {any} */
  let last = null;
  for (const [name, value] of Object.entries(JSON.parse(button.value))) last = set(form, name, String(value)) ?? last;
  last?.dispatchEvent(new Event("change", { bubbles: true }));
});

/** Set a control of a form; one that is not shown now is added. @param {HTMLFormElement} form @param {string} name @param {string} value */
function set(form, name, value) {
  const control = find(`[name="${name}"]`, form) ?? added(form, name);
  if (control.matches("select") && ![...control.options].some((option) => option.value === value)) control.add(new Option(value, value));
  control.value = value;
  return control;
}

/** @param {HTMLFormElement} form @param {string} name */
function added(form, name) {
  const control = Object.assign(document.createElement("input"), { type: "hidden", name });
  find("[data-look]", form).append(control);
  return control;
}

// To say that an import is wanted although rows are rejected changes nothing that is seen.
on("change", (event) => { if (event.target.name === "anyway") event.stopPropagation(); }, true);
