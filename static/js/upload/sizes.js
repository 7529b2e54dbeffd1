// @ts-check
// Bytes, seconds and speed in words.
import { number } from "../numbers.js";

/** 2147483648 -> "2 GiB" (the same words as the server's filter). @param {number} bytes */
export function fileSize(bytes) {
  if (bytes === 1) return "1 byte";
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < 3) { bytes /= 1024; unit += 1; }
  return `${number(bytes, bytes >= 10 || Number.isInteger(bytes) ? 0 : 1)} ${units[unit]}`;
}

/** 65 -> "1 min 5 s". @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Bytes a second over the last few seconds; `see(bytes)` at every news. */
export class Speedometer {
  #seen = [[performance.now(), 0]];

  /** @param {number} bytes */
  see(bytes) {
    const now = performance.now();
    this.#seen.push([now, bytes]);
    while (this.#seen.length > 2 && now - this.#seen[0][0] > 4000) this.#seen.shift();
    const [then, before] = this.#seen[0];
    return now > then ? ((bytes - before) * 1000) / (now - then) : 0;
  }
}
