// @ts-check
// The keys that work on every page, and the palette: go to or do anything by its name.
import { openDialog } from "./dialogs.js";
import { byId, find, findAll, on } from "./dom.js";

/** Whether a key belongs to what the person is writing in, or to an open dialog. @param {any} event */
export function isTaken(event) {
  const at = event.target;
  const writing = at.isContentEditable || at.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
  return writing || event.ctrlKey || event.metaKey || event.altKey || Boolean(find("dialog[open]"));
}

const palette = byId("palette");

/** @type {Record<string, () => void>} */
const KEYS = {
  "/": () => {
    const search = byId("q");
    if (search) search.select();
    else location.assign(`${find("input", palette).dataset.products}#q`);
  },
  "?": () => openDialog("help"),
  n: () => {
    const link = find("main a[data-new-product]");
    const option = find("#palette-new", palette); // for those who may
    if (link) link.click();
    else if (option) location.assign(option.dataset.href);
  },
};

/** @type {Record<string, number>} */
const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

if (palette) {
  on("keydown", (event) => {
    if (isTaken(event) || event.defaultPrevented || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  on("keydown", toggle);
  startPalette();
}

/** Ctrl or Cmd and K opens and closes it. @param {KeyboardEvent} event */
function toggle(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else if (!find("dialog[open]")) openDialog("palette");
}

function startPalette() {
  const input = find("input", palette);
  const options = findAll("[role=option]", palette);
  const search = find("[data-search]", palette);
  const shown = () => options.filter((option) => !option.hidden);

  /** Make an option the current one. @param {any} option */
  function point(option) {
    for (const each of options) each.setAttribute("aria-selected", String(each === option));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** Only what holds every word that was typed; looking for it among the products comes last. */
  function filter() {
    const asked = input.value.trim();
    const words = asked.toLowerCase().split(/\s+/);
    for (const option of options) {
      const label = option.textContent.toLowerCase();
      option.hidden = option === search ? !asked : !words.every((/** @type {string} */ word) => label.includes(word));
    }
    find("[data-asked]", search).textContent = asked;
    point(shown()[0]);
  }

  /** @param {number} step */
  function move(step) {
    const list = shown();
    const now = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    point(list[(now + step + list.length) % list.length]);
  }

  /** @param {any} option */
  function choose(option) {
    if (!option) return;
    palette.close();
    if (option === search) location.assign(`${input.dataset.products}?${new URLSearchParams({ q: input.value.trim() })}`);
    else if (option.dataset.press) find(option.dataset.press)?.click();
    else location.assign(option.dataset.href);
  }

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    if (event.key in ARROWS) move(ARROWS[event.key]);
    else if (event.key === "Enter") choose(find("[aria-selected=true]", palette));
    else return;
    event.preventDefault();
  });
  palette.addEventListener("click", (/** @type {any} */ event) => choose(event.target.closest("[role=option]")));
  palette.addEventListener("pointermove", (/** @type {any} */ event) => {
    const option = event.target.closest("[role=option]");
    if (option) point(option);
  });
  palette.addEventListener("opened", () => {
    input.value = "";
    filter();
  });
}
