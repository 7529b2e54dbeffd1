// @ts-check
// One file on its way to the server. Its import is made before the first byte; the bytes follow by tus, in parts that a cut line,
// a reload or a restart can't undo. The protocol's client is loaded when the first file is sent.

const PATIENCE_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000]; // before each new try; any progress starts from the first again
const LOST = "The connection was lost. Check the network, then choose the file again. The upload continues where it stopped.";

/**
 * An import that waits for its file: its number and page, and where the bytes go.
 * @typedef {{id: number, location: string, upload: string}} Begun
 * @typedef {{progress: (sent: number) => void, failed: (words: string) => void, done: () => void}} Heard
 */

/** What is remembered of a file that was begun: the same one goes on after a reload. @param {File} file */
const keyOf = (file) => `catalog upload ${file.name} ${file.size} ${file.lastModified}`;

/** @param {File} file @returns {Begun | null} */
function remembered(file) {
  try { return JSON.parse(localStorage.getItem(keyOf(file)) ?? "null"); } catch { return null; }
}

/** @param {File} file @param {Begun | null} begun */
function remember(file, begun) {
  try {
    if (begun) localStorage.setItem(keyOf(file), JSON.stringify(begun));
    else localStorage.removeItem(keyOf(file));
  } catch { /* storage is blocked: the upload starts again from its first byte */ }
}

/**
 * An import for this file, the one that was begun before if it still waits; or why there is none, in words.
 * @param {File} file @param {{begin: string, token: any}} places @returns {Promise<Begun | {problem: string, location?: string}>}
 */
export async function begin(file, { begin: address, token }) {
  const before = remembered(file);
  const body = new URLSearchParams({ name: file.name, size: String(file.size), csrf_token: token });
  try {
    if (before && await waits(before)) return before;
    const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.redirected) return { problem: "You are signed out. Sign in, then choose the file again.", location: response.url };
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const made = isJson ? await response.json() : { problem: `The server responded with error ${response.status}. Try again in a moment.` };
    if (made.id) remember(file, made);
    return made;
  } catch {
    return { problem: LOST };
  }
}

/** Whether its upload can go on, now or in a moment. @param {Begun} begun */
async function waits(begun) {
  const { ok, redirected, status } = await fetch(begun.upload, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  return !redirected && (ok || status === 429 || status >= 500); // a server that is busy or away still has the upload
}

/** Load the client of the protocol, which leaves `tus` on the page. @param {string} address */
const loadTus = (address) => import(new URL(address, location.href).href);

/** What the server said, or that there was no answer. @param {any} error */
function whyNot(error) {
  const answer = error.originalResponse;
  if (!answer?.getStatus()) return LOST;
  const isPlain = answer.getHeader("Content-Type")?.startsWith("text/plain");
  return isPlain ? answer.getBody().trim() : `The server responded with error ${answer.getStatus()}. Choose the file again. The upload continues where it stopped.`;
}

/**
 * Send the bytes of a file to the upload at `address`. Returns what aborts it: what has arrived stays for later.
 * @param {File} file @param {string} address @param {{tus: string, token: any}} places @param {Heard} told
 */
export function sendFile(file, address, places, told) {
  /** @type {any} */
  let upload = null;
  let aborted = false;
  const start = async () => {
    await loadTus(places.tus);
    upload = new tus.Upload(file, {
      uploadUrl: new URL(address, location.href).href,
      storeFingerprintForResuming: false,
      headers: { "X-CSRFToken": places.token },
      retryDelays: PATIENCE_MS,
      onProgress: (/** @type {number} */ sent) => told.progress(sent),
      onShouldRetry: (/** @type {any} */ error) => { const status = error.originalResponse?.getStatus() ?? 0; return !status || status >= 500 || status === 409 || status === 423; },
      onError: (/** @type {any} */ error) => { if (!aborted) told.failed(whyNot(error)); },
      onSuccess: () => { remember(file, null); if (!aborted) told.done(); },
    });
    if (!aborted) upload.start();
  };
  start().catch(() => { if (!aborted) told.failed(LOST); });
  const abort = () => {
    aborted = true;
    upload?.abort();
  };
  return { abort };
}
