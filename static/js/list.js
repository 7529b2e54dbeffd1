// The product list: what a new list must not disturb, trouble on the way, the selection, and its keys.
// Everything listens on the document, so that what htmx swaps in works at once.

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const changesTheList = (ctx) => ctx?.target?.id === "products";

// ---- a new list ----

// People open and close these; what the server thinks of it is only a beginning.
htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && element.matches("details")),
});

// A radio button that was clicked goes by its property: tell it what the new list was made for.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!changesTheList(ctx) || ctx.response.status >= 400) return;
  for (const radio of findAll("#active-filter input")) radio.checked = radio.defaultChecked;
  find("#trouble").hidden = true;
  showPicked();
});

// Typing one search is one step of the history, not one for each pause of the fingers.
let typing = false;
document.addEventListener("htmx:before:history:update", ({ detail: { history, sourceElement } }) => {
  if (sourceElement?.id !== "find") typing = false;
  else if (typing) history.type = "replace";
  else typing = find("#find").contains(document.activeElement);
});
document.addEventListener("focusout", (event) => { if (event.target.closest?.("#find")) typing = false; });

// A hidden tab does not ask for news.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id === "news" && document.hidden) event.preventDefault();
});

// ---- trouble ----

let failed = null;

/** The list could not be fetched: say so above it, and keep what there is. */
function trouble({ detail: { ctx } }) {
  if (!changesTheList(ctx)) return;
  failed = { source: ctx.sourceElement, path: ctx.request.action };
  find("[data-trouble-words]").textContent = ctx.response ? `The server answered with error ${ctx.response.status}.` : "There is no connection to the server.";
  find("#trouble").hidden = false;
  find("#trouble").scrollIntoView({ block: "nearest" });
}
document.addEventListener("htmx:response:error", trouble);
document.addEventListener("htmx:error", trouble);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-retry]") || !failed) return;
  const { source, path } = failed;
  const from = source.isConnected ? source : find("#find");
  if (from) htmx.ajax("GET", path, { source: from });
  else location.assign(path);
});

// ---- selection ----

const boxes = () => findAll('.products [name="ids"]');
const picked = () => boxes().filter((box) => box.checked);
const everything = () => find("[data-all]");
const number = (count) => count.toLocaleString("en");
const productsInWords = (count) => `${number(count)} ${count === 1 ? "product" : "products"}`;
let last = null; // the checkbox that was pressed last: Shift goes from there

/** How many products match, if that was counted. */
function matches() {
  const found = find("#found")?.dataset.matches || find("#bulk")?.dataset.total;
  return found ? Number(found) : null;
}

/** The bar below, the box above and the dialogs say what is selected. */
function showPicked() {
  const form = find("#bulk");
  if (!form) return;
  const all = everything();
  const some = picked().length;
  const every = some > 0 && some === boxes().length;
  if (!every) all.disabled = true;
  const count = all.disabled ? some : matches();
  form.toggleAttribute("data-on", some > 0);
  find("[data-picked]").textContent = `${number(count)} selected`;
  const more = find("[data-pick-matches]");
  more.hidden = !(every && form.dataset.more && all.disabled);
  more.textContent = matches() === null ? "Select all that match" : `Select all ${number(matches())} that match`;
  const head = find("[data-pick-all]");
  head.checked = every;
  head.indeterminate = some > 0 && !every;
  for (const words of findAll("[data-picked-count]")) words.textContent = productsInWords(count);
}

function pickAll(yes) {
  for (const box of boxes()) box.checked = yes;
  everything().disabled = true;
  showPicked();
}

/** From the box pressed before to this one, as this one is now. */
function pickRange(to) {
  const list = boxes();
  const [from, until] = [list.indexOf(last), list.indexOf(to)].sort((a, b) => a - b);
  if (from >= 0) for (const box of list.slice(from, until + 1)) box.checked = to.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest('.products [name="ids"]');
  if (!box) return;
  if (event.shiftKey) pickRange(box);
  last = box;
  showPicked();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) pickAll(event.target.checked);
});

/** All that match, not only those on this page; an estimate is counted first. */
async function pickMatches(button) {
  if (matches() === null) {
    button.disabled = true;
    await htmx.ajax("GET", find("#bulk").dataset.countUrl, { target: "#found", swap: "outerHTML" });
    button.disabled = false;
  }
  if (matches() === null) return; // the count failed, and said so
  everything().disabled = false;
  showPicked();
  find("[data-pick-none]").focus();
}

