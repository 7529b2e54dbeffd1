// @ts-check
// Files that are dropped: every page of the application is the target. A page that sends files takes them; any other one
// becomes the page that does, without a new load, so that the files come along. Nothing starts without a button.
import { closeDialogs, openDialog } from "./dialogs.js";
import { byId, find, findAll } from "./dom.js";
import { complain } from "./toasts.js";
import { pageOf } from "./trusted.js";

const pageThatSends = document.body.dataset.importAt; // none: this person may not import
const veil = find("[data-veil]");
let ownDrag = false; // a picture or a text of the page itself is dragged
let inside = 0; // dragenter and dragleave come for every element on the way

/** The form of this page that sends files, if it has one. */
const sender = () => find("form[data-upload]");
const holdsFiles = (/** @type {DragEvent} */ event) => !ownDrag && Boolean(event.dataTransfer?.types.includes("Files"));
const takesFiles = () => Boolean(pageThatSends) && !document.querySelector("[data-sending], [data-sending-here]:not([hidden])");

/** A file hangs over the page, or does not any more. The veil lies above an open dialog too. @param {number} change */
function hover(change) {
  inside = change ? Math.max(0, inside + change) : 0;
  const shows = inside > 0 && takesFiles();
  if (veil && shows !== veil.matches(":popover-open")) veil.togglePopover(shows);
}

addEventListener("dragstart", () => { ownDrag = true; });
addEventListener("dragend", () => { ownDrag = false; });
addEventListener("dragenter", (event) => { if (holdsFiles(event)) hover(1); });
addEventListener("dragleave", (event) => { if (holdsFiles(event)) hover(-1); });
addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault(); // or the browser would open the file
  if (event.dataTransfer) event.dataTransfer.dropEffect = takesFiles() ? "copy" : "none";
});
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  hover(0);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (takesFiles() && files.length) take(files);
});

/** Whether something was typed on this page that leaving it would lose. */
function holdsInput() {
  const fields = findAll("form:is([method=post], [hx-post]) :is(textarea, select, input), :is(textarea, select, input)[form]");
  return fields.some((field) => {
    if (field.name === "ids" || ["hidden", "file", "submit"].includes(field.type) || field.disabled) return false;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected && option.index > 0);
    return ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  });
}

/** Give files to the form of this page, or go to the page that has one; what was typed is not lost unasked. @param {File[]} files */
function take(files) {
  if (sender()) {
    closeDialogs();
    give(files);
  } else if (holdsInput()) ask(files);
  else openUpload(files);
}

/** The form hears of them by an event (upload/form.js). @param {File[]} files */
const give = (files) => sender().dispatchEvent(new CustomEvent("files", { detail: files }));

/** @param {File[]} files */
function ask(files) {
  const dialog = byId("drop-dialog");
  find("[data-drop-name]", dialog).textContent = files.length > 1 ? `${files.length} files` : files[0].name;
  find("[data-drop-leave]", dialog).onclick = () => openUpload(files);
  if (!dialog.open) openDialog("drop-dialog");
}

/** This page becomes the one that sends files. @param {File[]} files */
async function openUpload(files) {
  const [next, form] = await Promise.all([pageAt(pageThatSends), import("./upload/form.js")]);
  if (!next) return;
  closeDialogs();
  find("main").replaceWith(document.adoptNode(find("main", next)));
  find(".nav")?.replaceWith(document.adoptNode(find(".nav", next)));
  document.title = next.title;
  history.pushState(null, "", pageThatSends);
  addEventListener("popstate", () => location.reload(), { once: true });
  form.start();
  scrollTo(0, 0);
  give(files);
}

/** A page of ours as a document; none, and a message, if it does not come. @param {any} address */
async function pageAt(address) {
  try {
    const answer = await fetch(address);
    const page = pageOf(await answer.text());
    if (answer.ok && find("form[data-upload]", page)) return page;
    location.assign(address); // signed out, perhaps: it says so itself
  } catch {
    complain("The connection was lost. Nothing was imported. Drop the file again.");
  }
  return null;
}
