// @ts-check
// Forms: sent once, links to what is wrong in them, and the attributes of a product.
// dialogs.js listens first: a form that asks is not on its way yet.
import "./dialogs.js";
import { byId, find, findAll, on, onClick, onSwap } from "./dom.js";

// A form that posts is sent once, however often its button is pressed; and then it asks nothing more.
on("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.gone) event.preventDefault();
  form.dataset.gone = "yes";
});
on("htmx:before:request", (event) => { if (event.target.dataset?.gone) event.preventDefault(); });
addEventListener("pageshow", () => { for (const form of findAll("form[data-gone]")) delete form.dataset.gone; });

// A link to a field of a form goes to its control, whatever it is.
onClick("[data-problems] a[href^='#']", (link, event) => {
  const field = byId(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? (find("input, select, textarea", field) ?? field) : field).focus();
});

// ---- attributes of a product: the name of one that it has opens for typing by a button alone ----

function lockNames() {
  for (const name of findAll("[data-locked]")) {
    name.readOnly = true;
    delete name.dataset.locked;
  }
}
lockNames();
onSwap(lockNames);

onClick("[data-rename-attribute]", (button) => {
  const name = find('[name="key"]', button.closest(".pair"));
  name.readOnly = false;
  name.select();
  button.remove();
});
onClick("[data-remove-attribute]", (button) => {
  const pair = button.closest(".pair");
  const next = find("[data-add-attribute]", pair.closest("[data-attributes]"));
  pair.remove();
  next.focus();
});
onClick("[data-add-attribute]", (button) => {
  const rows = button.closest("[data-attributes]");
  const row = find("[data-attribute-row]", rows).content.cloneNode(true);
  const name = find('[name="key"]', row);
  find("template", rows).before(row);
  name.focus();
});
