// Light or dark, decided before the first paint: the choice of the toggle, else the system's. Loaded without defer on purpose.
(() => {
  const root = document.documentElement;
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage is blocked: follow the system */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.classList.toggle("dark", dark);
  root.classList.add("js"); // what needs scripts shows only with them
})();
