"""Objects and lists of JSON with a meaning as a whole: amounts of money, lists of prices, lists of names and values."""

import re
from decimal import Decimal
from typing import Any

NAMES, VALUES = ("attribute_code", "name", "key", "code", "label"), ("value", "values", "options", "text")
CURRENCIES = ("currencyCode", "currency_code", "currencyIsoCode", "currency")
AMOUNTS = ("value", "price", "money", "amount", "gross")
CONDITIONS = (
    "country",
    "customerGroup",
    "channel",
    "region",
    "min_quantity",
    "max_quantity",
    "validFrom",
    "validUntil",
)
CODE, CENTS = re.compile(r"[A-Za-z]{3}"), re.compile(r"[0-9]{1,14}")  # of commercetools' prices


def money(value: Any) -> str:
    """An amount of money in its smallest unit as people write it: 12.99 EUR. Empty: its decimals are not known."""
    if not isinstance(value, dict) or not isinstance(value.get("currencyCode"), str):
        return ""
    cents, digits = str(value.get("centAmount", "")), str(value.get("fractionDigits", ""))
    if not CENTS.fullmatch(cents) or digits not in ("0", "1", "2", "3"):
        return ""
    return f"{Decimal(cents).scaleb(-int(digits)):f} {value['currencyCode']}"


def prices(value: Any) -> dict[str, Any] | None:
    """A list of prices as one object: a key for each currency, country, group or channel; None for any other value."""
    entries = value if isinstance(value, list) else []
    if not entries or not all(isinstance(one, dict) and _currency_in(one) for one in entries):
        return None
    found: dict[str, Any] = {}
    for one in entries:
        marks = (one.get(key) for key in CONDITIONS)
        label = " ".join([_currency_in(one), *(_mark(mark) for mark in marks if mark is not None)]).replace(".", "")
        same = sum(known.partition("#")[0] == label for known in found)
        found[f"{label}#{same + 1}" if same else label] = _only_money(one)
    return found


def _currency_in(entry: dict[str, Any]) -> str:
    """The currency of a price, in its own keys or in those of its amount."""
    inner = (entry[key] for key in AMOUNTS if isinstance(entry.get(key), dict))
    said = (one[key] for one in (entry, *inner) for key in CURRENCIES if isinstance(one.get(key), str))
    return next((code.upper() for code in said if CODE.fullmatch(code)), str(entry.get("currencyId") or "")[:8])


def _mark(condition: Any) -> str:
    """What a price is for, in a word."""
    named = condition if isinstance(condition, dict) else {"key": condition}
    return str(
        next((named[key] for key in ("slug", "key", "code", "name", "id") if named.get(key) is not None), "some")
    )


def _only_money(entry: dict[str, Any]) -> Any:
    """A price without what its name says already; only the amount, if it is written out."""
    amount = next((entry[key] for key in AMOUNTS if money(entry.get(key))), None)
    return amount or {key: one for key, one in entry.items() if key not in (*CONDITIONS, "id")}


def named(value: Any) -> dict[str, Any] | None:
    """A list of objects that are a name and a value each, as one object; None for any other value."""
    if not isinstance(value, list) or not value:
        return None
    found: dict[str, Any] = {}
    for one in value:
        if not isinstance(one, dict):
            return None
        name = next((one[key] for key in NAMES if isinstance(one.get(key), str)), None)
        text = next((one[key] for key in VALUES if key in one), None)
        if name is None or text is None or name in found:
            return None
        found[name] = text
    return found
