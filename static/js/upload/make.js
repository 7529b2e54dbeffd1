// @ts-check
// An upload that is whole becomes an import: the form is posted, and the server answers in JSON.

const LOST = "The connection was lost. Check the network, then start the import again; nothing was imported.";

/**
 * What became of it: `problem` in words, or the import's `id` and `location`, whether it is `held` for a look, its `verdict`
 * if it has one already. An answer that is a page of its own (sign in again) has a `location` alone.
 * @typedef {{problem?: string, location?: string, id?: number, held?: boolean, verdict?: string}} Made
 */

/** Post the form. @param {string} action @param {FormData} body @param {AbortSignal} [signal] @returns {Promise<Made>} */
export async function makeImport(action, body, signal) {
  try {
    const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" }, signal });
    if (response.redirected) return { location: response.url };
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return isJson ? await response.json() : { problem: `The server answered with error ${response.status}. Nothing was imported. Try again in a moment.` };
  } catch {
    return { problem: signal?.aborted ? "The upload was cancelled. Nothing was imported." : LOST };
  }
}
