// @ts-check
// What runs on every page: the modules below, and the few lines that need none: theme, menus, copying, polls.
import "./trusted.js";
import "./zone.js";
import "./toasts.js";
import "./dialogs.js";
import "./forms.js";
import "./palette.js";
import "./drop.js";
import "./streams.js";
import "./session.js";
import { byId, find, findAll, on, onClick, onSwap } from "./dom.js";

// ---- theme; theme.js has set it before the first paint ----

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const showTheme = (/** @type {boolean} */ dark) => document.documentElement.classList.toggle("dark", dark);

function storedTheme() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

// A choice that equals the system's is forgotten, so that the page follows the system again.
onClick("[data-theme-toggle]", () => {
  const dark = !document.documentElement.classList.contains("dark");
  showTheme(dark);
  try {
    if (dark === systemIsDark.matches) localStorage.removeItem("theme");
    else localStorage.setItem("theme", dark ? "dark" : "light");
  } catch { /* storage is blocked: the choice lasts as long as the page */ }
});
systemIsDark.addEventListener("change", () => { if (!storedTheme()) showTheme(systemIsDark.matches); });
addEventListener("storage", (event) => {
  if (event.key === "theme") showTheme(event.newValue ? event.newValue === "dark" : systemIsDark.matches);
});

// ---- menus: one at a time, and none after a choice, a click elsewhere or Escape ----

on("click", (event) => {
  for (const menu of findAll("details.menu[open]")) if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
});
on("keydown", (event) => {
  const menu = event.key === "Escape" && find("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  find("summary", menu).focus();
});

// ---- buttons that reload and copy ----

onClick("[data-reload]", () => location.reload());
onClick("[data-copy]", (button) => copy(button, button.dataset.copy));
onClick("[data-copy-from]", (button) => copy(button, byId(button.dataset.copyFrom).textContent));

/** Copy words, and let the button say so for a moment. @param {HTMLElement} button @param {string} words */
async function copy(button, words) {
  if ("copied" in button.dataset) return;
  const label = button.getAttribute("aria-label") ?? "";
  await navigator.clipboard.writeText(words);
  button.dataset.copied = "";
  button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute("aria-label", label);
  }, 2000);
}

// ---- polls ----

// Polling has no closing event of its own: the finished fragment says that it is over.
onSwap(() => {
  const progress = byId("progress");
  if (progress && find("[data-finished]", progress)) progress.dispatchEvent(new CustomEvent("done"));
});
