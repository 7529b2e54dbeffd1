// The keys that work on every page, and the palette: go to or do anything by its name.

/** Whether a key belongs to what the person is writing in, or to an open dialog. */
function isTaken(event) {
  const at = event.target;
  const writing = at.isContentEditable || at.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
  return writing || event.ctrlKey || event.metaKey || event.altKey || Boolean(document.querySelector("dialog[open]"));
}

const palette = document.getElementById("palette");

const KEYS = {
  "/": () => {
    const search = document.getElementById("q");
    if (search) search.select();
    else location.assign(`${palette.querySelector("input").dataset.products}#q`);
  },
  "?": () => openDialog("help"),
  n: () => {
    const link = document.querySelector('main a[href="/products/new"]');
    if (link) link.click();
    else if (palette.querySelector('[data-href="/products/new"]')) location.assign("/products/new"); // who may
  },
};

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (isTaken(event) || event.defaultPrevented || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  startPalette();
}

function startPalette() {
  const input = palette.querySelector("input");
  const options = [...palette.querySelectorAll("[role=option]")];
  const search = palette.querySelector("[data-search]");
  const shown = () => options.filter((option) => !option.hidden);

  /** Make an option the current one. */
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
      option.hidden = option === search ? !asked : !words.every((word) => label.includes(word));
    }
    search.querySelector("[data-asked]").textContent = asked;
    point(shown()[0]);
  }

  function move(step) {
    const list = shown();
    const now = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    point(list[(now + step + list.length) % list.length]);
  }

  function choose(option) {
    if (!option) return;
    palette.close();
    if (option === search) location.assign(`${input.dataset.products}?${new URLSearchParams({ q: input.value.trim() })}`);
    else if (option.dataset.press) document.querySelector(option.dataset.press)?.click();
    else location.assign(option.dataset.href);
  }

  const ARROWS = { ArrowDown: 1, ArrowUp: -1 };
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key in ARROWS) move(ARROWS[event.key]);
    else if (event.key === "Enter") choose(palette.querySelector("[aria-selected=true]"));
    else return;
    event.preventDefault();
  });
  palette.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  palette.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) point(option);
  });
  palette.addEventListener("opened", () => {
    input.value = "";
    filter();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else if (!document.querySelector("dialog[open]")) openDialog("palette");
  });
}
