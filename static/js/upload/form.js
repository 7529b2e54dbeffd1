// @ts-check
// The page's form for files: choose or drop, check the size, look, send with a bar, go on to the import.
import { find, findAll } from "../dom.js";
import { Look } from "./look.js";
import { makeImport } from "./make.js";
import "./paste.js";
import { sendFile } from "./send.js";
import { Several } from "./several.js";
import { Speedometer, duration, fileSize } from "./sizes.js";

/** @param {string} name @returns {any} */
const part = (name) => find(`[data-${name}]`);
/** @param {string} name @param {string} words */
const say = (name, words) => { part(name).textContent = words; };

class Upload {
  #form; #input; #look; #several; #announced = 0;
  /** What is on its way. @type {{abort: () => void} | null} */
  #sending = null;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#input = find('input[type="file"]', form);
    this.#several = new Several(part("files"), this.#ways());
    this.#look = new Look(form, {
      file: () => (this.#files.length > 1 ? null : this.#files[0]), // several are understood each by itself
      busy: () => Boolean(this.#sending),
      problem: (words) => this.#problem(words),
      announce: (words) => say("announce", words),
      blocked: (blocked) => { part("start").disabled = blocked; },
    });
    this.#input.addEventListener("change", () => this.#choose());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#start(); });
    form.addEventListener("files", (/** @type {any} */ event) => this.#take(event.detail)); // dropped somewhere on the page
    part("cancel-upload").addEventListener("click", () => this.#sending?.abort());
    addEventListener("beforeunload", (event) => { if (this.#sending) event.preventDefault(); });
    addEventListener("pageshow", ({ persisted }) => { // the browser may have kept a choice, or the page as it was left
      if (persisted && !this.#sending) this.#idle("");
      this.#choose();
    });
  }

  /** @returns {File[]} */
  get #files() { return [...this.#input.files]; }

  /** drop.js sees whether files are on their way. @param {{abort: () => void} | null} what */
  #sends(what) {
    this.#sending = what;
    this.#form.toggleAttribute("data-sending", Boolean(what));
  }

  /** What the list of several files asks of this form. @returns {import("./several.js").Form} */
  #ways() {
    return {
      action: this.#form.action,
      objection: (file) => this.#objection(file),
      take: (files) => this.#take(files),
      look: (file, fields) => this.#look.glance(file, fields),
      send: (file, fields, told) => sendFile(file, this.#places(fields), told),
    };
  }

  /** @param {FormData} fields */
  #places(fields) {
    const { uploads = "", tus = "" } = this.#form.dataset;
    return { uploads, tus, token: fields.get("csrf_token") };
  }

  // ---- choosing ----

  /** Show what was chosen; a button starts it. `told`: the list says what became of the last try, and stays. */
  #choose(told = false) {
    const files = this.#files;
    const [file] = files;
    part("chosen").hidden = !file;
    part("dropzone").toggleAttribute("data-ready", Boolean(file));
    say("picker-label", file ? "Choose another" : "Choose a file");
    const picker = part("picker-label"); // one button is the next step: this one, or the one that starts
    if (file) picker.dataset.variant = "outline"; else delete picker.dataset.variant;
    this.#problem("");
    this.#look.clear();
    part("start").disabled = false;
    if (!told && (file || !this.#several.over)) this.#several.show(files.length > 1 ? files : []);
    if (file) this.#show(files);
  }

  /** @param {File[]} files */
  #show(files) {
    say("chosen-name", files.length > 1 ? `${files.length} files` : files[0].name);
    say("chosen-size", fileSize(files.reduce((sum, each) => sum + each.size, 0)));
    const objection = files.length > 1 ? "" : this.#objection(files[0]);
    if (objection) this.#problem(objection);
    part("start").focus();
    if (!objection) this.#look.ask();
  }

  /** Choose these instead, as if by the button; `told` as in #choose. @param {File[]} files */
  #take(files, told = false) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.#input.files = transfer.files;
    this.#choose(told);
  }

  /** @param {string} words */
  #problem(words) {
    say("problem-text", words);
    part("problem").hidden = !words;
  }

  /** Why this file should not even be sent, or nothing. @param {File} file */
  #objection(file) {
    const { maxBytes, maxWords } = this.#form.dataset;
    if (!file) return "Choose a CSV file first.";
    if (file.size === 0) return `${file.name} is empty, or it is a folder. Choose a CSV file.`;
    if (file.size > Number(maxBytes)) return `${file.name} has ${fileSize(file.size)}; the limit is ${maxWords}. Split it into several files.`;
    return "";
  }

