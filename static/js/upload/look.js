// @ts-check
// The first look: the beginning of a file is sent, and the server shows what it understands, with every guess as a control.
import { byId, find, findAll } from "../dom.js";
import { pageOf } from "../trusted.js";

const LOOK_BYTES = 1024 * 1024; // of the file's beginning, sent before the rest
const PAUSE_MS = 300; // a person who types in a select changes it with every letter

/** What the look asks of the form that it belongs to.
 * @typedef {object} Host
 * @property {() => File | null} file the one file that is chosen
 * @property {() => boolean} busy whether files are on their way
 * @property {(words: string) => void} problem show what is wrong, or nothing
 * @property {(words: string) => void} announce
 * @property {(blocked: boolean) => void} blocked whether the import may start
 */

export class Look {
  #form; #host; #place; #options; #asked = 0; #owed = false;
  #soon = 0;
  /** @type {{name: string, value: any, before: any}[]} */
  #replaced = [];
  /** Whether the file is sent first, and looked at before it starts. */
  hold = false;

  /** @param {HTMLFormElement} form @param {Host} host */
  constructor(form, host) {
    this.#form = form;
    this.#host = host;
    this.#place = find("[data-look-place]");
    this.#options = find("[data-options]");
    this.#place.addEventListener("change", (/** @type {any} */ event) => { if (event.target.name !== "shown") this.#askSoon(); });
    this.#place.addEventListener("focusout", () => { if (this.#owed) this.#askSoon(); });
    this.#place.addEventListener("keydown", (/** @type {any} */ event) => {
      if (event.key !== "Enter" || !event.target.matches("input") || event.isComposing) return;
      event.preventDefault(); // Enter in a field is the end of a word, not the start of an import
      this.#askSoon();
    });
    this.#place.addEventListener("click", (/** @type {any} */ event) => {
      const button = event.target.closest("[data-template]");
      if (!button) return;
      event.preventDefault();
      this.ask(button.value);
    });
  }

  /** Nothing is seen, and no template is used. */
  clear() {
    this.#restore();
    this.#place.replaceChildren();
  }

  /** @param {boolean} hidden */
  hide(hidden) { this.#place.hidden = hidden; }

  /** An answer that is still on its way is not waited for. */
  stop() { clearTimeout(this.#soon); }

  #askSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.ask(), PAUSE_MS);
  }

  /** Show what the server understands of the beginning of the file. @param {string} [template] */
  async ask(template) {
    clearTimeout(this.#soon);
    const file = this.#host.file();
    if (!file) return;
    const look = ++this.#asked;
    this.hold = await isBeyond(file);
    if (this.hold) return;
    const choices = this.#choices();
    const body = this.#beginning(file, new FormData(this.#form));
    if (template) body.append("template", template);
    const { answer, words } = await this.#send(body);
    if (look !== this.#asked || this.#host.busy()) return; // a newer one is on its way, or the file is
    this.#owed = choices !== this.#choices();
    if (this.#owed) return; // an answer to what is not there any more: who is typing is not disturbed, and asks next
    if (answer) this.#show(answer, Boolean(template));
    else this.#unseen(words);
  }

  /** What the beginning of one of several files says against it. @param {File} file @param {FormData} fields */
  async glance(file, fields) {
    if (await isBeyond(file)) return {};
    try {
      const response = await this.#post(this.#beginning(file, fields), { Accept: "application/json" });
      return response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
    } catch {
      return {};
    }
  }

  /** @param {FormData} body @param {Record<string, string>} [headers] */
  #post(body, headers = {}) { return fetch(this.#form.dataset.lookAt ?? "", { method: "POST", body, headers }); }

  /** What is sent for a look: the choices of the form and the beginning of a file. @param {File} file @param {FormData} fields */
  #beginning(file, fields) {
    const body = new FormData();
    for (const [name, value] of fields) if (name !== "file") body.append(name, value);
    body.append("beginning", file.slice(0, LOOK_BYTES), file.name);
    if (file.size <= LOOK_BYTES) body.append("whole", "yes");
    return body;
  }

  /** The server's look, a part of this page; or why there is none. @param {FormData} body */
  async #send(body) {
    try {
      const response = await this.#post(body);
      const text = await response.text();
      const isPlain = response.headers.get("Content-Type")?.startsWith("text/plain");
      return { answer: response.ok ? find("[data-look]", pageOf(text)) : null, words: isPlain ? text : "" };
    } catch {
      return { answer: null, words: "" };
    }
  }

  /** @param {any} answer @param {boolean} isReplaced */
  #show(answer, isReplaced) {
    this.#host.problem("");
    this.#redraw(answer);
    if (isReplaced) this.#adopt(JSON.parse(answer.dataset.panel ?? "{}"));
    this.#host.blocked("blocked" in answer.dataset);
    const notices = findAll(".notice p", answer).map((part) => part.textContent.trim());
    this.#host.announce(notices.join(" ") || "The first rows of the file are shown below.");
  }

  /** No look: what was chosen stays. Without any, the file is simply sent, and then says what is wrong. @param {string} words */
  #unseen(words) {
    if (this.#place.childElementCount) this.#host.problem(words || "The server did not answer. Your choices are kept. Change one to try again.");
  }

  /** All that is chosen or typed in the look, to be compared. */
  #choices() {
    const fields = findAll("input, select, textarea", this.#place);
    return JSON.stringify(fields.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
  }

  /** The new look for the old one: what is open stays open, what is scrolled stays there, and who is typing goes on. @param {HTMLElement} answer */
  #redraw(answer) {
    const place = this.#place;
    const open = findAll("details[open]", place).map((part) => part.id);
    const scrolled = findAll(".table-scroll", place).map((part) => [part.getAttribute("aria-label"), part.scrollLeft, part.scrollTop]);
    const here = /** @type {any} */ (place.contains(document.activeElement) ? document.activeElement : null);
    const caret = here?.matches("input") && here.selectionStart !== null ? [here.selectionStart, here.selectionEnd] : null;
    place.replaceChildren(answer);
    for (const id of open) byId(id)?.setAttribute("open", "");
    for (const [label, left, top] of scrolled) find(`.table-scroll[aria-label="${label}"]`, place)?.scrollTo(left, top);
    const again = successor(here);
    again?.focus({ preventScroll: true });
    if (!caret || !again?.matches("input")) return;
    if (again.value !== here.value) again.value = here.value; // as it was typed, with the space before the next word
    again.setSelectionRange(...caret);
  }

  // ---- the options beside the look: as a template has them, and back when it is not used any more ----

  /** @param {Record<string, any>} choices */
  #adopt(choices) {
    this.#restore();
    for (const [name, value] of Object.entries(choices)) {
      this.#replaced.push({ name, value, before: this.#option(name) });
      this.#setOption(name, value);
    }
  }

  /** The options as they were before a template, but those that were changed since. */
  #restore() {
    for (const { name, value, before } of this.#replaced) if (this.#option(name) === value) this.#setOption(name, before);
    this.#replaced = [];
  }

  /** @param {string} name */
  #option(name) { return new FormData(this.#form).get(name); }

  /** Choose a value of an option. A page that shows no options sends it unseen; null: not at all. @param {string} name @param {any} value */
  #setOption(name, value) {
    const fields = findAll(`[name="${name}"]`, this.#options);
    const radios = fields.filter((field) => field.type === "radio");
    for (const radio of radios) radio.checked = radio.value === value;
    if (radios.length) return;
    const field = fields[0] ?? Object.assign(document.createElement("input"), { type: "hidden", name });
    field.value = value ?? "";
    if (value === null) field.remove();
    else if (!fields.length) this.#options.append(field);
  }
}

/** The table of contents of a ZIP (a workbook is one) stands at its end: a beginning alone would look damaged. So it is sent
    first, and looked at before it starts. @param {File} file */
const isBeyond = async (file) => file.size > LOOK_BYTES && (await file.slice(0, 2).text()) === "PK";

/** What has the focus in the new look: the same control, or the title where that is gone (the button of a template). @param {any} here */
function successor(here) {
  if (!here) return null;
  if (here.matches("summary")) return find("summary", byId(here.parentElement.id) ?? document.createElement("i"));
  return (here.id && byId(here.id)) || byId("look-title");
}
