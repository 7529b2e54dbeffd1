// @ts-check
// Rejected rows are fixed as in a spreadsheet: arrows, Tab and Enter move, typing or F2 edits, Escape takes back, Ctrl-C, Ctrl-V and
// Ctrl-Z work with one cell or many. Without this script each row has its form.
import { byId, find, findAll, on, onSwap } from "../dom.js";
import { cellAt, describe, height, inside, placeOf, read, rowAt, select, table, textOf, width, within, written } from "./cells.js";
import * as editor from "./edit.js";
import { redo, restore, say, undo, write, writeBelow } from "./keep.js";

/** @typedef {import("./cells.js").Place} Place */

/** @type {Place} */ let active = { r: 0, c: 0 };
/** @type {Place} */ let corner = active; // the other end of what is selected
let leaves = false; // after Escape, Tab goes on behind the grid

const isHere = () => table() && (document.activeElement?.closest("#grid") === table());

/** Go to a cell; `extend` selects up to it. @param {Place} to @param {boolean} [extend] */
function go(to, extend = false) {
  const place = within(to);
  corner = place;
  if (!extend) {
    cellAt(active)?.setAttribute("tabindex", "-1");
    active = place;
    cellAt(active).setAttribute("tabindex", "0");
  }
  select(active, corner);
  describe(extend ? corner : active);
  const cell = cellAt(corner);
  if (!extend) cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** @type {Record<string, (place: Place, far: boolean) => Place>} */
const MOVES = {
  ArrowUp: ({ r, c }, far) => ({ r: far ? 0 : r - 1, c }),
  ArrowDown: ({ r, c }, far) => ({ r: far ? height() : r + 1, c }),
  ArrowLeft: ({ r, c }, far) => ({ r, c: far ? 0 : c - 1 }),
  ArrowRight: ({ r, c }, far) => ({ r, c: far ? width() : c + 1 }),
  Home: ({ r }, far) => ({ r: far ? 0 : r, c: 0 }),
  End: ({ r }, far) => ({ r: far ? height() : r, c: width() }),
  PageUp: ({ r, c }) => ({ r: r - 10, c }),
  PageDown: ({ r, c }) => ({ r: r + 10, c }),
};

/** The next cell by Tab, through the rows; null at the ends of the page. @param {number} step @returns {Place | null} */
function beside(step) {
  const at = active.r * width() + active.c + step;
  return at < 0 || at >= width() * height() ? null : { r: Math.floor(at / width()), c: at % width() };
}

/** @param {any} event */
function tab(event) {
  editor.close(true);
  const next = leaves ? null : beside(event.shiftKey ? -1 : 1);
  leaves = false;
  if (!next) return cellAt(active).focus(); // the browser goes on from here
  event.preventDefault();
  go(next);
}

/** Keys of the field that is typed in. @param {any} event */
function keyInField(event) {
  if (event.key === "Enter" && event.altKey) editor.newLine();
  else if (event.key === "Enter") {
    editor.close(true);
    go({ r: active.r + (event.shiftKey ? -1 : 1), c: active.c });
  } else if (event.key === "Escape") {
    editor.close(false);
    go(active);
  } else return;
  event.preventDefault();
}

function all() {
  go({ r: 0, c: 0 });
  go({ r: height(), c: width() }, true);
}

function escape() {
  leaves = true;
  say("Press Tab to leave the grid.");
}

const edit = () => editor.open(cellAt(active));
const clear = () => fill("");

/** @type {Record<string, (shift: boolean) => void>} */
const KEYS = { Enter: edit, F2: edit, Delete: clear, Backspace: clear, Escape: escape };
/** @type {Record<string, (shift: boolean) => void>} */
const COMMANDS = { z: (shift) => (shift ? redo() : undo()), y: redo, a: all };

/** @param {any} event */
function keyInGrid(event) {
  const { key, altKey, shiftKey } = event;
  const command = event.ctrlKey || event.metaKey;
  const act = command ? COMMANDS[key.toLowerCase()] : KEYS[key];
  if (MOVES[key]) go(MOVES[key](shiftKey ? corner : active, command), shiftKey);
  else if (act) act(shiftKey);
  else if (key.length === 1 && !command && !altKey) editor.open(cellAt(active), key);
  else return;
  event.preventDefault();
}

on("keydown", (event) => {
  if (!isHere() || !event.target.closest?.("td, textarea")) return;
  if (event.key === "Tab") return tab(event);
  if (event.key !== "Escape" && event.key !== "Shift") leaves = false;
  if (event.isComposing) return;
  if (editor.isOpen()) keyInField(event);
  else keyInGrid(event);
  if (event.defaultPrevented) event.stopPropagation(); // a letter is typed here, and no shortcut of the page
}, true);

/** Write one text into all that is selected. @param {string} text */
const fill = (text) => put(active, corner, () => text);

/** Write texts into a rectangle, on the page at once. @param {Place} from @param {Place} to @param {(r: number, c: number) => string} text */
function put(from, to, text) {
  /** @type {import("./cells.js").Changes} */
  const changes = {};
  inside(from, to).forEach((line, r) => line.forEach((place, c) => {
    const cell = cellAt(place);
    if ("long" in cell.dataset) return;
    cell.textContent = text(r, c);
    (changes[rowAt(place)] ??= {})[place.c] = text(r, c);
  }));
  write(changes);
}

on("copy", (event) => {
  if (!isHere() || editor.isOpen()) return;
  event.clipboardData.setData("text/plain", written(inside(active, corner).map((line) => line.map((place) => textOf(cellAt(place))))));
  event.preventDefault();
});
on("cut", (event) => {
  if (!isHere() || editor.isOpen()) return;
  event.clipboardData.setData("text/plain", written(inside(active, corner).map((line) => line.map((place) => textOf(cellAt(place))))));
  event.preventDefault();
  fill("");
});
on("paste", (event) => {
  if (!isHere() || editor.isOpen()) return;
  event.preventDefault();
  const lines = read(event.clipboardData.getData("text/plain"));
  const [first] = inside(active, corner);
  const from = first[0];
  if (lines.length === 1 && lines[0].length === 1) return fill(lines[0][0]);
  const to = { r: from.r + lines.length - 1, c: from.c + Math.max(...lines.map((line) => line.length)) - 1 };
  if (to.c >= width()) return say("Not pasted: the pasted cells do not fit. Start in a column further left.", "bad");
  if (to.r >= height()) return writeBelow(rowAt(from), from.c, lines);
  go(from);
  go(to, true);
  put(from, to, (r, c) => lines[r][c] ?? "");
});

// The pointer: a press goes there, a drag selects, a second press on the same cell edits.
on("pointerdown", (event) => {
  const cell = table() && event.target.closest?.("#grid td");
  if (!cell || event.target.closest("textarea") || event.button) return;
  const again = cell === cellAt(active) && document.activeElement === cell && !event.shiftKey;
  editor.close(true);
  event.preventDefault();
  go(placeOf(cell), event.shiftKey);
  if (again && event.pointerType !== "mouse") editor.open(cell);
});
on("pointerover", (event) => {
  const cell = table() && event.buttons === 1 && event.pointerType === "mouse" && event.target.closest?.("#grid td");
  if (cell && isHere() && !editor.isOpen()) go(placeOf(cell), true);
});
on("dblclick", (event) => {
  const cell = table() && event.target.closest?.("#grid td");
  if (cell && !editor.isOpen()) editor.open(cell);
});
on("focusin", (event) => {
  if (table() && event.target.matches?.("#grid td") && event.target !== cellAt(active)) go(placeOf(event.target));
});

/** The grid is on the page, or another one is: begin at its first red cell. */
function begin() {
  const grid = table();
  if (!grid || "begun" in grid.dataset) return;
  grid.dataset.begun = "";
  const first = find("[data-bad]", grid) ?? find("td", grid);
  if (!first) return;
  for (const cell of findAll('td[tabindex="0"]', grid)) cell.tabIndex = -1;
  for (const link of findAll(".grid-line a", grid)) link.tabIndex = -1;
  active = corner = placeOf(first);
  first.tabIndex = 0;
  describe(active);
  const { left } = first.getBoundingClientRect();
  const scroll = grid.closest(".grid-scroll");
  scroll.scrollLeft = Math.max(0, left - scroll.getBoundingClientRect().right + first.offsetWidth + 16);
  byId("grid-bar").hidden = false;
  restore();
}
begin();
onSwap(begin);
