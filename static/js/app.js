// The few things that HTML and htmx can't say: theme, times as "3 min ago", messages, copying, asking first, menus,
// and the upload with its bar. Everything listens on the document, so that what htmx swaps in works at once.

const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

/** Call `act(element, event)` for a click on anything that matches `selector`, now or later. */
function onClick(selector, act) {
  document.addEventListener("click", (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });
}

// ---- theme ----

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const showTheme = (dark) => document.documentElement.classList.toggle("dark", dark);

function storedTheme() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

/** Switch; a choice that equals the system's is forgotten, so that the page follows the system again. */
onClick("[data-theme-toggle]", () => {
  const dark = !document.documentElement.classList.contains("dark");
  showTheme(dark);
  try {
    if (dark === systemIsDark.matches) localStorage.removeItem("theme");
    else localStorage.setItem("theme", dark ? "dark" : "light");
  } catch { /* storage is blocked: the choice lasts as long as the page */ }
});
systemIsDark.addEventListener("change", () => { if (!storedTheme()) showTheme(systemIsDark.matches); });
addEventListener("storage", (event) => {
  if (event.key === "theme") showTheme(event.newValue ? event.newValue === "dark" : systemIsDark.matches);
});

// ---- times ----

const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** How long ago a moment was, in words. */
function inWords(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? [];
  return unit ? ago.format(Math.round(seconds / size), unit) : "just now";
}

/** Every <time data-ago> in words, with the absolute local time as its title. */
function tellTimes() {
  each("time[data-ago]", (time) => {
    const moment = new Date(time.dateTime);
    const words = inWords(moment);
    if (time.textContent !== words) time.textContent = words;
    time.title = absolute.format(moment);
  });
}
tellTimes();
setInterval(tellTimes, 30_000);

// ---- after htmx has swapped something in ----

document.addEventListener("htmx:after:swap", () => {
  tellTimes();
  timeToasts();
  // Polling has no closing event of its own: the finished fragment says that it is over.
  const progress = document.getElementById("progress");
  if (progress?.querySelector("[data-finished]")) progress.dispatchEvent(new CustomEvent("done"));
});

// ---- messages ----

const STAY_MS = { success: 7000, info: 7000, undo: 12_000 }; // an error stays until it is dismissed

/** A message goes by itself after a while; not under the pointer or the focus. */
function letGo(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(letGo, 1500, toast);
  else toast.remove();
}

/** Start the time of every message that is new. */
function timeToasts() {
  each("[data-toast]:not([data-timed])", (toast) => {
    toast.dataset.timed = "";
    const stay = STAY_MS[toast.dataset.toast];
    if (stay) setTimeout(letGo, stay, toast);
  });
}
timeToasts();
onClick("[data-toast-close]", (button) => button.closest("[data-toast]").remove());

/** After a save that failed the focus is on what says so, wherever the page was scrolled to. */
function showProblems(root) {
  const message = root.querySelector("[data-problems]") ?? root.querySelector('[data-toast="error"]');
  if (!message) return;
  message.tabIndex = -1;
  message.focus();
  message.scrollIntoView({ block: "nearest" });
}
showProblems(document);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (![409, 422].includes(ctx.response?.status)) return;
  showProblems(document.getElementById(ctx.target?.id) ?? document);
});

/** A link to a field of a form goes to its control, whatever it is. */
onClick("[data-problems] a[href^='#']", (link, event) => {
  const field = document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? (field.querySelector("input, select, textarea") ?? field) : field).focus();
});

/** What did not work, in the corner of the page. */
function complain(words) {
  const toast = document.getElementById("trouble-toast").content.cloneNode(true);
  toast.querySelector("p").textContent = words;
  document.getElementById("toasts").append(toast);
}

/** The number under which the server's log knows this answer. */
function idOf(response) {
  const id = response.headers?.get?.("X-Request-ID");
  return id ? ` as ${id}` : "";
}

/** An answer that was not swapped in would be silence. The product list has a panel of its own; polling tries again. */
function notHeard({ detail: { ctx } }) {
  if (!ctx || ctx.target?.id === "products" || ctx.sourceEvent?.type === "every" || ctx.response?.status < 500) return;
  complain(ctx.response ? `The server could not do this. It was written to the log${idOf(ctx.response)}; try again.` : "The connection was lost. Nothing was changed; try again.");
}
document.addEventListener("htmx:response:error", notHeard);
document.addEventListener("htmx:error", notHeard);

