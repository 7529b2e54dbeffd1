// @ts-check
// Times as "3 min ago".
import { findAll, onSwap } from "./dom.js";

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** How long ago a moment was, in words. @param {Date} moment */
function inWords(moment) {
  const seconds = (moment.getTime() - Date.now()) / 1000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit ? ago.format(Math.round(seconds / unit[1]), unit[0]) : "just now";
}

/** Every <time data-ago> in words, with the absolute local time as its title. */
function showTimes() {
  for (const time of findAll("time[data-ago]")) {
    const moment = new Date(time.dateTime);
    const words = inWords(moment);
    if (time.textContent !== words) time.textContent = words;
    time.title = absolute.format(moment);
  }
}

showTimes();
setInterval(showTimes, 30_000);
onSwap(showTimes);
