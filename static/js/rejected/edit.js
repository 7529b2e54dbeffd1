// @ts-check
// The one cell that is typed in: a text field over it, kept at every key, checked a moment later.
import { placeOf, rowAt, textOf } from "./cells.js";
import { check, discard, draft, endCheck, write } from "./keep.js";

/** @type {any} */
let field = null;

export const isOpen = () => field !== null;

/** Type in a cell. `text` replaces what it says; a long text is edited in the form of its row. @param {any} cell @param {string} [text] */
export function open(cell, text) {
  if ("long" in cell.dataset) return;
  cell.dataset.text = cell.textContent;
  field = document.createElement("textarea");
  field.className = "grid-field";
  field.rows = 1;
  field.value = text ?? cell.textContent;
  field.setAttribute("aria-label", cell.dataset.label ?? "");
  field.setAttribute("aria-describedby", "grid-reason");
  field.spellcheck = false;
  cell.replaceChildren(field);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  grow();
  if (text !== undefined) typed();
  field.addEventListener("input", typed);
  field.addEventListener("blur", () => close(true));
}

/** As high as its lines need. */
function grow() {
  field.style.setProperty("--lines", String(Math.min(8, field.value.split("\n").length)));
}

function typed() {
  const place = placeOf(field.parentElement);
  grow();
  draft(rowAt(place), place.c, field.value);
  check(rowAt(place), place.c, field.value);
}

/** Type a new line into the cell. */
export function newLine() {
  field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
  typed();
}

/** Leave the cell, with what was typed or without. @param {boolean} keep */
export function close(keep) {
  if (!field) return;
  const [cell, text] = [field.parentElement, field.value];
  const place = placeOf(cell);
  const before = textOf(cell);
  field = null;
  endCheck();
  delete cell.dataset.text;
  cell.replaceChildren(keep ? text : before);
  if (keep && text !== before) return write({ [rowAt(place)]: { [place.c]: text } });
  discard(rowAt(place), place.c);
  if (text !== before) check(rowAt(place), place.c, before);
}
