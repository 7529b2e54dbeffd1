"""How text is folded and split into words, what a query requires of a product, and the terms by which it is found.

The same rules exist twice: as SQL, which checks a product and is always right, and as terms, which only propose
products. So a term may propose too much but never too little. Nothing here reads the database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_TERM = 40  # characters of a word that the index keeps
LAST = "\U0010ffff"  # sorts after every character

# Separators of words: all of ASCII except letters and digits, and the signs and spaces of Unicode.
# Escapes that Python and PostgreSQL read alike, so that both cut at the same places.
SEPARATORS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u1680\u2000-\u206f\u2190-\u2bff"
    r"\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
WORD = re.compile(f"[^{SEPARATORS}]+")
SIGN = re.compile(f"[{SEPARATORS}]")

FOLD = 'lower({} COLLATE pg_c_utf8) COLLATE "C"'
"""How text is made comparable: one lower case for all of Unicode, the same on every machine."""

FIELDS = ("sku", "name", "description")


@dataclass(frozen=True)
class Lookup:
    """A range of terms in the index; a single term if both ends are equal."""

    low: str
    high: str


def exactly(term: str) -> Lookup:
    """Only this term."""
    return Lookup(term, term)


def beginning(term: str) -> Lookup:
    """All terms with this beginning."""
    return Lookup(term, term + LAST)


Ways = tuple[tuple[Lookup, ...], ...]
"""Alternatives. In each of them all lookups must be met: (a and b) or (c and d)."""


@dataclass(frozen=True)
class Word:
    """One folded word of a query, and the fields to search."""

    text: str
    fields: tuple[str, ...]

    @property
    def anywhere(self) -> bool:
        """Whether it matches inside words of SKU and name; one or two letters match only the beginnings."""
        return len(self.text) > 2 or SIGN.search(self.text) is not None

    @property
    def is_exact(self) -> bool:
        """Whether the index proposes exactly the products that match, each way by a single lookup."""
        if SIGN.search(self.text):
            return False
        if not self.anywhere:
            return self.fields == FIELDS  # the index does not know in which field a beginning is
        return len(self.text) == 3 or (self.fields == ("description",) and len(self.text) < LONGEST_TERM)

    @property
    def ways(self) -> Ways:
        """Lookups by which the index proposes products for the word."""
        if not self.anywhere:
            return ((beginning("b" + self.text),),)
        inside = {"sku": "s", "name": "n"}
        ways = [
            tuple(exactly(inside[field] + gram) for gram in grams(self.text))
            for field in self.fields
            if field in inside
        ]
        if "description" in self.fields and WORD.search(self.text):
            ways.append(tuple(self._words()))
        return tuple(ways)

    def _words(self) -> Iterator[Lookup]:
        """The words inside it: whole words, of which the last may continue."""
        for match in WORD.finditer(self.text):
            term = "d" + match[0][:LONGEST_TERM]
            goes_on = match.end() == len(self.text) and len(match[0]) < LONGEST_TERM
            yield beginning(term) if goes_on else exactly(term)

    def sql(self, number: int) -> tuple[str, dict[str, str]]:
        """The same as a condition on `product`, with its parameters."""
        like, regex = f"like_{number}", f"regex_{number}"
        begins = f"(^|[{SEPARATORS}]){re.escape(self.text)}"
        conditions = []
        for field in self.fields:
            text = FOLD.format(f"product.{field}")
            contains = f"{text} LIKE %({like})s"
            if self.anywhere and (field != "description" or SIGN.match(self.text)):
                if field != "description" or WORD.search(self.text):
                    conditions.append(contains)
            else:
                conditions.append(f"({contains} AND {text} ~ %({regex})s)")
        pattern = re.sub(r"([\\%_])", r"\\\1", self.text)
        values = {like: f"%{pattern}%", regex: begins}
        return f"({' OR '.join(conditions) or 'false'})", values


def grams(text: str) -> list[str]:
    """All runs of three characters; for a shorter text, its characters that are signs."""
    if len(text) < 3:
        return [character for character in text if SIGN.match(character)]
    return list(dict.fromkeys(text[i : i + 3] for i in range(len(text) - 2)))


def words(folded: str) -> list[str]:
    """The words of a query, each once."""
    return list(dict.fromkeys(folded.split()))
