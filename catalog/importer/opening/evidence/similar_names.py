"""Columns with similar names, which differ by a language, a currency, a tax or a remark, or belong to one thing."""

import re
from collections.abc import Callable, Sequence

import pandas as pd

from catalog.importer.columns import aliases
from catalog.importer.columns.measures import is_class, is_of_people
from catalog.importer.opening.evidence import value_patterns
from catalog.importer.opening.evidence.beginning import Beginning
from catalog.importer.values import currencies

VARIANT = re.compile("varia", re.IGNORECASE)
LOCALE = re.compile(r"(?<=[-_.:( ])[a-z]{2}[-_]([A-Z]{2})\b")


def alike(beginning: Beginning, field: str, at: int, bare: Callable[[str], str]) -> list[int]:
    """The filled columns with the same `bare` name as the chosen one, which is included."""
    names = beginning.columns.names
    plain = bare(names[at])
    if aliases.key(names[at]) == aliases.key(plain) or aliases.rank_of(field, names[at]) is None:
        return [at]
    same = [one for one, name in enumerate(names) if bare(name) == plain and one not in beginning.claimed]
    return [one for one in same if (beginning.texts(one) != "").any()]


def of_products(beginning: Beginning, same: list[int]) -> list[int]:
    """The columns that may be the name of a product, all if none is better.

    Beside the title of a product, that of a variant is a remark. Beside a name in every row, a column with blank cells
    is a second line.
    """
    titles = [one for one in same if not VARIANT.match(beginning.columns.names[one])] or same
    return [one for one in titles if not beginning.key(one).blank] or titles


def names_beside_codes(beginning: Beginning, at: int) -> list[int]:
    """Columns called a name with names in them, if the chosen one has numbers or bare codes, such as #1001 of an order.

    Only those that begin like the column of the SKU, if there are any: `Lineitem name` beside `Lineitem sku`.
    """
    filled = beginning.filled(at)
    if not len(filled) or filled.str.contains(value_patterns.LETTERS, regex=True).any():
        return []
    names = beginning.columns.names
    called = [one for one in beginning.free if _is_called_name(names[one])]
    named = [one for one in called if value_patterns.like_names(beginning.texts(one))]
    sku = beginning.columns.fields.get("sku", len(names))
    first = _words(names[sku])[:1] if sku < len(names) else []
    return [one for one in named if _words(names[one])[:1] == first] or named


def may_be_names(name: str, cells: Sequence[str]) -> bool:
    """Whether a column called `name` with these values may name products: no codes, currencies, kinds or people.

    Single words are names only in a column that is called so: elsewhere they are colours or brands too.
    """
    texts = pd.Series([*cells], dtype=str)
    if is_class(name) or is_of_people(name) or value_patterns.like_codes(texts):
        return False
    is_called = aliases.rank_of("name", name) is not None
    return value_patterns.like_names(texts) or is_called and value_patterns.like_labels(texts)


def _is_called_name(name: str) -> bool:
    words = _words(name)
    return bool(words) and aliases.names("name", words[-1])


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def of_country(name: str, prices: Sequence[str]) -> str | None:
    """The price in the currency of a name's country, if exactly one is: `price-USD` beside `name-en_US`."""
    from babel.numbers import get_territory_currencies  # slow to load, and rarely needed

    locale = LOCALE.search(name)
    money = {*get_territory_currencies(locale[1])} if locale else set()
    found = [one for one in prices if money & currencies.named_in(one)]
    return found[0] if len(found) == 1 else None
