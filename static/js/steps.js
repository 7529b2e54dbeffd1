// @ts-check
// The steps of an import: what a person types while an answer is on its way is not overwritten by it.
import { byId, find, findAll, on, onSwap } from "./dom.js";

/** What is unfolded stays so. @type {string[]} */
let open = [];
let focused = ""; // the control that was used: its column may go to another table
onSwap(() => {
  for (const id of open.splice(0)) if (byId(id)) byId(id).open = true;
  const isLost = document.activeElement === document.body || !document.activeElement?.checkVisibility();
  const control = focused && isLost ? byId(focused) : null;
  focused = "";
  if (control) (control.checkVisibility() ? control : find("summary", control.closest("details"))).focus();
});

/** @param {Iterable<[string, any]>} fields */
const written = (fields) => JSON.stringify([...fields].filter(([, value]) => typeof value === "string"));

// An answer to choices that have changed since is not shown; the new ones are asked about instead.
on("htmx:before:swap", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  const form = sourceElement?.closest?.("form.step");
  const sent = request?.body;
  if (!form || !sent?.[Symbol.iterator]) return;
  if (written(sent) === written(new FormData(form))) {
    open = findAll("details[open][id]", form).map((part) => part.id);
    focused = document.activeElement?.id ?? "";
    return;
  }
  event.preventDefault();
  sourceElement.dispatchEvent(new Event("change", { bubbles: true }));
});

// Enter in the name of a template saves it; elsewhere it draws the step again.
on("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches(".foot-save input")) return;
  event.preventDefault();
  find("button", event.target.closest(".foot-save")).click();
});
