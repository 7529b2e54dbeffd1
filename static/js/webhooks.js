// @ts-check
// The log of deliveries: it is filtered at once, and left alone while a person selects in it.
import { find, on } from "./dom.js";

on("change", (event) => event.target.closest("form[data-filter]")?.requestSubmit());

// A morph would take the ticks out of the boxes.
on("htmx:config:request", (event) => {
  const log = event.target.closest?.("#log");
  if (log && find("input:checked", log)) event.preventDefault();
});
