"""A query, prepared for both ways of searching: conditions in SQL and terms of the index."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from catalog.products.search.orders import SKU
from catalog.products.search.terms import FIELDS, Ways, Word, exactly, words

# A product that was created in a change set or is in its log was changed by it.
CHANGED = """
(product.created_change_set_id = %(change_set)s OR EXISTS (
    SELECT FROM product_changes AS change
    WHERE change.change_set_id = %(change_set)s AND change.product_id = product.id
))
"""
LAST_SIGMA = re.compile(r"σ(?![^\W\d_])")  # no letter follows


@dataclass(frozen=True)
class Question:
    """A query. The index proposes products that meet all of `needs`; a product that meets `sql` matches.

    If it `is_exact`, both are the same for the products as they were indexed.
    """

    sql: str
    values: dict[str, Any]
    needs: tuple[Ways, ...]
    is_exact: bool

    def beyond(self, up_to: str | None) -> "Question":
        """The same query for the products with a greater SKU key than `up_to`; None: for all products."""
        if up_to is None:
            return self
        condition = f'{SKU.value} > %(up_to)s COLLATE "C"'
        return replace(self, sql=f"{condition} AND {self.sql}", values=self.values | {"up_to": up_to})


def question(texts: dict[str, str], active: bool | None = None, change_set: int | None = None) -> Question:
    """The query for texts by field (`q` means all fields), and the filters for active and change set."""
    conditions: list[str] = []
    values: dict[str, Any] = {}
    needs: list[Ways] = []
    is_exact = change_set is None  # the index keeps what the change log forgets after some time
    for field, text in texts.items():
        fields = FIELDS if field == "q" else (field,)
        for folded in words(fold(text)):
            forms = [Word(form, fields) for form in _forms(folded)]
            asked = [word.sql(len(values) + n) for n, word in enumerate(forms)]
            conditions.append(f"({' OR '.join(sql for sql, _ in asked)})")
            for _, more in asked:
                values.update(more)
            needs.append(tuple(way for word in forms for way in word.ways))
            is_exact &= all(word.is_exact for word in forms)
    if active is not None:
        conditions.append("product.active = %(active)s")
        values["active"] = active
        needs.append(((exactly(f"a{active:d}"),),))
    if change_set is not None:
        conditions.append(CHANGED)
        values["change_set"] = change_set
        needs.append(((exactly(f"c{change_set}"),),))
    return Question(" AND ".join(conditions) or "true", values, tuple(needs), is_exact)


def _forms(word: str) -> list[str]:
    """A word as it may be stored: names and descriptions are kept as they came, with letters composed or not.

    Sigmas too: a Σ is folded to σ, but a small sigma at the end of a word was typed as ς and stays.
    """
    one = word.replace("ς", "σ")
    sigmas = (word, one, LAST_SIGMA.sub("ς", one))
    apart = (unicodedata.normalize("NFD", each) for each in sigmas)
    return list(dict.fromkeys((*sigmas, *apart)))


def fold(text: str) -> str:
    """A query folded like texts in the database: character by character, so that its length stays."""
    return "".join(map(_lower, unicodedata.normalize("NFC", text)))


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else "i" if character == "İ" else character
