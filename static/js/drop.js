// Files that are dropped: every page of the application is the target. A page that sends files takes them; any other one
// becomes the page that does, without loading anew, so that the files come along. Nothing starts without a button.

const pageThatSends = document.body.dataset.importAt; // none: this person may not import
const veil = document.querySelector("[data-veil]");
let sending = uploads[0]; // the form of this page
let ownDrag = false; // a picture or a text of the page itself is dragged
let inside = 0; // dragenter and dragleave come for every element on the way

const holdsFiles = (event) => !ownDrag && Boolean(event.dataTransfer?.types.includes("Files"));
const takesFiles = () => Boolean(pageThatSends) && !sending?.isBusy;

/** A file hangs over the page, or does not any more. The veil lies above an open dialog too. */
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
  event.dataTransfer.dropEffect = takesFiles() ? "copy" : "none";
});
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  hover(0);
  const files = [...event.dataTransfer.files];
  if (takesFiles() && files.length) take(files);
});

/** Whether something was typed on this page that leaving it would lose. */
function holdsInput() {
  const fields = document.querySelectorAll("form:is([method=post], [hx-post]) :is(textarea, select, input), :is(textarea, select, input)[form]");
  return [...fields].some((field) => {
    if (field.name === "ids" || ["hidden", "file", "submit"].includes(field.type) || field.disabled) return false;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected && option.index > 0);
    return ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  });
}

/** Give files to the form of this page, or go to the page that has one; what was typed is not lost unasked. */
function take(files) {
  if (sending) {
    closeDialogs();
    sending.take(files);
  } else if (holdsInput()) ask(files);
  else openUpload(files);
}

function ask(files) {
  const dialog = document.getElementById("drop-dialog");
  const name = files.length > 1 ? `${files.length} files` : files[0].name;
  dialog.querySelector("[data-drop-name]").textContent = name;
  dialog.querySelector("[data-drop-leave]").onclick = () => openUpload(files);
  if (!dialog.open) openDialog("drop-dialog");
}

/** Nothing of a page that is left stays open above the next one. */
function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    delete dialog.dataset.path; // closing it does not go back
    dialog.close();
  }
}

/** This page becomes the one that sends files. */
async function openUpload(files) {
  const next = await pageAt(pageThatSends);
  if (!next) return;
  closeDialogs();
  await Promise.all([...next.querySelectorAll("head script[defer][src]")].map(loadOnce));
  document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
  document.querySelector(".nav")?.replaceWith(document.adoptNode(next.querySelector(".nav")));
  document.title = next.title;
  history.pushState(null, "", pageThatSends);
  addEventListener("popstate", () => location.reload(), { once: true });
  sending = new Upload(document.querySelector("form[data-upload]"));
  scrollTo(0, 0);
  sending.take(files);
}

/** A page of ours as a document; none, and a message, if it does not come. */
async function pageAt(address) {
  try {
    const answer = await fetch(address);
    const page = pageOf(await answer.text());
    if (answer.ok && page.querySelector("form[data-upload]")) return page;
    location.assign(address); // signed out, perhaps: it says so itself
  } catch {
    complain("The connection was lost. The file was not imported; drop it once more.");
  }
  return null;
}

/** A script that the next page has and this one has not. */
function loadOnce({ src }) {
  if ([...document.scripts].some((script) => script.src === src)) return null;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = scriptAt(src);
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}
