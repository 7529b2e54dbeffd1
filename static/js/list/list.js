// @ts-check
// The product list: what a new list must not disturb, and trouble on the way. The selection, setting a field, the keys of
// rows and editing in them have modules of their own.
import { find, findAll, on, onClick, onSwap } from "../dom.js";
import { showPicked } from "./selection.js";
import "./rows.js";
import "./set_field.js";

const changesTheList = (/** @type {any} */ ctx) => ctx?.target?.id === "products";

// People open and close these; what the server thinks of it is only a beginning.
htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (/** @type {HTMLElement} */ element, /** @type {any} */ { attrName }) => !(attrName === "open" && element.matches("details")),
});

// A radio button that was clicked goes by its property: tell it what the new list was made for.
onSwap((ctx) => {
  if (!changesTheList(ctx) || ctx.response.status >= 400) return;
  for (const radio of findAll("#active-filter input")) radio.checked = radio.defaultChecked;
  find("#trouble").hidden = true;
  showPicked();
});

// Typing one search is one step of the history, not one for each pause of the fingers.
let typing = false;
on("htmx:before:history:update", ({ detail: { history, sourceElement } }) => {
  if (sourceElement?.id !== "find") typing = false;
  else if (typing) history.type = "replace";
  else typing = find("#find").contains(document.activeElement);
});
on("focusout", (event) => { if (event.target.closest?.("#find")) typing = false; });

// A hidden tab does not ask for news.
on("htmx:before:request", (event) => { if (event.target.id === "news" && document.hidden) event.preventDefault(); });

onClick("[data-density-toggle]", () => {
  const dense = document.documentElement.classList.toggle("dense");
  try { localStorage.setItem("density", dense ? "dense" : "comfortable"); } catch { /* lasts as long as the page */ }
});

// ---- trouble ----

/** @type {{source: any, path: string} | null} */
let failed = null;

/** The list could not be fetched: say so above it, and keep what there is. @param {any} event */
function trouble({ detail: { ctx } }) {
  if (!changesTheList(ctx)) return;
  failed = { source: ctx.sourceElement, path: ctx.request.action };
  find("[data-trouble-words]").textContent = ctx.response ? `The server responded with error ${ctx.response.status}.` : "There is no connection to the server.";
  find("#trouble").hidden = false;
  find("#trouble").scrollIntoView({ block: "nearest" });
}
on("htmx:response:error", trouble);
on("htmx:error", trouble);

onClick("[data-retry]", () => {
  if (!failed) return;
  const { source, path } = failed;
  const from = source.isConnected ? source : find("#find");
  if (from) htmx.ajax("GET", path, { source: from });
  else location.assign(path);
});
