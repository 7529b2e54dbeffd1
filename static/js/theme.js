// @ts-check
// Light or dark, dense or comfortable, decided before the first paint: the choice of the toggle, else the system's.
// No module: modules run when the page has been read.
(() => {
  const root = document.documentElement;
  const kept = (/** @type {string} */ name) => {
    try { return localStorage.getItem(name); } catch { return null; /* storage is blocked: follow the system */ }
  };
  const chosen = kept("theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.classList.toggle("dark", dark);
  root.classList.toggle("dense", kept("density") === "dense");
  root.classList.add("js"); // what needs scripts shows only with them
})();
