// @ts-check
// The page of an import whose file is sent from here. While bytes are on their way, its steps are shown in place, without a new load.
import { find, findAll, on } from "../dom.js";
import { pageOf } from "../trusted.js";
import { sendFile } from "./send.js";
import { Speedometer, duration, fileSize } from "./sizes.js";

const LOOK_BYTES = 1024 * 1024; // of a file's beginning: then it can be looked at

/** @type {{abort: () => void} | null} */
let sending = null;
let path = ""; // of the import

/** Whether bytes are on their way. */
export const isSending = () => Boolean(sending);

/** Show another page of ours in place of this one; the bytes go on. @param {string} address @param {RequestInit} [how] @param {boolean} [keep] the address of the page stays */
export async function become(address, how = {}, keep = false) {
  const answer = await fetch(address, how);
  const page = pageOf(await answer.text());
  const main = document.adoptNode(find("main", page));
  find("main").replaceWith(main);
  find(".nav")?.replaceWith(document.adoptNode(find(".nav", page)));
  const toasts = find("#toasts", page);
  if (toasts?.childElementCount) find("#toasts").replaceWith(document.adoptNode(toasts));
  document.title = page.title;
  if (keep && answer.redirected) history.replaceState(null, "", answer.url);
  if (!keep) {
    history.pushState(null, "", answer.url);
    scrollTo(0, 0);
  }
  htmx.process(main);
  show();
}

/** @param {string} name @param {ParentNode} [root] @returns {any} */
const part = (name, root) => find(`[data-${name}]`, root);

/** What is shown of the file on its way: set before every page of its import. */
let state = { sent: 0, size: 0, speed: 0, problem: "" };

function show() {
  const panel = part("receiving");
  if (!panel || !path) return;
  const share = state.size ? state.sent / state.size : 0;
  part("bar", panel).value = share;
  part("percent", panel).textContent = `${Math.floor(share * 100)}%`;
  part("sent", panel).textContent = `${fileSize(state.sent)} of ${fileSize(state.size)}`;
  part("left", panel).textContent = state.speed ? `, ${fileSize(state.speed)}/s, ${duration((state.size - state.sent) / state.speed)} left` : "";
  part("sending-here", panel).hidden = !sending;
  part("sent-elsewhere", panel).hidden = Boolean(sending);
  part("receiving-words", panel).textContent = sending ? "Uploading the file" : "The upload has stopped";
  part("receiving-problem", panel).hidden = !state.problem;
  part("receiving-problem", panel).textContent = state.problem;
}

/** Redraw the page only when no field is being edited, so that a choice is not lost. */
async function refresh() {
  const typing = /** @type {any} */ (document.activeElement)?.matches("form.step :is(input:not([type=radio], [type=checkbox]), textarea)");
  if (typing) {
    document.activeElement?.addEventListener("blur", () => setTimeout(refresh, 600), { once: true });
    return;
  }
  await become(location.href, {}, true);
}

/**
 * Send a file to its import, whose page is shown. @param {File} file @param {string} upload @param {string} location
 * @param {{tus: string, token: any}} places
 */
export function sendTo(file, upload, location, places) {
  const speed = new Speedometer();
  let before = -1;
  let looked = false;
  path = new URL(location, document.baseURI).pathname;
  state = { sent: 0, size: file.size, speed: 0, problem: "" };
  sending = sendFile(file, upload, places, {
    progress: (sent) => {
      if (before < 0) before = sent;
      state = { ...state, sent, speed: speed.see(sent - before) };
      show();
      if (looked || sent < LOOK_BYTES || file.size <= LOOK_BYTES || !part("waiting")) return;
      looked = true; // the page asks again by itself until the server has them
      refresh();
    },
    failed: (problem) => {
      sending = null;
      state = { ...state, problem };
      show();
    },
    done: () => {
      sending = null;
      if (part("receiving")) refresh();
    },
  });
  show();
}

addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

// Whatever leads on within the import is shown in place while bytes are on their way.
on("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!sending || !link || event.ctrlKey || event.metaKey || new URL(link.href).pathname !== path) return;
  event.preventDefault();
  become(link.href);
}, true);
on("submit", (event) => {
  const form = event.target;
  if (!sending || !new URL(form.action).pathname.startsWith(`${path}/`)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  become(form.action, { method: "POST", body: new FormData(form, event.submitter) });
}, true);
addEventListener("popstate", () => { if (sending) become(location.href, {}, true); });

// An upload that stopped goes on with the same file.
on("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-go-on]")) return;
  event.stopPropagation();
  const [file] = input.files;
  const panel = input.closest("[data-receiving]");
  if (!file) return;
  if (file.name !== panel.dataset.name || file.size !== Number(panel.dataset.size)) {
    part("receiving-problem", panel).hidden = false;
    part("receiving-problem", panel).textContent = `This is another file. Choose ${panel.dataset.name}, ${fileSize(Number(panel.dataset.size))}.`;
    return;
  }
  const [token] = findAll('[name="csrf_token"]');
  sendTo(file, panel.dataset.uploadAt, location.pathname, { tus: panel.dataset.tus, token: token.value });
}, true);
