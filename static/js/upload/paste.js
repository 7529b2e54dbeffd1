// @ts-check
// Cells that are pasted on the page for files are a file: anywhere on it by Ctrl-V, or in its text field.
import { byId, find, on, onClick } from "../dom.js";

const form = () => find("form[data-upload]:not([data-sending])");

/** "Pasted cells, 30 Nov 09:12", by the clock of this browser. */
function name() {
  const now = new Date();
  const clock = now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `Pasted cells, ${now.getDate()} ${now.toLocaleDateString("en-GB", { month: "short" }).slice(0, 3)} ${clock}`;
}

/** The form hears of them as of a file that was dropped (form.js). @param {string} cells */
const give = (cells) => form().dispatchEvent(new CustomEvent("files", { detail: [new File([cells], name(), { type: "text/tab-separated-values" })] }));

on("paste", (event) => {
  if (!form() || event.target.closest?.("input, select, dialog")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\t\n]/.test(text.trim())) return; // a word is no table
  event.preventDefault();
  give(text);
});

onClick("[data-paste-cells]", (_, event) => {
  event.preventDefault();
  const field = byId("paste-cells");
  const cells = field.value;
  if (!form() || !cells.trim()) return field.focus();
  field.value = ""; // or a file that is chosen later would take it along
  give(cells);
});
