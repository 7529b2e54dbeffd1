// @ts-check
// A page that is older than its session: the server sends the token of the session of now, and the next press works.
import { byId, findAll, on } from "./dom.js";

on("htmx:response:error", ({ detail: { ctx } }) => {
  const token = ctx.response?.headers?.get?.("X-CSRFToken");
  if (!token) return;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  byId("session").replaceChildren();
  for (const input of findAll('input[name="csrf_token"]')) input.value = token;
});
