// @ts-check
// Several files on their way, one after the other. Each has a line: its name and size, its own bar, and then its import or the
// reason why there is none. One that fails does not stop the rest.

import { find } from "../dom.js";
import { makeImport } from "./make.js";
import { fileSize } from "./sizes.js";

/**
 * What is asked of the form: why a file should not be sent, what a look at it says, to send it, and to choose these instead.
 * @typedef {object} Form
 * @property {string} action
 * @property {(file: File) => string} objection
 * @property {(files: File[]) => void} take
 * @property {(file: File, fields: FormData) => Promise<{problem?: string, blocked?: boolean}>} look
 * @property {(file: File, fields: FormData, told: import("./send.js").Heard) => {abort: () => void}} send
 *
 * @typedef {{file: File, element: HTMLElement, remove: any, bar: any, result: any}} Line
 * @typedef {{place?: string, words: string, more?: string, again?: boolean}} Became
 */

/** The list of the files under a form. */
export class Several {
  #element; #form;
  /** @type {Line[]} */
  #lines = [];
  /** @type {{abort?: () => void} | null} */
  #sending = null;
  #stopped = false;
  over = false; // what it says is how the last ones ended

  /** @param {HTMLElement} element @param {Form} form */
  constructor(element, form) {
    this.#element = element;
    this.#form = form;
    this.#part("cancel-files").addEventListener("click", () => this.abort());
  }

  /** @param {string} name */
  #part(name) { return find(`[data-${name}]`, this.#element); }

  /** @param {string} words */
  #title(words) { this.#part("files-title").textContent = words; }

  /** What was chosen, in the order in which it is imported. @param {File[]} files */
  show(files) {
    this.over = false;
    this.#lines = files.map((file) => this.#line(file));
    this.#part("file-lines").replaceChildren(...this.#lines.map((line) => line.element));
    this.#part("files-index").hidden = true;
    this.#element.hidden = !files.length;
    this.#title(`${files.length} files, imported in this order`);
  }

  /** @param {File} file @returns {Line} */
  #line(file) {
    const element = this.#part("file-line").content.firstElementChild.cloneNode(true);
    const [name, size, remove, bar, result] = element.children;
    name.textContent = file.name;
    size.textContent = fileSize(file.size);
    bar.setAttribute("aria-label", `${file.name}, sent`);
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    const line = { file, element, remove, bar, result };
    remove.addEventListener("click", () => this.#remove(line));
    const objection = this.#form.objection(file);
    if (objection) this.#end(line, { words: objection });
    return line;
  }

  /** A file that has not begun can still be taken out. @param {Line} line */
  #remove(line) {
    this.#lines = this.#lines.filter((one) => one !== line);
    line.element.remove();
    if (this.#sending) this.#part("cancel-files").focus();
    else this.#form.take(this.#lines.map((one) => one.file));
  }

  /** @param {Line} line @param {Became} became */
  #end(line, { place = "", words, more = "" }) {
    line.bar.hidden = true;
    line.result.hidden = false;
    line.result.dataset.tone = !place ? "bad" : "good";
    const told = Object.assign(document.createElement(place ? "a" : "span"), place ? { href: place, className: "link" } : {});
    told.textContent = words;
    line.result.replaceChildren(told, more && ` ${more}`);
  }

  /** Send them all with these fields of the form; resolves to the files that are worth another try. @param {FormData} fields @param {(words: string) => void} announce */
  async send(fields, announce) {
    this.#stopped = false;
    this.#part("cancel-files").hidden = false;
    this.#part("cancel-files").focus();
    const done = { imports: 0, none: 0, again: /** @type {File[]} */ ([]) };
    for (let at = 0; at < this.#lines.length; at += 1) { // a line that waits may be removed
      const line = this.#lines[at];
      this.#title(`File ${at + 1} of ${this.#lines.length}`);
      line.remove.hidden = true;
      const became = await this.#one(line, fields);
      this.#end(line, became);
      done[became.place ? "imports" : "none"] += 1;
      if (became.again) done.again.push(line.file);
      announce(`${line.file.name}: ${became.words} ${became.more ?? ""}`);
    }
    this.#sending = null;
    this.over = true;
    this.#part("cancel-files").hidden = true;
    this.#part("files-index").hidden = false;
    this.#title(`${this.#lines.length} files: ${done.imports} ${done.imports === 1 ? "import" : "imports"}${done.none ? `, ${done.none} not imported` : ""}`);
    return done.again;
  }

  /** To what became of them. */
  focus() { this.#part("files-title").focus(); }

  /** No more is sent; what has become an import stays one. */
  abort() {
    this.#stopped = true;
    this.#sending?.abort?.();
  }

  /** One file: looked at, sent, made an import. @param {Line} line @param {FormData} fields @returns {Promise<Became>} */
  async #one({ file, bar }, fields) {
    const objection = this.#form.objection(file);
    if (objection) return { words: objection };
    if (this.#stopped) return { words: "Not sent.", again: true };
    bar.hidden = false;
    bar.removeAttribute("value");
    this.#sending = {};
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const look = await this.#form.look(file, body);
    if (look.problem && !look.blocked) return { words: look.problem };
    if (look.blocked) body.set("hold", "yes"); // a question is open: it waits for the answer, on a page of its own
    if (this.#stopped) return { words: "Not sent.", again: true };
    const { id, forget, words } = await this.#send(file, bar, body);
    if (!id) return { words, again: true };
    body.set("upload", id);
    return this.#make(body, forget);
  }

  /** @param {File} file @param {any} bar @param {FormData} body @returns {Promise<any>} */
  #send(file, bar, body) {
    return new Promise((resolve) => {
      this.#sending = this.#form.send(file, body, {
        progress: (sent) => { if (sent < file.size) bar.value = sent / file.size; else bar.removeAttribute("value"); },
        failed: (words) => resolve({ words }),
        done: (id, forget) => resolve({ id, forget }),
      });
    });
  }

  /** An upload that is whole becomes an import. @param {FormData} body @param {() => Promise<void>} forget @returns {Promise<Became>} */
  async #make(body, forget) {
    const made = await makeImport(this.#form.action, body);
    if (!made.id) return { words: made.problem ?? "You are signed out. Sign in, then start the import again.", again: true };
    await forget();
    const begun = { place: made.location, words: `Import ${made.id}` };
    if (made.held) return { ...begun, more: "waits for your check." };
    return { ...begun, more: made.verdict ? `${made.verdict}.` : "has begun." };
  }
}
