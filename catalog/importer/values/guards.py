"""Remove guards that other programs put before a cell so that spreadsheets keep it: an apostrophe, or ="…" around it.

A guard is removed only if nothing else can be meant: before a number, before a possible formula, and around a
whole cell. The apostrophe of 's Gravenhage, of '90s or of a quotation stays. Our own files have their own rule:
see `restored`.
"""

import pandas as pd
from pyarrow import compute

from catalog.importer.values.formulas import ESCAPED
from catalog.importer.values.texts import Mask, Texts, series

BEFORE_NUMBER = r"^'([0-9][0-9., /-]*)$"
BEFORE_SIGN = r"^'([=+\-@][^']*)$"
AROUND = r'^=[ ]?(?:T\()?"([^"]*)"\)?$'
FORMULA = (
    r"^=\s*[-+(@]*\s*(?:\$?[A-Za-z]{1,3}\$?[0-9]+(?:\W|$)|[A-Za-z_][\w.]*[(!|]|'[^']+'[!|]"
    r"|[0-9.,]+\s*(?:[-+*/^&%<>=)]|$)|[\"{#])"
)
KINDS = (AROUND, BEFORE_NUMBER, BEFORE_SIGN)


def removed(cells: pd.Series) -> pd.Series:
    """The cells without guards."""
    texts = Texts(cells)
    if not may_have(texts):
        return cells
    values = texts.values
    for kind in KINDS:
        values = compute.replace_substring_regex(values, kind, r"\1")
    return series(values, cells)


def may_have(texts: Texts) -> bool:
    """Whether some cell begins as a guard does."""
    return bool(((texts.first == ord("'")) | (texts.first == ord("="))).any())


def found(texts: Texts) -> list[Mask]:
    """For each kind of guard the cells with it; empty if there is certainly none."""
    if not may_have(texts):
        return []
    among = (texts.first == ord("'")) | (texts.first == ord("="))
    return [texts.matching(kind, among) for kind in KINDS]


def formulas(texts: Texts) -> Mask:
    """Which cells a spreadsheet would calculate; => and =Best are not formulas."""
    return texts.matching(FORMULA, texts.first == ord("="))


def restored(cells: pd.Series) -> pd.Series:
    """Cells of our own file as they were before `formulas.escaped`."""
    return cells.str.replace(ESCAPED, r"\1", regex=True)