// ---- small helpers of the pages ----

onClick("[data-reload]", () => location.reload());

onClick("[data-copy]", async (button) => {
  if ("copied" in button.dataset) return;
  const label = button.getAttribute("aria-label");
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.copied = "";
  button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute("aria-label", label);
  }, 2000);
});

/** Show a dialog, and tell it: browsers have no event of their own for that yet. */
function openDialog(id) {
  const dialog = document.getElementById(id);
  dialog.showModal();
  dialog.append(document.getElementById("toasts")); // a message beside a dialog would lie below it
  dialog.dispatchEvent(new Event("opened"));
}
document.addEventListener("close", () => {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  (dialog ?? document.body).append(document.getElementById("toasts"));
}, true);

/** A button with data-open shows its dialog; when it is a form's button too, the dialog asks before that is sent. */
onClick("[data-open]", (button, event) => {
  event.preventDefault();
  openDialog(button.dataset.open);
});

// A page in a dialog has its own address; closing it goes back, and going back closes it. What is below it stays as it is.
let closing = false;
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const title = ctx.sourceElement?.dataset?.dialogTitle;
  const dialog = document.getElementById("dialog");
  if (!title || ctx.target?.id !== "dialog-content" || ctx.response.status >= 400 || dialog.open) return;
  document.getElementById("dialog-title").textContent = title;
  dialog.dataset.path = location.pathname;
  openDialog("dialog");
  dialog.querySelector("#dialog-content :is(input:not([type=hidden]), textarea)")?.focus();
});
document.addEventListener("close", ({ target }) => {
  if (target.id !== "dialog") return;
  document.getElementById("dialog-content").replaceChildren();
  closing = target.dataset.path === location.pathname;
  if (closing) history.back();
}, true); // this event does not bubble
document.addEventListener("htmx:before:history:restore", (event) => {
  const dialog = document.querySelector("#dialog[open]");
  if (!closing && !dialog) return;
  event.preventDefault();
  closing = false;
  dialog?.close();
});

/** A click beside a dialog closes it; not the second of the double click that opened it. */
onClick("dialog[open]", (dialog, event) => {
  if (event.detail > 1) return;
  const box = dialog.getBoundingClientRect();
  const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (event.target === dialog && beside) dialog.close();
});

