// @ts-check
// Numbers as the server writes them on this page.

const locale = document.documentElement.dataset.locale;

/** 1234.5 with two decimals -> "1,234.50". @param {number} value @param {number} [decimals] */
export function number(value, decimals = 0) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale, { ...digits, numberingSystem: "latn", useGrouping: "always" }).format(value);
}
