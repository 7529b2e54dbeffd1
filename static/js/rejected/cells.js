// @ts-check
// The grid of rejected rows as a table on the page: where cells are, what they say, and cells as text for a spreadsheet.
import { byId, find, findAll } from "../dom.js";

/** @typedef {{r: number, c: number}} Place a row and a column of this page, from 0 */
/** @typedef {{row: number, cells: (string | null)[], why: string, bad: number[], fixed: boolean, out: boolean}} Row as the server has it */
/** @typedef {Record<string, Record<string, string>>} Changes row -> column -> text */

/** The grid, if it is there and may be written in. @returns {any} */
export const table = () => find("#grid[data-write]");

export const height = () => table().tBodies[0].rows.length;
export const width = () => table().tHead.rows[0].cells.length - 1;

/** @param {Place} place @returns {any} */
export const cellAt = ({ r, c }) => table().tBodies[0].rows[r].cells[c + 1];

/** @param {any} cell @returns {Place} */
export const placeOf = (cell) => ({ r: cell.parentElement.sectionRowIndex, c: cell.cellIndex - 1 });

/** The number of the rejected row. @param {Place} place */
export const rowAt = ({ r }) => Number(table().tBodies[0].rows[r].dataset.row);

/** What a cell says; while it is edited, what it said before. @param {any} cell @returns {string} */
export const textOf = (cell) => (cell.dataset.text ?? cell.textContent);

/** The place within the page. @param {Place} place @returns {Place} */
export const within = ({ r, c }) => ({ r: Math.max(0, Math.min(r, height() - 1)), c: Math.max(0, Math.min(c, width() - 1)) });

/** Say what is wrong with a row now. @param {Row} row */
export function mark(row) {
  const line = find(`tr[data-row="${row.row}"]`, table());
  if (!line) return;
  line.dataset.state = row.out ? "out" : row.why ? "bad" : row.fixed ? "ready" : "";
  find(".grid-why", line).textContent = row.out ? "Left out" : row.why || (row.fixed ? "Ready to import" : "");
  const cells = [...line.cells].slice(1);
  cells.forEach((cell, at) => {
    const bad = row.bad.includes(at);
    cell.toggleAttribute("data-bad", bad);
    if (bad) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  });
}

/** Show a row as it is kept, but for the cell that is being typed in. @param {Row} row */
export function show(row) {
  const line = find(`tr[data-row="${row.row}"]`, table());
  if (!line) return;
  row.cells.forEach((text, at) => {
    const cell = line.cells[at + 1];
    if (text !== null && !("text" in cell.dataset)) cell.textContent = text;
  });
  mark(row);
}

/** Where the focus is, in words. @param {Place} place */
export function describe(place) {
  const line = cellAt(place).parentElement;
  const [unit, ...names] = [...table().tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  byId("grid-place").textContent = `${unit} ${find(".grid-number", line).textContent.trim()}, ${names[place.c]}`;
  byId("grid-reason").textContent = cellAt(place).hasAttribute("data-bad") ? find(".grid-why", line).textContent : "";
}

/** Mark the cells between two places. @param {Place} a @param {Place} b */
export function select(a, b) {
  for (const cell of findAll("[aria-selected]", table())) cell.removeAttribute("aria-selected");
  for (const line of inside(a, b)) for (const place of line) cellAt(place).setAttribute("aria-selected", "true");
}

/** The places of a rectangle, line by line. @param {Place} a @param {Place} b @returns {Place[][]} */
export function inside(a, b) {
  const span = (/** @type {number} */ x, /** @type {number} */ y) => Array.from({ length: Math.abs(x - y) + 1 }, (_, i) => Math.min(x, y) + i);
  return span(a.r, b.r).map((r) => span(a.c, b.c).map((c) => ({ r, c })));
}

/** Cells as a spreadsheet copies them: tabs, and quotes around what has lines, tabs or quotes. @param {string[][]} lines */
export const written = (lines) => lines.map((line) => line.map((text) => (/["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join("\t")).join("\n");

/** Cells as a spreadsheet copied them. @param {string} text @returns {string[][]} */
export function read(text) {
  /** @type {string[][]} */
  const lines = [[]];
  const piece = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/gy;
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    lines[lines.length - 1].push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (!match[3]) break;
    if (match[3] !== "\t") lines.push([]);
  }
  if (lines.length > 1 && lines.at(-1)?.join("") === "") lines.pop();
  return lines;
}
