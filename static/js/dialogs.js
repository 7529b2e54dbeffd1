// @ts-check
// Dialogs: opened by a button, asking before a form is sent, or holding a page that has an address of its own.
import { byId, find, findAll, on, onClick, onSwap } from "./dom.js";

/** Show a dialog, and tell it: browsers have no event of their own for that yet. @param {string} id */
export function openDialog(id) {
  const dialog = byId(id);
  dialog.showModal();
  dialog.append(byId("toasts")); // a message beside a dialog would lie below it
  dialog.dispatchEvent(new Event("opened"));
}

/** Close all; none of them goes back in the history. */
export function closeDialogs() {
  for (const dialog of findAll("dialog[open]")) {
    delete dialog.dataset.path;
    dialog.close();
  }
}

on("close", () => (findAll("dialog[open]").at(-1) ?? document.body).append(byId("toasts")), true); // this event does not bubble
onClick("[data-dialog-close]", (button) => button.closest("dialog").close());

// A button with data-open shows its dialog; when it is a form's button too, the dialog asks before that is sent.
onClick("[data-open]", (button, event) => {
  event.preventDefault();
  openDialog(button.dataset.open);
});

// A click beside a dialog closes it; not the second of the double click that opened it.
onClick("dialog[open]", (dialog, event) => {
  if (event.detail > 1) return;
  const box = dialog.getBoundingClientRect();
  const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (event.target === dialog && beside) dialog.close();
});

// ---- a form with data-confirm opens its dialog first; the dialog's button sends it ----

on("submit", (event) => {
  const form = event.target;
  const dialog = byId(form.dataset.confirm ?? "");
  if (!dialog || form.dataset.confirmed) return;
  event.preventDefault();
  dialog.dataset.asks = form.id;
  openDialog(dialog.id);
});
onClick("[data-dialog-confirm]", (button, event) => {
  if (event.detail > 1) return; // that is too soon to have read the question
  const dialog = button.closest("dialog");
  const form = byId(dialog.dataset.asks);
  dialog.close();
  if (!form) return; // the import ended while we asked
  form.dataset.confirmed = "yes";
  form.requestSubmit();
});

// ---- a page in a dialog: closing it goes back, and going back closes it; what is below it stays as it is ----

let closing = false;
onSwap((ctx) => {
  const title = ctx.sourceElement?.dataset?.dialogTitle;
  const dialog = byId("dialog");
  if (!title || ctx.target?.id !== "dialog-content" || ctx.response.status >= 400 || dialog.open) return;
  byId("dialog-title").textContent = title;
  dialog.dataset.path = location.pathname;
  openDialog("dialog");
  find("#dialog-content :is(input:not([type=hidden]), textarea)", dialog)?.focus();
});
on("close", ({ target }) => {
  if (target.id !== "dialog") return;
  byId("dialog-content").replaceChildren();
  closing = target.dataset.path === location.pathname;
  if (closing) history.back();
}, true);
on("htmx:before:history:restore", (event) => {
  const dialog = find("#dialog[open]");
  if (!closing && !dialog) return;
  event.preventDefault();
  closing = false;
  dialog?.close();
});
