// @ts-check
// The page's form for files: choose or drop. One file becomes an import at once, whose page is shown while it is sent; several
// are a list.
import "../first_look.js";
import "../steps.js";
import { find, findAll } from "../dom.js";
import "./paste.js";
import { begin } from "./send.js";
import { become, isSending, sendTo } from "./sending.js";
import { Several } from "./several.js";
import { fileSize } from "./sizes.js";

/** @param {string} name @returns {any} */
const part = (name) => find(`[data-${name}]`);

class Upload {
  #form; #input; #several;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#input = find('input[type="file"]', form);
    this.#several = new Several(part("files"), { places: this.#places, objection: (file) => this.#objection(file), announce: (words) => { part("announce").textContent = words; } });
    this.#input.addEventListener("change", () => this.#take([...this.#input.files]));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#input.click(); });
    form.addEventListener("files", (/** @type {any} */ event) => this.#take(event.detail)); // dropped somewhere on the page
    addEventListener("pageshow", ({ persisted }) => { if (persisted) this.#form.reset(); });
  }

  get #places() {
    const { begin: address = "", tus = "" } = this.#form.dataset;
    return { begin: address, tus, token: find('[name="csrf_token"]', this.#form).value };
  }

  /** @param {File[]} files */
  async #take(files) {
    if (!files.length || isSending() || this.#form.hasAttribute("data-sending")) return;
    this.#problem("");
    if (files.length === 1) await this.#one(files[0]);
    else {
      part("dropzone").hidden = true;
      this.#form.toggleAttribute("data-sending", true);
      await this.#several.send(files);
      this.#form.toggleAttribute("data-sending", false);
      part("dropzone").hidden = false;
    }
    this.#form.reset();
  }

  /** @param {File} file */
  async #one(file) {
    const objection = this.#objection(file);
    if (objection) {
      this.#problem(objection);
      return;
    }
    const places = this.#places;
    this.#form.toggleAttribute("data-sending", true);
    part("announce").textContent = `Uploading ${file.name}.`;
    const made = await begin(file, places);
    this.#form.toggleAttribute("data-sending", false);
    if ("id" in made) {
      await become(made.location);
      sendTo(file, made.upload, made.location, places);
    } else if (made.location) location.assign(made.location);
    else this.#problem(made.problem);
  }

  /** @param {string} words */
  #problem(words) {
    part("problem-text").textContent = words;
    part("problem").hidden = !words;
    if (words) part("problem").focus();
  }

  /** Why this file should not even be sent, or nothing. @param {File} file */
  #objection(file) {
    const { maxBytes, maxWords } = this.#form.dataset;
    if (file.size === 0) return `${file.name} is empty, or it is a folder. Choose another file.`;
    if (file.size > Number(maxBytes)) return `${file.name} is ${fileSize(file.size)}; the limit is ${maxWords}. Split it into several files.`;
    return "";
  }
}

const started = new WeakSet();

/** Let the form of this page, if there is one, take files. */
export function start() {
  for (const form of findAll("form[data-upload]")) {
    if (started.has(form)) continue;
    started.add(form);
    new Upload(form);
  }
}
start();
