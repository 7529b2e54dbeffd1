// Trusted Types: HTML as text is taken here alone, by htmx and by `pageOf`, and both have it from our own server. Whoever
// else tries, in our scripts or in a library, gets an error. A script in what is swapped in is emptied: our fragments
// have none.

const trust = window.trustedTypes?.createPolicy("htmx", { createHTML: (text) => text, createScript: () => "" });
if (trust) htmx.registerExtension("trusted-types", { init: (api) => api.initSecurity(trust) });

/** An answer of our server as a document, which runs and loads nothing. */
const pageOf = (text) => new DOMParser().parseFromString(trust ? trust.createHTML(text) : text, "text/html");
