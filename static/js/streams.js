// @ts-check
// Streams of progress: one that falls silent is opened again. A host that loses its network ends no connection.
import { on } from "./dom.js";

const SILENT_MS = 8000; // a web host sends something every 3 seconds

/** @type {Map<any, number>} */
const watches = new Map();

/** Wait for the next sign of life; without one htmx reads the end of the stream, and connects again. @param {any} event */
function heard({ detail: { connection } }) {
  forget(connection);
  watches.set(connection, setTimeout(() => {
    watches.delete(connection);
    connection.reader?.cancel();
  }, SILENT_MS));
}

/** @param {any} connection */
function forget(connection) {
  clearTimeout(watches.get(connection));
  watches.delete(connection);
}

on("htmx:sse:after:connection", heard);
on("htmx:sse:after:message", heard);
on("htmx:sse:before:connection", (event) => forget(event.detail.connection));
on("htmx:sse:close", (event) => forget(event.detail.connection));

// A stream can't come back when its session is over or what it showed is deleted: the page is asked for again, and says so.
on("htmx:sse:error", (event) => { if ([401, 404].includes(event.detail.status)) location.reload(); });
