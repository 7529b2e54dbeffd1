// @ts-check
// What is typed into the grid is kept: in this browser at every key, on the server as soon as a cell is left. What could not be
// sent (no connection, signed out, page closed) is sent when the page is open again.
import { byId, find } from "../dom.js";
import { mark, show, table } from "./cells.js";

/** @typedef {import("./cells.js").Changes} Changes */
/** @typedef {{rows: Changes} | {code: string, row: number, column: number, cells: string[][]}} Sent */

const RETRY_MS = 3000;
const CHECK_MS = 300;

const unsent = () => `catalog:fixes:${table().dataset.import}`;
const channel = new BroadcastChannel("catalog:fixes");

/** @type {Changes[]} */ const undone = [];
/** @type {Changes[]} */ let done = [];
/** @type {Promise<void>} */ let last = Promise.resolve();
/** @type {AbortController | undefined} */ let checking;
/** @type {number | undefined} */ let timer;

/** What this browser has that the server may not have. @returns {Changes} */
function stored() {
  try { return JSON.parse(localStorage.getItem(unsent()) ?? "{}"); } catch { return {}; }
}

/** @param {Changes} changes */
function store(changes) {
  try {
    if (Object.keys(changes).length) localStorage.setItem(unsent(), JSON.stringify(changes));
    else localStorage.removeItem(unsent());
  } catch { /* storage is blocked or full: the server has it as soon as the cell is left */ }
}

/** @param {Changes} all @param {Changes} more @returns {Changes} */
const merged = (all, more) => {
  const result = { ...all };
  for (const [row, cells] of Object.entries(more)) result[row] = { ...result[row], ...cells };
  return result;
};

/** Without the cells that are as they were sent. @param {Changes} all @param {Changes} sent @returns {Changes} */
function without(all, sent) {
  /** @type {Changes} */
  const left = {};
  for (const [row, cells] of Object.entries(all)) {
    const kept = Object.entries(cells).filter(([at, text]) => sent[row]?.[at] !== text);
    if (kept.length) left[row] = Object.fromEntries(kept);
  }
  return left;
}

/** Say how it goes, also to screen readers. @param {string} words @param {string} [tone] */
export function say(words, tone = "") {
  const place = byId("grid-says");
  place.textContent = words;
  place.dataset.tone = tone;
}

/** Keep what is typed until its cell is left. @param {number} row @param {number} column @param {string} text */
export const draft = (row, column, text) => store(merged(stored(), { [row]: { [column]: text } }));

/** What was typed is not wanted. @param {number} row @param {number} column */
export function discard(row, column) {
  const all = stored();
  delete all[row]?.[column];
  store(without(all, {}));
}

/** Write cells; what it changes can be undone. @param {Changes} rows */
export function write(rows) {
  store(merged(stored(), rows));
  queue(() => send({ rows }, (before) => { undone.push(before); done = []; }));
}

/** Write a table of cells over the rows from here on, also those of the next pages. @param {number} row @param {number} column @param {string[][]} cells */
export function writeBelow(row, column, cells) {
  queue(() => send({ code: table().dataset.code, row, column, cells }, (before) => { undone.push(before); done = []; }));
}

export function undo() {
  queue(() => back(undone, done, "undo"));
}
export function redo() {
  queue(() => back(done, undone, "redo"));
}

/** What an earlier visit typed, and did not get rid of. */
export function restore() {
  const rows = stored();
  const count = Object.values(rows).flatMap(Object.keys).length;
  if (!count) return;
  queue(() => send({ rows }, (before) => {
    undone.push(before);
    say(`${count === 1 ? "1 cell that was" : `${count} cells that were`} not saved before ${count === 1 ? "is" : "are"} saved now.`, "good");
  }));
}

/** @param {Changes[]} from @param {Changes[]} to @param {string} verb */
async function back(from, to, verb) {
  const rows = from.pop();
  if (rows) await send({ rows }, (before) => { to.push(before); });
  else say(`Nothing to ${verb}.`);
}

/** One after the other, in their order. @param {() => Promise<void>} act */
function queue(act) {
  last = last.then(act).catch(() => {});
}

/** @param {string} address @param {object} body @param {AbortSignal} [signal] */
const post = (address, body, signal) => fetch(address, {
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": table().dataset.token },
  signal,
});

/** Send until there is an answer; once more with the token of a new session. @param {Sent} sent @param {(before: Changes) => void} then @param {boolean} [renewed] */
async function send(sent, then, renewed = false) {
  if (!table()) return;
  say("Saving…");
  const response = await post(table().dataset.write, sent).catch(() => null);
  if (!response || response.status >= 500) {
    say("Not saved yet. Catalog tries again; what you typed is kept in this browser.", "bad");
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    return send(sent, then);
  }
  const token = response.headers.get("X-CSRFToken");
  if (token && !renewed) {
    table().dataset.token = token;
    return send(sent, then, true);
  }
  const answer = isSignedOut(response) ? null : await response.json().catch(() => null);
  if (!answer) return say("Not saved: you are signed out. What you typed is kept in this browser. Reload the page to sign in.", "bad");
  if ("rows" in sent) store(without(stored(), sent.rows));
  if (answer.problem) return say(answer.problem, "bad");
  take(answer);
  channel.postMessage({ import: table().dataset.import, rows: answer.rows, ready: answer.ready });
  say(answer.beyond ? `Saved. ${answer.beyond} of the pasted rows ${answer.beyond === 1 ? "was" : "were"} not used: there are no more rejected rows below.` : saved(answer.rows), answer.beyond ? "wait" : "good");
  then(answer.before);
}

/** @param {Response} response */
const isSignedOut = (response) => response.redirected || response.status === 401 || response.status === 403 || response.status === 400;

/** @param {any[]} rows */
function saved(rows) {
  const bad = rows.filter((row) => row.why);
  if (rows.length === 1) return bad.length ? `Saved. ${bad[0].why}` : "Saved.";
  return `${rows.length} rows saved${bad.length ? `; something is still wrong in ${bad.length} of them` : ""}.`;
}

/** Show what the server has. @param {{rows: import("./cells.js").Row[], ready: number}} answer */
function take({ rows, ready }) {
  rows.forEach(show);
  const bar = byId("grid-ready");
  if (!bar) return;
  bar.hidden = !ready;
  find("b", bar).textContent = `${ready.toLocaleString(document.documentElement.dataset.locale)} fixed ${ready === 1 ? "row" : "rows"} ready.`;
}

channel.addEventListener("message", ({ data }) => { if (table()?.dataset.import === data.import) take(data); });

/** Say what would be wrong with a cell that is being typed, a moment after the last key. @param {number} row @param {number} column @param {string} text */
export function check(row, column, text) {
  clearTimeout(timer);
  checking?.abort();
  timer = setTimeout(async () => {
    checking = new AbortController();
    const response = await post(table().dataset.check, { rows: { [row]: { [column]: text } } }, checking.signal).catch(() => null);
    if (!response?.ok) return;
    const [found] = (await response.json()).rows;
    if (!found || !table()) return;
    mark(found);
    byId("grid-reason").textContent = "";
    say(found.why || "This row can be imported.", found.why ? "bad" : "good");
  }, CHECK_MS);
}

/** The cell was left: what is kept says more. */
export function endCheck() {
  clearTimeout(timer);
  checking?.abort();
}
