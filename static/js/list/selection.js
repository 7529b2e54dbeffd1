// @ts-check
// The selection: boxes with Shift, all of a page, all that match; the bar below, the box above and the dialogs say how many.
import { find, findAll, on, onClick } from "../dom.js";
import { number } from "../numbers.js";

const boxes = () => findAll('.products [name="ids"]');
const picked = () => boxes().filter((box) => box.checked);
const everything = () => find("[data-all]");
const inWords = (/** @type {number} */ count) => `${number(count)} ${count === 1 ? "product" : "products"}`;
/** @type {any} */
let last = null; // the checkbox that was pressed last: Shift goes from there

/** How many products match, if that was counted. */
function matches() {
  const found = find("#found")?.dataset.matches || find("#bulk")?.dataset.total;
  return found ? Number(found) : null;
}

/** The bar below, the box above and the dialogs say what is selected. */
export function showPicked() {
  const form = find("#bulk");
  if (!form) return;
  const all = everything();
  const some = picked().length;
  const every = some > 0 && some === boxes().length;
  if (!every) all.disabled = true;
  const count = all.disabled ? some : matches() ?? 0;
  form.toggleAttribute("data-on", some > 0);
  find("[data-picked]").textContent = `${number(count)} selected`;
  const more = find("[data-pick-matches]");
  more.hidden = !(every && form.dataset.more && all.disabled);
  more.textContent = matches() === null ? "Select all that match" : `Select all ${number(matches() ?? 0)} that match`;
  const head = find("[data-pick-all]");
  head.checked = every;
  head.indeterminate = some > 0 && !every;
  for (const words of findAll("[data-picked-count]")) words.textContent = inWords(count);
}

/** @param {boolean} yes */
function pickAll(yes) {
  for (const box of boxes()) box.checked = yes;
  everything().disabled = true;
  showPicked();
}

/** From the box pressed before to this one, as this one is now. @param {any} to */
function pickRange(to) {
  const list = boxes();
  const [from, until] = [list.indexOf(last), list.indexOf(to)].sort((a, b) => a - b);
  if (from >= 0) for (const box of list.slice(from, until + 1)) box.checked = to.checked;
}

onClick('.products [name="ids"]', (box, event) => {
  if (event.shiftKey) pickRange(box);
  last = box;
  showPicked();
});
on("change", (event) => { if (event.target.matches("[data-pick-all]")) pickAll(event.target.checked); });

/** All that match, not only those on this page; an estimate is counted first. @param {any} button */
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

onClick("[data-pick-matches]", pickMatches);
onClick("[data-pick-none]", () => pickAll(false));
onClick("[data-export-picked]", exportPicked);
addEventListener("pageshow", showPicked); // the browser may have kept checkmarks
showPicked();