/** What is selected, as a file. */
function exportPicked() {
  const { export: path, query } = find("#bulk").dataset;
  const ids = new URLSearchParams(picked().map((box) => ["ids", box.value]));
  location.assign(`${path}?${everything().disabled ? ids : query}`);
}

const BUTTONS = {
  "[data-pick-matches]": pickMatches,
  "[data-pick-none]": () => pickAll(false),
  "[data-export-picked]": exportPicked,
  "[data-density-toggle]": toggleDensity,
};
document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(BUTTONS)) {
    const button = event.target.closest(selector);
    if (button) act(button);
  }
});
addEventListener("pageshow", showPicked); // the browser may have kept checkmarks

function toggleDensity() {
  const dense = document.documentElement.classList.toggle("dense");
  try { localStorage.setItem("density", dense ? "dense" : "comfortable"); } catch { /* lasts as long as the page */ }
}

// ---- setting a field ----

const setDialog = find("#set-dialog"); // these are only there for those who may write
const setField = find("#set-field");
const setKey = find("#set-key");

/** An attribute needs its name. */
function showKey() {
  const isAttribute = setField.value === "attribute";
  find("[data-set-key]").hidden = !isAttribute;
  setKey.disabled = !isAttribute;
  setKey.required = isAttribute;
}
setField?.addEventListener("change", showKey);
setDialog?.addEventListener("opened", () => {
  find("[data-set]").disabled = false;
  showKey();
  setField.focus();
});
setDialog?.addEventListener("close", () => { find("[data-set]").disabled = true; });

// ---- rows: the current one has the focus ----

const rows = () => findAll(".products tbody tr");
let current = null; // id of the row that had the focus last

const rowNow = () => document.activeElement?.closest?.(".products tbody tr") ?? (current && document.getElementById(current));
const focusOn = (row) => find(".sku, input:not([type=checkbox])", row)?.focus();

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".products tbody tr");
  if (row) current = row.id;
});

function go(step) {
  const list = rows();
  const at = list.indexOf(rowNow());
  const next = at < 0 ? list[step > 0 ? 0 : list.length - 1] : list[at + step];
  if (!next) return;
  focusOn(next);
  next.scrollIntoView({ block: "nearest" });
}

const ROW_KEYS = {
  j: () => go(1),
  k: () => go(-1),
  x: (row) => find('[name="ids"]', row)?.click(),
  X: (row) => find('[name="ids"]', row)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })),
  e: (row) => find("[data-edit]", row)?.click(),
};
document.addEventListener("keydown", (event) => {
  if (isTaken(event) || !Object.hasOwn(ROW_KEYS, event.key)) return;
  const row = rowNow();
  if (!row && !"jk".includes(event.key)) return;
  event.preventDefault();
  ROW_KEYS[event.key](row);
});

// ---- editing in the row ----

let wanted = null; // class of the cell that was double-clicked
let wasPicked = false;

document.addEventListener("dblclick", (event) => {
  if (event.target.closest("a, button, input, textarea, .cell-pick")) return;
  const cell = event.target.closest(".products tbody td");
  const edit = cell?.closest("tr").querySelector("[data-edit]");
  if (!edit) return;
  getSelection().removeAllRanges();
  wanted = cell.classList[0];
  edit.click();
});
document.addEventListener("keydown", (event) => {
  const row = event.key === "Escape" && event.target.closest?.("[data-editing]");
  if (row) find("[data-cancel-edit]", row).click();
});
document.addEventListener("keydown", (event) => {
  const area = event.target.matches?.("[data-editing] textarea") && event.target;
  if (!area || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  area.form.requestSubmit();
});

const isRow = (element) => element?.matches?.(".products tbody tr");
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (isRow(ctx.target)) wasPicked = find('[name="ids"]', ctx.target)?.checked ?? false;
});

/** The new row is selected as the old one was, and the focus is where one would go on. */
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const row = ctx.target?.tagName === "TR" && document.getElementById(ctx.target.id);
  if (!row) return;
  const box = find('[name="ids"]', row);
  if (box) box.checked = wasPicked;
  showPicked();
  if ("editing" in row.dataset) focusInForm(row);
  else if (document.activeElement === document.body) focusOn(row);
});

function focusInForm(row) {
  if (find("[data-problems]", row)) return showProblems(row);
  const fields = ":is(input:not([type=checkbox]), textarea)";
  const start = (wanted && find(`.${wanted} ${fields}`, row)) ?? find("[aria-invalid]", row) ?? find(".cell-name input", row);
  wanted = null;
  start.focus();
  return start.setSelectionRange(start.value.length, start.value.length);
}
showPicked();
