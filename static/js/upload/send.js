// @ts-check
// One file on its way to the server by tus, in parts that a cut line, a reload or a restart can't undo: what has arrived is
// not sent again. The protocol's client is loaded when the first file is sent.

const PATIENCE_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000]; // before each new try; any progress starts from the first again

/** Load the client of the protocol, which leaves `tus` on the page. @param {string} address */
const loadTus = (address) => import(new URL(address, location.href).href);

/** What the server said, or that there was no answer. @param {any} error */
function whyNot(error) {
  const answer = error.originalResponse;
  if (!answer?.getStatus()) return "The connection was lost. Check the network, then start the import again: it goes on where it stopped.";
  const isPlain = answer.getHeader("Content-Type")?.startsWith("text/plain");
  return isPlain ? answer.getBody().trim() : `The server answered with error ${answer.getStatus()}. Start the import again: it goes on where it stopped.`;
}

/** @typedef {{progress: (sent: number) => void, failed: (words: string) => void, done: (id: string, forget: () => Promise<void>) => void}} Heard */

/**
 * Send this file, tell progress, give the upload's id. `places` are the addresses of the uploads and of the client.
 * Returns what aborts it: what has arrived stays for later.
 * @param {File} file @param {{uploads: string, tus: string, token: any}} places @param {Heard} told
 */
export function sendFile(file, places, told) {
  /** @type {any} */
  let upload = null;
  let aborted = false;
  let last = 0;
  const begin = async () => {
    await loadTus(places.tus);
    upload = new tus.Upload(file, {
      endpoint: new URL(places.uploads, location.href).href,
      metadata: { filename: file.name },
      headers: { "X-CSRFToken": places.token },
      retryDelays: PATIENCE_MS,
      removeFingerprintOnSuccess: false, // the import is not made yet
      onProgress: (/** @type {number} */ sent) => { last = sent; told.progress(sent); },
      onShouldRetry: (/** @type {any} */ error) => { const status = error.originalResponse?.getStatus() ?? 0; return !status || status >= 500 || status === 409 || status === 423; },
      onError: (/** @type {any} */ error) => { if (!aborted) told.failed(whyNot(error)); },
      onSuccess: () => { if (!aborted) told.done(upload.url.split("/").pop(), () => forget(upload)); },
    });
    const before = (await upload.findPreviousUploads()).filter((/** @type {any} */ one) => one.uploadUrl);
    if (before.length) upload.resumeFromPreviousUpload(before.at(-1));
    if (!aborted) upload.start();
  };
  begin().catch(() => { if (!aborted) told.failed("The connection was lost. Check the network, then start the import again."); });
  const abort = () => {
    aborted = true;
    upload?.abort();
    told.failed(last ? "The upload was stopped. Nothing was imported. Choose the same file to continue the upload." : "The upload was cancelled. Nothing was imported.");
  };
  return { abort };
}

/** The upload has become an import: the same file is a new upload the next time. @param {any} upload */
async function forget(upload) {
  for (const one of await upload.findPreviousUploads()) {
    try { localStorage.removeItem(one.urlStorageKey); } catch { /* storage is blocked: nothing was kept */ }
  }
}
