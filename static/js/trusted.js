// @ts-check
// Trusted Types: HTML as text is taken here alone, by htmx and by `pageOf`, and both have it from our own server. All
// other scripts, ours or a library's, get an error. A script in what is swapped in is emptied: our fragments have none.

const types = /** @type {any} */ (window).trustedTypes;
const trust = types?.createPolicy("htmx", { createHTML: (/** @type {string} */ text) => text, createScript: () => "" });
if (trust) htmx.registerExtension("trusted-types", { init: (/** @type {any} */ api) => api.initSecurity(trust) });

/** An answer of our server as a document, which runs and loads nothing. @param {string} text */
export const pageOf = (text) => new DOMParser().parseFromString(trust ? trust.createHTML(text) : text, "text/html");