  // ---- sending ----

  #start() {
    if (this.#sending || part("start").disabled) return;
    this.#look.stop();
    const files = this.#files;
    const body = new FormData(this.#form); // before the options are locked: locked ones would not be sent
    if (files.length > 1) {
      this.#sendAll(body);
      return;
    }
    const objection = this.#objection(files[0]);
    this.#problem(objection);
    if (objection) return;
    if (this.#look.hold) body.append("hold", "yes");
    this.#busy(files[0]);
    this.#send(body, files[0]);
  }

  /** From choosing to sending, on the screen. @param {File} file */
  #busy(file) {
    this.#announced = 0;
    part("dropzone").hidden = true;
    this.#look.hide(true);
    part("uploading").hidden = false;
    part("options").disabled = true;
    say("name", file.name);
    say("announce", `Uploading ${file.name}.`);
    this.#progress(0, file.size, 0);
    part("cancel-upload").disabled = false;
    part("cancel-upload").focus();
  }

  /** And back: the choice is still there. @param {string} words */
  #idle(words) {
    this.#sends(null);
    part("uploading").hidden = true;
    part("dropzone").hidden = false;
    this.#look.hide(false);
    part("options").disabled = false;
    say("announce", "");
    this.#problem(words);
    part("start").focus();
  }

  /** The file first, so that it can go on after a cut (send.js); then the form, which names it. @param {FormData} body @param {File} file */
  #send(body, file) {
    const speed = new Speedometer();
    let begun = -1; // what had arrived before
    this.#sends(sendFile(file, this.#places(body), {
      progress: (sent) => {
        if (begun < 0) begun = sent;
        this.#progress(sent, file.size, speed.see(sent - begun));
      },
      failed: (words) => this.#idle(words),
      done: (id, forget) => this.#finish(body, id, forget),
    }));
  }

  /** All bytes are out; the server makes an import of them. @param {FormData} body @param {string} id @param {() => Promise<void>} forget */
  async #finish(body, id, forget) {
    part("bar").removeAttribute("value");
    say("left", "storing the file");
    say("announce", "The upload is complete. Waiting for the server.");
    body.delete(this.#input.name);
    body.append("upload", id);
    const abort = new AbortController();
    this.#sends(abort);
    const made = await makeImport(this.#form.action, body, abort.signal);
    if (made.id) await forget();
    if (!made.location) {
      this.#idle(made.problem ?? "");
      return;
    }
    this.#sends(null); // leaving is fine now
    location.assign(made.location);
  }

  /** Several files, each an import of its own. Afterwards the form is ready again; what could not be sent is still chosen. @param {FormData} body */
  async #sendAll(body) {
    this.#sends(this.#several);
    if (this.#several.over) this.#several.show(this.#files); // another try: only of those
    this.#problem("");
    part("dropzone").hidden = part("options").disabled = true;
    body.delete(this.#input.name);
    const again = await this.#several.send(body, (words) => say("announce", words));
    this.#sends(null);
    part("dropzone").hidden = part("options").disabled = false;
    this.#take(again, true);
    this.#several.focus();
  }

  /** @param {number} sent @param {number} size @param {number} speed */
  #progress(sent, size, speed) {
    const share = size ? sent / size : 0;
    const percent = Math.floor(share * 100);
    part("bar").value = share;
    say("percent", `${percent} %`);
    say("sent", `${fileSize(sent)} of ${fileSize(size)}`);
    say("speed", speed ? `${fileSize(speed)}/s` : "–");
    say("left", speed ? duration((size - sent) / speed) : "–");
    if (percent < this.#announced + 25) return; // every quarter is enough to hear
    this.#announced = percent - (percent % 25);
    say("announce", `${this.#announced} percent sent.`);
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
