// @ts-check
// Several files, one after the other: each is sent, looked at, and has a line with its verdict. One button imports all that are
// ready; the others are a link to the page that asks.

import { find, findAll } from "../dom.js";
import { begin, sendFile } from "./send.js";
import { fileSize } from "./sizes.js";

const ASK_AGAIN_MS = 1000;

/**
 * @typedef {object} Host
 * @property {{begin: string, tus: string, token: any}} places
 * @property {(file: File) => string} objection
 * @property {(words: string) => void} announce
 *
 * @typedef {{file: File, element: HTMLElement, remove: any, bar: any, result: any, location: string, isReady: boolean}} Line
 */

/** The list of the files under a form. */
export class Several {
  #element; #host;
  /** @type {Line[]} */
  #lines = [];
  /** @type {{abort: () => void} | null} */
  #sending = null;
  #isStopped = false;

  /** @param {HTMLElement} element @param {Host} host */
  constructor(element, host) {
    this.#element = element;
    this.#host = host;
    this.#part("cancel-files").addEventListener("click", () => { this.#isStopped = true; this.#sending?.abort(); });
    this.#part("start-files").addEventListener("click", () => this.#startAll());
    this.#adopt();
  }

  /** The list at its own address came with its lines: look at each. */
  async #adopt() {
    for (const element of findAll("li[data-location]", this.#element)) {
      const [, , remove, bar, result] = element.children;
      const name = find(".file-name", element).textContent;
      this.#lines.push({ file: new File([], name), element, remove, bar, result, location: element.dataset.location, isReady: false });
    }
    const mine = this.#lines;
    for (const line of mine) await this.#look(line);
    if (mine.length && mine === this.#lines) this.#summary();
  }

  /** The address of this page names the imports of the list: a reload, Back and a colleague find it again. */
  #remember() {
    const numbers = this.#lines.map((line) => line.location.split("/").pop()).filter(Boolean).join(",");
    const address = `${this.#element.dataset.place}?imports=${numbers}`;
    if (numbers.includes(",") || history.state?.isList) history.replaceState({ isList: true }, "", address);
    else history.pushState({ isList: true }, "", address);
  }

  /** @param {string} name */
  #part(name) { return find(`[data-${name}]`, this.#element); }

  /** @param {string} words */
  #title(words) { this.#part("files-title").textContent = words; }

  /** Send them in this order, and look at each. @param {File[]} files */
  async send(files) {
    this.#isStopped = false;
    this.#lines = files.map((file) => this.#line(file));
    this.#part("file-lines").replaceChildren(...this.#lines.map((line) => line.element));
    this.#element.hidden = false;
    this.#part("start-files").hidden = true;
    this.#part("cancel-files").hidden = false;
    this.#part("cancel-files").focus();
    for (let at = 0; at < this.#lines.length; at += 1) { // a line that waits may be removed
      this.#title(`File ${at + 1} of ${this.#lines.length}`);
      await this.#one(this.#lines[at]);
    }
    this.#sending = null;
    this.#part("cancel-files").hidden = true;
    this.#summary();
    this.#part("files-title").focus();
  }

  #summary() {
    const ready = this.#lines.filter((line) => line.isReady).length;
    const open = this.#lines.filter((line) => !line.isReady && line.location).length;
    const words = ready === this.#lines.length ? ", all ready" : `${ready ? `, ${ready} ready` : ""}${open ? `, ${open} to check` : ""}`;
    this.#title(`${this.#lines.length === 1 ? "1 file" : `${this.#lines.length} files`}${words}`);
    const button = this.#part("start-files");
    button.hidden = !ready;
    find("[data-start-words]", button).textContent = ready === 1 ? "Import 1 file" : `Import ${ready} files`;
  }

  /** @param {File} file @returns {Line} */
  #line(file) {
    const element = this.#part("file-line").content.firstElementChild.cloneNode(true);
    const [name, size, remove, bar, result] = element.children;
    name.textContent = file.name;
    size.textContent = fileSize(file.size);
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    const line = { file, element, remove, bar, result, location: "", isReady: false };
    remove.addEventListener("click", () => {
      this.#lines = this.#lines.filter((one) => one !== line);
      element.remove();
      this.#part("cancel-files").focus();
    });
    return line;
  }

  /** @param {Line} line @param {string} words @param {string} light */
  #say(line, words, light = "red") {
    line.bar.hidden = true;
    line.result.hidden = false;
    line.result.dataset.tone = { green: "good", amber: "wait" }[light] ?? "bad";
    const told = Object.assign(document.createElement(line.location ? "a" : "span"), line.location ? { href: line.location, className: "link" } : {});
    told.textContent = words;
    line.result.replaceChildren(told);
    this.#host.announce(`${line.file.name}: ${words}`);
  }

  /** @param {Line} line */
  async #one(line) {
    line.remove.hidden = true;
    const objection = this.#host.objection(line.file) || (this.#isStopped ? "Not sent." : "");
    if (objection) return this.#say(line, objection);
    const made = await begin(line.file, this.#host.places);
    if (!("id" in made)) return this.#say(line, made.problem);
    line.location = made.location;
    this.#remember();
    const problem = await this.#send(line, made.upload);
    if (problem) return this.#say(line, problem);
    return this.#look(line);
  }

  /** Resolves to what went wrong, or nothing. @param {Line} line @param {string} upload @returns {Promise<string>} */
  #send({ file, bar }, upload) {
    bar.hidden = false;
    bar.removeAttribute("value");
    return new Promise((resolve) => {
      const sending = sendFile(file, upload, this.#host.places, {
        progress: (sent) => { if (sent < file.size) bar.value = sent / file.size; else bar.removeAttribute("value"); },
        failed: resolve,
        done: () => resolve(""),
      });
      this.#sending = { abort: () => { sending.abort(); resolve("The upload was stopped."); } };
    });
  }

  /** @param {Line} line */
  async #look(line) {
    try {
      const verdict = await this.#verdict(line);
      line.isReady = verdict.ready;
      this.#say(line, verdict.words, verdict.light);
    } catch {
      this.#say(line, "Open the import to check it.", "amber");
    }
  }

  /** The verdict on a file. While a worker reads a workbook, its line says so. @param {Line} line */
  async #verdict(line) {
    for (;;) {
      const verdict = await (await fetch(`${line.location}/verdict`, { headers: { Accept: "application/json" } })).json();
      if (!verdict.waits) return verdict;
      this.#say(line, verdict.words, verdict.light);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  /** Import all that are ready, in this order. */
  async #startAll() {
    this.#part("start-files").hidden = true;
    for (const line of this.#lines.filter((one) => one.isReady)) {
      const body = new URLSearchParams({ csrf_token: this.#host.places.token });
      try {
        const answer = await fetch(`${line.location}/start`, { method: "POST", body });
        line.isReady = !answer.ok;
        this.#say(line, answer.ok ? "Import started." : "Open the import and start it there.", answer.ok ? "green" : "amber");
      } catch {
        this.#say(line, "The connection was lost. Open the import and start it there.");
      }
    }
    const left = this.#lines.filter((line) => line.isReady).length;
    this.#title(left ? `${left} of ${this.#lines.length} files ${left === 1 ? "was" : "were"} not started` : `${this.#lines.length} files`);
    this.#part("files-index").hidden = false;
    this.#part("files-index").focus();
  }
}
