// @ts-check
// Messages in the corner of the page, and where the focus goes when a save failed.
import { byId, find, findAll, on, onClick, onSwap } from "./dom.js";

/** @type {Record<string, number>} */
const STAY_MS = { success: 7000, info: 7000, undo: 12_000 }; // an error stays until it is dismissed

/** A message goes by itself after a while; not under the pointer or the focus. @param {HTMLElement} toast */
function remove(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(remove, 1500, toast);
  else toast.remove();
}

/** Start the time of every message that is new. */
function timeToasts() {
  for (const toast of findAll("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "";
    const stay = STAY_MS[toast.dataset.toast];
    if (stay) setTimeout(remove, stay, toast);
  }
}

/** What did not work, in the corner of the page. @param {string} words */
export function complain(words) {
  const toast = byId("trouble-toast").content.cloneNode(true);
  find("p", toast).textContent = words;
  byId("toasts").append(toast);
}

/** After a save that failed the focus is on what says so, wherever the page was scrolled to. @param {ParentNode} root */
export function showProblems(root) {
  const message = find("[data-problems]", root) ?? find('[data-toast="error"]', root);
  if (!message) return;
  message.tabIndex = -1;
  message.focus();
  message.scrollIntoView({ block: "nearest" });
}

/** The number under which the server's log knows this answer. @param {Response} response */
function idOf(response) {
  const id = response.headers?.get?.("X-Request-ID");
  return id ? ` as ${id}` : "";
}

/** An answer that was not swapped in would be silence. The product list has a panel of its own; polling tries again. @param {any} event */
function notHeard({ detail: { ctx } }) {
  if (!ctx || ctx.target?.id === "products" || ctx.sourceEvent?.type === "every" || ctx.response?.status < 500) return;
  complain(ctx.response ? `The request failed. The error was logged${idOf(ctx.response)}. Try again.` : "The connection was lost. Reload the page to see whether anything was changed.");
}

timeToasts();
showProblems(document);
onSwap((ctx) => {
  timeToasts();
  if ([409, 422].includes(ctx.response?.status)) showProblems(byId(ctx.target?.id) ?? document);
});
onClick("[data-toast-close]", (button) => button.closest("[data-toast]").remove());
on("htmx:response:error", notHeard);
on("htmx:error", notHeard);
