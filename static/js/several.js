// Several files on their way, one after the other. Each has a line: its name and size, its own bar, and then its import or the
// reason why there is none. One that fails does not stop the rest.

/** The list of the files under a form; `form` is what is asked of it: objection(file), ask(body) and take(files). */
class Several {
  #element; #form; #lines = []; #sending = null; #stopped = false;
  over = false; // what it says is how the last ones ended

  constructor(element, form) {
    this.#element = element;
    this.#form = form;
    this.#part("cancel-files").addEventListener("click", () => this.abort());
  }

  #part(name) { return this.#element.querySelector(`[data-${name}]`); }
  #title(words) { this.#part("files-title").textContent = words; }

  /** What was chosen, in the order in which it is imported. */
  show(files) {
    this.over = false;
    this.#lines = files.map((file) => this.#line(file));
    this.#part("file-lines").replaceChildren(...this.#lines.map((line) => line.element));
    this.#part("files-index").hidden = true;
    this.#element.hidden = !files.length;
    this.#title(`${files.length} files, imported in this order`);
  }

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

  /** A file that has not begun can still be taken out. */
  #remove(line) {
    this.#lines = this.#lines.filter((one) => one !== line);
    line.element.remove();
    if (this.#sending) this.#part("cancel-files").focus();
    else this.#form.take(this.#lines.map((one) => one.file));
  }

  #end(line, { place = "", words, more = "", bad = !place }) {
    line.bar.hidden = true;
    line.result.hidden = false;
    line.result.dataset.tone = bad ? "bad" : "good";
    const told = document.createElement(place ? "a" : "span");
    if (place) { told.href = place; told.className = "link"; }
    told.textContent = words;
    line.result.replaceChildren(told, more && ` ${more}`);
  }

  /** Send them all with these fields of the form; resolves to the files that are worth another try. */
  async send(fields, announce) {
    this.#stopped = false;
    this.#part("cancel-files").hidden = false;
    this.#part("cancel-files").focus();
    const done = { imports: 0, none: 0, again: [] };
    for (let at = 0; at < this.#lines.length; at += 1) { // lines may go meanwhile, but only those that wait
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

  /** One file: looked at, sent, made an import. Resolves to its place and words, or why there is none. */
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
    if (look?.unusable) return { words: look.unusable };
    if (look?.blocked) body.set("hold", "yes"); // a question is open: it waits for the answer, on a page of its own
    if (this.#stopped) return { words: "Not sent.", again: true };
    const { id, forget, words } = await new Promise((resolve) => {
      this.#sending = this.#form.send(file, body, {
        progress: (sent) => { if (sent < file.size) bar.value = sent / file.size; else bar.removeAttribute("value"); },
        failed: (words) => resolve({ words }),
        done: (id, forget) => resolve({ id, forget }),
      });
    });
    if (!id) return { words, again: true };
    body.set("upload", id);
    return this.#make(body, forget);
  }

  /** An upload that is whole becomes an import. */
  async #make(body, forget) {
    try {
      const response = await fetch(this.#form.action, { method: "POST", body });
      const text = await response.text();
      const [, number, held] = /\/imports\/(\d+)(\/look)?$/.exec(new URL(response.url).pathname) ?? [];
      if (!response.ok || !number) return { words: reasonIn({ status: response.status, responseText: text }), again: true };
      await forget();
      if (held) return { place: response.url, words: `Import ${number}`, more: "waits for you: look at it and start it." };
      const verdict = pageOf(text).querySelector(".verdict h2")?.textContent.trim();
      return { place: response.url, words: `Import ${number}`, more: verdict ? `${verdict}.` : "has begun." };
    } catch {
      return { words: reasonIn({ status: 0 }), again: true };
    }
  }
}
