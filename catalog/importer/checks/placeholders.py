"""Rows that are not products: a second header below the first, units, totals, dashes or NULL for a SKU or a name."""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from catalog.importer.checks.vocabulary import DITTO, FOOTERS, KINDS_OF_VALUES, NO_SKU, NOTHING, TOTAL, TOTALS
from catalog.importer.columns import aliases
from catalog.importer.errors import quoted
from catalog.importer.values.texts import Mask, Texts
from catalog.workbooks.error_texts import is_error

NO_SKUS, NO_NAMES = frozenset(NO_SKU), frozenset((*NOTHING, *DITTO))
NUMBERS_ONLY = re.compile(r"[\d.,:/\s-]+")
FOOTER_WORDS = "the row marks the end of the file or counts its rows: it is not a product."
DASHES = re.compile(r"[-–—_=*.~+#\s/]+")
"""A line of signs below a header, or what people write where there is no value."""

IDENTIFIER = re.compile(r"[a-z][a-z]*(?:[_:.][a-z0-9]+)+|[a-z]+(?:[A-Z][a-z]+)+")
IS_SIGN = np.isin(np.arange(256), [*b"-_=*.~+#/", "–".encode()[0]])
LONGEST = 12  # longest placeholder in bytes
LONGEST_FOOTER = 20
NEAR = 3  # rows below the header that may describe its columns
FIRST = 10  # rows in which each cell is checked
FEW = 3  # number of matching cells that prove a header


def _spellings(words: Iterable[str]) -> pa.LargeStringArray:
    """Spellings of words, for a look-up in whole columns."""
    ways = (str, str.lower, str.upper, str.capitalize, str.title)
    marks = ("", ":")
    found = {way(word) + mark for word in words for way in ways for mark in marks}
    found |= {word.lower().replace(" ", "_") for word in words}
    return pa.array(sorted(found), pa.large_string())


_NO_SKUS = _spellings((*NO_SKU, *TOTALS))
_FOOTERS = _spellings(FOOTERS)
_SKU_NAMES = _spellings(("sku", *map(str.strip, aliases.ALIASES["sku"].split(";"))))
_NO_NAMES = _spellings((*NOTHING, *DITTO))


NO_SKU_WORDS = "{} is a placeholder, and every row needs a SKU."
NO_NAME_WORDS = "{} is a placeholder, and every product needs a name."
TOTAL_WORDS = "{} marks a total or the end of the file: the row is not a product."
ERROR_WORDS = "{} is a spreadsheet error."


def why_no_sku(text: str) -> str:
    """Why a text can't be a SKU; empty if it can."""
    if is_error(text):
        return ERROR_WORDS.format(quoted(text))
    if _stands_for_nothing(text, NO_SKUS):
        return NO_SKU_WORDS.format(quoted(text))
    return TOTAL_WORDS.format(quoted(text)) if TOTAL.fullmatch(text) else ""


def why_no_name(text: str) -> str:
    """Why a text can't be a name; empty if it can."""
    if is_error(text):
        return ERROR_WORDS.format(quoted(text))
    nothing = _stands_for_nothing(text, NO_NAMES)
    return NO_NAME_WORDS.format(quoted(text)) if nothing else ""


def _stands_for_nothing(text: str, words: frozenset[str]) -> bool:
    few = len(text.encode()) <= LONGEST
    return few and (text.lower() in words or DASHES.fullmatch(text) is not None)


class Placeholders:
    """Finds rows of a chunk that are not products. `frame` has the fields, `cells` has the cells of the file."""

    def __init__(self, frame: pd.DataFrame, cells: pd.DataFrame) -> None:
        self._frame, self._cells = frame, cells
        self._skus = Texts(frame["sku"])

    def second_headers(self) -> pd.Series:
        """Rows whose cells are names of columns, or descriptions of their values."""
        frame = self._frame
        close = frame["row"].to_numpy() <= FIRST
        likely = self._skus.among(_SKU_NAMES, self._skus.without_digit)
        found = np.zeros(len(frame), bool)
        for at in np.flatnonzero(close | likely):
            row = frame.iloc[int(at)]
            name = row["name"] if "name" in frame else None
            found[at] = _is_header(row["sku"], name, bool(close[at]))
            if row["row"] <= NEAR and not found[at]:
                found[at] = _describes(self._cells.iloc[int(at)].tolist())
        return pd.Series(found, index=frame.index)

    def no_skus(self) -> pd.Series:
        """Rows with a placeholder as SKU, such as a dash or NULL."""
        return self._none("sku", self._skus, _NO_SKUS, NO_SKUS)

    def no_names(self) -> pd.Series:
        """Rows with a placeholder as name. None and NaN are allowed as names."""
        names = Texts(self._frame["name"])
        return self._none("name", names, _NO_NAMES, NO_NAMES)

    def totals(self) -> pd.Series:
        """Rows that are totals or mark the end of the file."""
        skus = self._skus
        likely = skus.among(_NO_SKUS, skus.without_digit)
        likely |= skus.holding(" ", ":", "*")
        return self._those("sku", likely, lambda sku: TOTAL.fullmatch(sku) is not None)

    def footers(self) -> pd.Series:
        """Rows that begin with a word for the end and otherwise have only numbers; a full row is a product."""
        texts = Texts(self._cells["0"])
        some = (texts.lengths > 2) & (texts.lengths <= LONGEST_FOOTER)
        found = texts.among(_FOOTERS, some)
        for at in np.flatnonzero(found):
            _, *others = self._cells.iloc[int(at)].str.strip().tolist()
            filled = [cell for cell in others if cell]
            cut = len(filled) < len(others) or len(others) == 1
            found[at] = cut and all(map(NUMBERS_ONLY.fullmatch, filled))
        return pd.Series(found, index=self._frame.index)

    def _none(self, field: str, texts: Texts, known: pa.LargeStringArray, words: frozenset[str]) -> pd.Series:
        short = (texts.lengths <= LONGEST) & (texts.lengths > 0)
        if short.any():
            short &= texts.without_digit
        likely = texts.among(known, short) | IS_SIGN[texts.first]
        return self._those(field, likely, lambda cell: cell.lower() in words or DASHES.fullmatch(cell) is not None)

    def _those(self, field: str, likely: Mask, is_one: Callable[[str], bool]) -> pd.Series:
        """Those of the candidates for which the check holds."""
        cells = self._frame[field]
        found = np.zeros(len(cells), bool)
        for at in np.flatnonzero(likely):
            found[at] = is_one(cells.iloc[int(at)].strip())
        return pd.Series(found, index=cells.index)


def _is_header(sku: str, name: str | None, close: bool) -> bool:
    """Whether the cells of SKU and name are names of such columns; without a name only right below the header."""
    if not aliases.names("sku", sku):
        return False
    return close if name is None else aliases.names("name", name)


def _describes(cells: Sequence[str]) -> bool:
    """Whether all cells describe their columns: types, units, technical names, or the numbers of the columns."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) >= FEW and filled == [str(number) for number in range(1, len(filled) + 1)]:
        return True
    keys = [aliases.key(re.sub(r"[\d()\[\],.]", "", cell)) for cell in filled]
    if len(filled) > 1 and all(key in KINDS_OF_VALUES for key in keys):
        return True
    return len(filled) >= FEW and all(map(IDENTIFIER.fullmatch, filled))
