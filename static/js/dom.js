// @ts-check
// Finding elements, and listening on the document, so that what htmx swaps in works at once.

/** @param {string} selector @param {ParentNode} [root] @returns {any} */
export const find = (selector, root = document) => root.querySelector(selector);

/** @param {string} selector @param {ParentNode} [root] @returns {any[]} */
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/**
 * Call `act(event)` at each event of this name, htmx's own among them.
 * @param {string} name @param {(event: any) => void} act @param {boolean} [capture]
 */
export const on = (name, act, capture = false) => document.addEventListener(name, act, capture);

/**
 * Call `act(element, event)` for a click on anything that matches `selector`, now or later.
 * @param {string} selector @param {(element: any, event: any) => void} act
 */
export function onClick(selector, act) {
  on("click", (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });
}

/**
 * Call `act({ctx})` after htmx has swapped something in; `ctx` has target, response and sourceElement.
 * @param {(ctx: any) => void} act
 */
export const onSwap = (act) => on("htmx:after:swap", ({ detail: { ctx } }) => act(ctx));
