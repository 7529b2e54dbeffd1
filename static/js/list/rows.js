// @ts-check
// The rows of the list: the one that has the focus is the current one. Keys act on it, and it is edited in its place.
import { byId, find, findAll, on, onSwap } from "../dom.js";
import { isTaken } from "../palette.js";
import { showProblems } from "../toasts.js";
import { showPicked } from "./selection.js";

const rows = () => findAll(".products tbody tr");
/** @type {string | null} */
let current = null; // id of the row that had the focus last

const rowNow = () => document.activeElement?.closest?.(".products tbody tr") ?? (current && byId(current));
const focusOn = (/** @type {ParentNode} */ row) => find(".sku, input:not([type=checkbox])", row)?.focus();

on("focusin", (event) => {
  const row = event.target.closest?.(".products tbody tr");
  if (row) current = row.id;
});

/** @param {number} step */
function go(step) {
  const list = rows();
  const at = list.indexOf(rowNow());
  const next = at < 0 ? list[step > 0 ? 0 : list.length - 1] : list[at + step];
  if (!next) return;
  focusOn(next);
  next.scrollIntoView({ block: "nearest" });
}

/** @type {Record<string, (row: any) => void>} */
const ROW_KEYS = {
  j: () => go(1),
  k: () => go(-1),
  x: (row) => find('[name="ids"]', row)?.click(),
  X: (row) => find('[name="ids"]', row)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })),
  e: (row) => find("[data-edit]", row)?.click(),
};
on("keydown", (event) => {
  if (isTaken(event) || !Object.hasOwn(ROW_KEYS, event.key)) return;
  const row = rowNow();
  if (!row && !"jk".includes(event.key)) return;
  event.preventDefault();
  ROW_KEYS[event.key](row);
});

// ---- editing in the row ----

/** @type {string | null} */
let wanted = null; // class of the cell that was double-clicked
let wasPicked = false;

on("dblclick", (event) => {
  if (event.target.closest("a, button, input, textarea, .cell-pick")) return;
  const cell = event.target.closest(".products tbody td");
  const edit = cell && find("[data-edit]", cell.closest("tr"));
  if (!edit) return;
  getSelection()?.removeAllRanges();
  wanted = cell.classList[0];
  edit.click();
});
on("keydown", (event) => {
  const row = event.key === "Escape" && event.target.closest?.("[data-editing]");
  if (row) find("[data-cancel-edit]", row).click();
});
on("keydown", (event) => {
  const area = event.target.matches?.("[data-editing] textarea") && event.target;
  if (!area || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  area.form.requestSubmit();
});

const isRow = (/** @type {any} */ element) => element?.matches?.(".products tbody tr");
on("htmx:before:swap", ({ detail: { ctx } }) => {
  if (isRow(ctx.target)) wasPicked = find('[name="ids"]', ctx.target)?.checked ?? false;
});

// The new row is selected as the old one was, and the focus is where one would go on.
onSwap((ctx) => {
  const row = ctx.target?.tagName === "TR" && byId(ctx.target.id);
  if (!row) return;
  const box = find('[name="ids"]', row);
  if (box) box.checked = wasPicked;
  showPicked();
  if ("editing" in row.dataset) focusInForm(row);
  else if (document.activeElement === document.body) focusOn(row);
});

/** @param {HTMLElement} row */
function focusInForm(row) {
  if (find("[data-problems]", row)) {
    showProblems(row);
    return;
  }
  const fields = ":is(input:not([type=checkbox]), textarea)";
  const start = (wanted && find(`.${wanted} ${fields}`, row)) ?? find("[aria-invalid]", row) ?? find(".cell-name input", row);
  wanted = null;
  start.focus();
  start.setSelectionRange(start.value.length, start.value.length);
}