/** One menu at a time, and none after a choice, a click elsewhere or Escape. */
document.addEventListener("click", (event) => each("details.menu[open]", (menu) => { if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false; }));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/** A form with data-confirm opens its dialog first; the dialog's button sends it. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = document.getElementById(form.dataset.confirm ?? "");
  if (dialog && !form.dataset.confirmed) {
    event.preventDefault();
    dialog.dataset.asks = form.id;
    openDialog(dialog.id);
  }
});
onClick("[data-dialog-close]", (button) => button.closest("dialog").close());
onClick("[data-dialog-confirm]", (button, event) => {
  if (event.detail > 1) return; // nobody can have read the question
  const dialog = button.closest("dialog");
  const form = document.getElementById(dialog.dataset.asks);
  dialog.close();
  if (!form) return; // the import ended while we asked
  form.dataset.confirmed = "yes";
  form.requestSubmit();
});

// ---- attributes of a product: the name of one that it has opens for typing by a button alone ----

const lockNames = () => each("[data-locked]", (name) => { name.readOnly = true; delete name.dataset.locked; });
lockNames();
document.addEventListener("htmx:after:swap", lockNames);

onClick("[data-rename-attribute]", (button) => {
  const name = button.closest(".pair").querySelector('[name="key"]');
  name.readOnly = false;
  name.select();
  button.remove();
});
onClick("[data-remove-attribute]", (button) => {
  const pair = button.closest(".pair");
  const next = pair.closest("[data-attributes]").querySelector("[data-add-attribute]");
  pair.remove();
  next.focus();
});
onClick("[data-add-attribute]", (button) => {
  const rows = button.closest("[data-attributes]");
  const row = rows.querySelector("[data-attribute-row]").content.cloneNode(true);
  const name = row.querySelector('[name="key"]');
  rows.querySelector("template").before(row);
  name.focus();
});

/** A form that posts is sent once, however often its button is pressed; and then it asks nothing more. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.gone) return event.preventDefault();
  form.dataset.gone = "yes";
});
document.addEventListener("htmx:before:request", (event) => { if (event.target.dataset?.gone) event.preventDefault(); });
addEventListener("pageshow", () => each("form[data-gone]", (form) => { delete form.dataset.gone; }));

// ---- upload ----

/** 2147483648 -> "2 GiB" (the same words as the server's filter). */
function fileSize(bytes) {
  if (bytes === 1) return "1 byte";
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < 3) { bytes /= 1024; unit += 1; }
  return `${bytes >= 10 || Number.isInteger(bytes) ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** 65 -> "1 min 5 s". */
function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Bytes a second over the last few seconds; `see(bytes)` at every news. */
class Speedometer {
  #seen = [[performance.now(), 0]];

  see(bytes) {
    const now = performance.now();
    this.#seen.push([now, bytes]);
    while (this.#seen.length > 2 && now - this.#seen[0][0] > 4000) this.#seen.shift();
    const [then, before] = this.#seen[0];
    return now > then ? ((bytes - before) * 1000) / (now - then) : 0;
  }
}

/** What an answer that is not a success says to people: an error page, the form with its errors, or plain words. */
function reasonIn(xhr) {
  if (xhr.status === 0) return "The connection was lost. Check the network, then start the import again; nothing was imported.";
  const page = pageOf(xhr.responseText);
  const words = [...page.querySelectorAll("[data-problem-text], [data-error-title], [data-error-message]")].map((part) => part.textContent.trim());
  if (words.some(Boolean)) return words.join(". ");
  const plain = page.body.textContent.trim();
  return plain && plain.length < 300 ? plain : `The server answered with error ${xhr.status}. Nothing was imported; try again in a moment.`;
}

const LOOK_BYTES = 1024 * 1024; // of the file's beginning, sent before the rest

/** The page's form for a file: choose or drop, check the size, send with a bar, go on to the import. */
class Upload {
  #form; #xhr = null; #announced = 0; #looks = 0; #hold = false; #soon = 0; #owed = false; #files; #replaced = [];

  constructor(form) {
    this.#form = form;
    this.input = form.querySelector('input[type="file"]');
    this.input.addEventListener("change", () => this.#choose());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#start(); });
    this.#part("cancel-upload").addEventListener("click", () => this.#xhr?.abort());
    addEventListener("beforeunload", (event) => { if (this.#xhr) event.preventDefault(); });
    addEventListener("pageshow", ({ persisted }) => { // the browser may have kept a choice, or the page as it was left
      if (persisted && !this.#xhr) this.#idle("");
      this.#choose();
    });
    this.#part("look-place").addEventListener("change", (event) => { if (event.target.name !== "shown") this.#lookSoon(); });
    this.#part("look-place").addEventListener("focusout", () => { if (this.#owed) this.#lookSoon(); });
    this.#part("look-place").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input") || event.isComposing) return;
      event.preventDefault(); // Enter in a field is the end of a word, not the start of an import
      this.#lookSoon();
    });
    this.#part("look-place").addEventListener("click", (event) => {
      const button = event.target.closest("[data-profile]");
      if (!button) return;
      event.preventDefault();
      this.#look(button.value);
    });
  }

  /** Whether files are on their way. */
  get isBusy() { return Boolean(this.#xhr); }

  #part(name) { return document.querySelector(`[data-${name}]`); }
  #say(name, words) { this.#part(name).textContent = words; }

  /** Show what was chosen; a button starts it. `told`: the list says what became of the last try, and stays. */
  #choose(told = false) {
    const file = this.input.files[0];
    this.#part("chosen").hidden = !file;
    this.#part("dropzone").toggleAttribute("data-ready", Boolean(file));
    this.#say("picker-label", file ? "Choose another" : "Choose a file");
    const picker = this.#part("picker-label"); // one button is the next step: this one, or the one that starts
    if (file) picker.dataset.variant = "outline"; else delete picker.dataset.variant;
    this.#problem("");
    this.#restore();
    this.#part("look-place").replaceChildren();
    this.#part("start").disabled = false;
    const more = this.input.files.length - 1;
    this.#files ??= new Several(this.#part("files"), this.#ways()); // not sooner: its script comes after this one
    if (!told && (file || !this.#files.over)) this.#files.show(more > 0 ? [...this.input.files] : []);
    if (!file) return null;
    this.#say("chosen-name", more ? `${more + 1} files` : file.name);
    this.#say("chosen-size", fileSize([...this.input.files].reduce((sum, each) => sum + each.size, 0)));
    const objection = more ? "" : this.#objection(file);
    if (objection) this.#problem(objection);
    this.#part("start").focus();
    return objection ? null : this.#look();
  }

  /** Choose these instead, as if by the button; `told` as in #choose. */
  take(files, told = false) {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    return this.#choose(told);
  }

  /** What the list of several files asks of this form. */
  #ways() {
    const { uploads, tus } = this.#form.dataset;
    return {
      action: this.#form.action,
      objection: (file) => this.#objection(file),
      take: (files) => this.take(files),
      look: (file, fields) => this.#glance(file, fields),
      send: (file, fields, told) => sendFile(file, { uploads, tus, token: fields.get("csrf_token") }, told),
    };
  }

  /** What the beginning of one of several files says against it: `unusable` in words, or `blocked` by an open question. */
  async #glance(file, fields) {
    const { answer, words } = (await this.#beyond(file)) ? {} : await this.#ask(this.#beginning(file, fields));
    if (words) return { unusable: words };
    const problem = answer?.querySelector("[data-look-problem]")?.textContent.trim();
    return { unusable: answer && "unusable" in answer.dataset ? problem : "", blocked: Boolean(answer && "blocked" in answer.dataset) };
  }

  /** Look again once nobody has changed anything for a moment: whoever types in a select changes it with every letter. */
  #lookSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#look(), 300);
  }

  /** Show what the server understands of the beginning of the file; resolves to the answer's element, if there is one. */
  async #look(profile) {
    clearTimeout(this.#soon);
    const file = this.input.files[0];
    if (!file || this.input.files.length > 1) return null; // several are understood each by itself
    const look = ++this.#looks;
    this.#hold = await this.#beyond(file);
    if (this.#hold) return null;
    const asked = this.#choices();
    const body = this.#beginning(file, new FormData(this.#form));
    if (profile) body.append("profile", profile);
    const { answer, words } = await this.#ask(body);
    if (look !== this.#looks || this.#xhr) return null; // a newer one is on its way, or the file is
    this.#owed = asked !== this.#choices();
    if (this.#owed) return null; // an answer to what is not there any more: who is typing is not disturbed, and asks next
    if (!answer) return this.#unseen(words);
    this.#problem("");
    this.#redraw(answer);
    if (profile) this.#adopt(JSON.parse(answer.dataset.panel ?? "{}"));
    this.#part("start").disabled = "blocked" in answer.dataset;
    this.#say("announce", [...answer.querySelectorAll(".notice p")].map((part) => part.textContent.trim()).join(" ") || "The first rows of the file are shown below.");
    return answer;
  }

  /** The table of contents of a ZIP (a workbook is one) stands at its end: a beginning alone would look damaged. So it is sent
      first, and looked at before it starts. */
  async #beyond(file) { return file.size > LOOK_BYTES && (await file.slice(0, 2).text()) === "PK"; }

  /** What is sent for a look: the choices of the form and the beginning of a file. */
  #beginning(file, fields) {
    const body = new FormData();
    for (const [name, value] of fields) if (name !== this.input.name) body.append(name, value);
    body.append("beginning", file.slice(0, LOOK_BYTES), file.name);
    if (file.size <= LOOK_BYTES) body.append("whole", "yes");
    return body;
  }

  /** The server's look, or why there is none. */
  async #ask(body) {
    try {
      const response = await fetch(this.#form.dataset.lookAt, { method: "POST", body });
      const page = pageOf(await response.text());
      const plain = page.body.textContent.trim();
      return { answer: response.ok ? page.querySelector("[data-look]") : null, words: response.status === 422 && plain.length < 300 ? plain : "" };
    } catch {
      return { answer: null, words: "" };
    }
  }

  /** No look: what was chosen stays. Without any, the file is simply sent, and then says what is wrong. */
  #unseen(words) {
    if (this.#part("look-place").childElementCount) this.#problem(words || "The server could not be asked how it reads this. Your choices are kept; they are shown again with the next one.");
    return null;
  }

  /** All that is chosen or typed in the look, to be compared. */
  #choices() {
    const fields = this.#part("look-place").querySelectorAll("input, select, textarea");
    return JSON.stringify([...fields].map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
  }

  /** The new look for the old one: what is open stays open, what is scrolled stays there, and who is typing goes on. */
  #redraw(answer) {
    const place = this.#part("look-place");
    const open = [...place.querySelectorAll("details[open]")].map((part) => part.id);
    const scrolled = [...place.querySelectorAll(".table-scroll")].map((part) => [part.getAttribute("aria-label"), part.scrollLeft, part.scrollTop]);
    const here = place.contains(document.activeElement) ? document.activeElement : null;
    const caret = here?.matches("input") && here.selectionStart !== null ? [here.selectionStart, here.selectionEnd] : null;
    place.replaceChildren(answer);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    for (const [label, left, top] of scrolled) place.querySelector(`.table-scroll[aria-label="${label}"]`)?.scrollTo(left, top);
    const again = this.#successor(here);
    again?.focus({ preventScroll: true });
    if (!caret || !again?.matches("input")) return;
    if (again.value !== here.value) again.value = here.value; // as it was typed, with the space before the next word
    again.setSelectionRange(...caret);
  }

  /** What has the focus in the new look: the same control, or the title where that is gone (the button of a profile). */
  #successor(here) {
    if (!here) return null;
    if (here.matches("summary")) return document.getElementById(here.parentElement.id)?.querySelector("summary");
    return (here.id && document.getElementById(here.id)) || document.getElementById("look-title");
  }

  /** The options beside the look, as a profile has them; they are put back when it is not used any more. */
  #adopt(choices) {
    this.#restore();
    for (const [name, value] of Object.entries(choices)) {
      this.#replaced.push({ name, value, before: this.#option(name) });
      this.#setOption(name, value);
    }
  }

  /** The options as they were before a profile, but those that were changed since. */
  #restore() {
    for (const { name, value, before } of this.#replaced) if (this.#option(name) === value) this.#setOption(name, before);
    this.#replaced = [];
  }

  #option(name) { return new FormData(this.#form).get(name); }

  /** Choose a value of an option. A page that shows no options sends it unseen; null: not at all. */
  #setOption(name, value) {
    const fields = [...this.#part("options").querySelectorAll(`[name="${name}"]`)];
    const radios = fields.filter((field) => field.type === "radio");
    radios.forEach((radio) => { radio.checked = radio.value === value; });
    if (radios.length) return;
    const field = fields[0] ?? Object.assign(document.createElement("input"), { type: "hidden", name });
    field.value = value ?? "";
    if (value === null) field.remove(); else this.#part("options").append(...(fields.length ? [] : [field]));
  }

  #problem(words) {
    this.#say("problem-text", words);
    this.#part("problem").hidden = !words;
  }

  /** Why this file should not even be sent, or nothing. */
  #objection(file) {
    const { maxBytes, maxWords } = this.#form.dataset;
    if (!file) return "Choose a CSV file first.";
    if (file.size === 0) return `${file.name} is empty, or it is a folder. Choose a CSV file.`;
    if (file.size > Number(maxBytes)) return `${file.name} has ${fileSize(file.size)}; at most ${maxWords} are taken. Split it into several files.`;
    return "";
  }

  #start() {
    if (this.#xhr || this.#part("start").disabled) return;
    clearTimeout(this.#soon);
    const file = this.input.files[0];
    const body = new FormData(this.#form); // before the options are locked: locked ones would not be sent
    if (this.input.files.length > 1) return this.#sendAll(body);
    const objection = this.#objection(file);
    if (objection) return this.#problem(objection);
    this.#problem("");
    if (this.#hold) body.append("hold", "yes");
    this.#busy(file);
    this.#send(body, file);
  }

  /** From choosing to sending, on the screen. */
  #busy(file) {
    this.#announced = 0;
    this.#part("dropzone").hidden = this.#part("look-place").hidden = true;
    this.#part("uploading").hidden = false;
    this.#part("options").disabled = true;
    this.#say("name", file.name);
    this.#say("announce", `Uploading ${file.name}.`);
    this.#progress(0, file.size, 0);
    this.#part("cancel-upload").disabled = false;
    this.#part("cancel-upload").focus();
  }

  /** And back: the choice is still there. */
  #idle(words) {
    this.#xhr = null;
    this.#part("uploading").hidden = true;
    this.#part("dropzone").hidden = this.#part("look-place").hidden = false;
    this.#part("options").disabled = false;
    this.#say("announce", "");
    this.#problem(words);
    this.#part("start").focus();
  }

  /** The file first, so that it can go on after a cut (resume.js); then the form, which names it. */
  #send(body, file) {
    const speed = new Speedometer();
    const { uploads, tus } = this.#form.dataset;
    let begun = null; // what had arrived before
    this.#xhr = sendFile(file, { uploads, tus, token: body.get("csrf_token") }, {
      progress: (sent) => this.#progress(sent, file.size, speed.see(sent - (begun ??= sent))),
      failed: (words) => this.#idle(words),
      done: (id, forget) => this.#finish(body, id, forget),
    });
  }

  #finish(body, id, forget) {
    this.#sent();
    body.delete(this.input.name);
    body.append("upload", id);
    this.#post(body, forget);
  }

  /** Several files, each an import of its own. Afterwards the form is ready again; what could not be sent is still chosen. */
  async #sendAll(body) {
    this.#xhr = this.#files;
    if (this.#files.over) this.#files.show([...this.input.files]); // another try: only of those
    this.#problem("");
    this.#part("dropzone").hidden = this.#part("options").disabled = true;
    body.delete(this.input.name);
    const again = await this.#files.send(body, (words) => this.#say("announce", words));
    this.#xhr = null;
    this.#part("dropzone").hidden = this.#part("options").disabled = false;
    this.take(again, true);
    this.#files.focus();
  }

  #post(body, after = () => {}) {
    const xhr = (this.#xhr = new XMLHttpRequest());
    xhr.addEventListener("load", async () => { await after(); this.#answered(xhr); });
    xhr.addEventListener("error", () => this.#idle(reasonIn(xhr)));
    xhr.addEventListener("abort", () => this.#idle("The upload was cancelled. Nothing was imported."));
    xhr.open("POST", this.#form.action);
    setTimeout(() => xhr.send(body)); // first whoever wants to hear of it
    return xhr;
  }

  #progress(sent, size, speed) {
    const part = size ? sent / size : 0;
    const percent = Math.floor(part * 100);
    this.#part("bar").value = part;
    this.#say("percent", `${percent} %`);
    this.#say("sent", `${fileSize(sent)} of ${fileSize(size)}`);
    this.#say("speed", speed ? `${fileSize(speed)}/s` : "–");
    this.#say("left", speed ? duration((size - sent) / speed) : "–");
    if (percent >= this.#announced + 25) { // every quarter is enough to hear
      this.#announced = percent - (percent % 25);
      this.#say("announce", `${this.#announced} percent sent.`);
    }
  }

  /** All bytes are out; the server writes the last of them to its disk. */
  #sent() {
    this.#part("bar").removeAttribute("value");
    this.#say("left", "storing the file");
    this.#say("announce", "The file has been sent. Waiting for the server.");
  }

  #answered(xhr) {
    if (xhr.status >= 200 && xhr.status < 300 && xhr.responseURL !== this.#form.action) {
      this.#xhr = null; // leaving is fine now
      location.assign(xhr.responseURL);
    } else {
      this.#idle(reasonIn(xhr));
    }
  }
}

const uploads = [...document.querySelectorAll("form[data-upload]")].map((form) => new Upload(form));

// ---- streams ----

// A stream whose session is over can't come back: the page is asked for again, and leads to signing in.
document.addEventListener("htmx:sse:error", (event) => { if (event.detail.status === 401) location.reload(); });
