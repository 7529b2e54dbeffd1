"""The verdict on a file: how many rows are ready, why the others are not, and the one choice that would help most."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from catalog.importer.checks.rows import Checked
from catalog.importer.first_look import reasons
from catalog.importer.rows.chunk import Chunk
from catalog.notation import noun_of, number, plural

ASKS_TWICE = 0.1  # share of rejected rows above which a person must confirm twice
HARMLESS = ("currency", "guard", "no_product_rows", "view_rows", "surplus_cells", "padded_quotes", "literal_quotes")
"""Warnings about what was done for the file, not against it."""
NOT_COUNTED = frozenset((*HARMLESS, "repeated_skus"))
"""Warnings that the verdict does not count: harmless ones, and the one that has a sentence of its own."""


@dataclass(frozen=True)
class Fix:
    """A choice that would make more rows ready: `choices` are values of `Options`, with columns by name or as #3.

    Of the `rows` rows that were tried, `accepted` would not be rejected, and `ready` would each make a product.
    """

    choices: dict[str, Any]
    words: str  # a question
    label: str  # the label of its button
    ready: int
    rows: int
    accepted: int = 0

    def to_json(self) -> dict[str, Any]:
        """The JSON of the API."""
        return {
            "choices": self.choices,
            "message": self.words,
            "label": self.label,
            "ready": self.ready,
            "rows": self.rows,
        }


@dataclass(frozen=True)
class Verdict:
    """Of the `rows` rows that were looked at, `ready` would be accepted. `whole`: there are no more rows in the file.

    The light is green, amber or red. `asks_twice`: so many rows are rejected that an import has to be confirmed.
    """

    light: str = "red"
    words: str = ""
    rows: int = 0
    ready: int = 0
    reasons: dict[str, int] = field(default_factory=dict)  # code -> number of rows, the most frequent first
    whole: bool = False
    fix: Fix | None = None
    repeats: int = 0  # ready rows that a later row of the same SKU replaces

    @property
    def products(self) -> int:
        """Number of products that the ready rows are about."""
        return self.ready - self.repeats

    @property
    def rejected(self) -> int:
        """Number of rows that would be rejected."""
        return self.rows - self.ready

    @property
    def asks_twice(self) -> bool:
        """Whether so many rows are rejected that the import must be confirmed."""
        return self.rejected > ASKS_TWICE * self.rows

    def to_json(self) -> dict[str, Any]:
        """The JSON of the API."""
        counts = {"rows": self.rows, "ready": self.ready, "rejected": self.rejected, "reasons": self.reasons}
        said = {"light": self.light, "message": self.words, "whole": self.whole, "asks_twice": self.asks_twice}
        return said | counts | {"fix": self.fix.to_json() if self.fix else None}


@dataclass
class Tally:
    """Counts rows while they are read."""

    rows: int = 0  # without blank ones
    reasons: Counter[str] = field(default_factory=Counter)

    def see(self, chunk: Chunk, checked: Checked) -> None:
        """Count the rows of a chunk."""
        self.rows += chunk.rows - checked.blank
        self.reasons.update(error.code for error in checked.errors)

    @property
    def ready(self) -> int:
        """Number of rows that would be accepted."""
        return self.rows - self.reasons.total()


def of_rows(tally: Tally, warnings: Counter[str], *, whole: bool) -> Verdict:
    """The verdict on a file that can be read; `warnings` are counted by their codes."""
    counts = dict(tally.reasons.most_common())
    said = [_ready(tally, whole), reasons.told(counts), *_warned(warnings)]
    words, repeats = " ".join(filter(None, said)), warnings["repeated_skus"]
    found = Verdict("green", words, tally.rows, tally.ready, counts, whole, repeats=repeats)
    if found.asks_twice or not tally.rows:
        return _with_light(found, "red" if tally.rows else "amber")
    return _with_light(found, "amber" if counts or warnings.keys() - {*HARMLESS} else "green")


def of_every_row(rows: int, reasons: dict[str, int], warnings: Counter[str]) -> Verdict:
    """The verdict on a file of which every row was counted, with numbers in the format of its reader."""
    return of_rows(Tally(rows, Counter(reasons)), warnings, whole=True)


def of_problem(problem: str, *, asked: bool) -> Verdict:
    """The verdict on a file that can't be imported like this: `asked`, because a question is open."""
    return Verdict("amber" if asked else "red", problem)


def _with_light(verdict: Verdict, light: str) -> Verdict:
    return Verdict(**(vars(verdict) | {"light": light}))


def _ready(tally: Tally, whole: bool) -> str:
    """How many rows are ready, in a sentence."""
    rows = plural(tally.rows, "row") if whole else f"first {plural(tally.rows, 'row')}"
    if not tally.rows:
        return "The file has no rows." if whole else "No rows were found at the beginning of the file."
    if tally.ready == tally.rows:
        return _all(tally.rows, rows, whole)
    among = rows if whole else f"the {rows}"
    if not tally.ready and whole and tally.rows == 2:
        return "Neither row is ready."
    if not tally.ready:
        return f"None of {'the ' if whole else ''}{among} is ready."
    return f"{number(tally.ready)} of {among} ready."


def _all(count: int, rows: str, whole: bool) -> str:
    if count == 1:
        return "The only row is ready." if whole else "The first row is ready."
    if whole and count == 2:
        return "Both rows are ready."
    return f"All {rows} are ready." if whole else f"All of the {rows} are ready."


def _warned(warnings: Counter[str]) -> list[str]:
    """The sentence about repeated SKUs and warnings."""
    repeats = warnings["repeated_skus"]
    others = len(warnings.keys() - NOT_COUNTED)
    repeated = f"{plural(repeats, 'row')} {noun_of(repeats, 'repeats', 'repeat')} a SKU; only the last of each is kept."
    more = f"There {noun_of(others, 'is', 'are')} {plural(others, 'warning')}."
    return [words for count, words in ((repeats, repeated), (others, more)) if count]
