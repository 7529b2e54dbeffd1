// Trusted Types: HTML as text is taken here alone, by htmx and by `pageOf`, and both have it from our own server. Whoever
// else tries, in our scripts or in a library, gets an error. A script in what is swapped in is emptied: our fragments
// have none.

const trust = window.trustedTypes?.createPolicy("htmx", { createHTML: (text) => text, createScript: () => "", createScriptURL: ours });
if (trust) htmx.registerExtension("trusted-types", { init: (api) => api.initSecurity(trust) });

/** The address of a script that is loaded later, if it is one of our own. */
function ours(address) {
  if (new URL(address, location.href).origin !== location.origin) throw new TypeError(`${address} is not ours`);
  return address;
}

/** The same for who sets a script's address. */
const scriptAt = (address) => (trust ? trust.createScriptURL(address) : address);

/** An answer of our server as a document, which runs and loads nothing. */
const pageOf = (text) => new DOMParser().parseFromString(trust ? trust.createHTML(text) : text, "text/html");
