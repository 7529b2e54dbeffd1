"""Cells with characters that can't be seen: which cells have some, and the cells without them."""

import numpy as np
import pandas as pd
from pyarrow import compute

from catalog.importer.invisible_characters import AT_ENDS, IN_NUMBERS, NOTHING
from catalog.importer.values.texts import DELETE, NO_TEXT, SPACE, Texts, series

ALONE = (b"\xcd\x8f", b"\xd8\x9c")
"""Invisible characters, in UTF-8, with code points between letters and accents: grapheme joiner, Arabic letter mark."""


def may_be_in(texts: Texts) -> bool:
    """Whether some cell may have an invisible character: a cheap check of the bytes."""
    text = texts.bytes
    if ((text < SPACE) | (text == DELETE)).any():
        return True
    if (text >= 0xE1).any() and any((text == lead).any() for lead in (0xE1, 0xE3, 0xEF, 0xF0, 0xF3)):
        return True
    if any(((text[:-1] == first) & (text[1:] == second)).any() for first, second in ALONE):
        return True
    at = np.flatnonzero(text[:-1] == 0xC2)
    if ((text[at + 1] <= 0xA0) | (text[at + 1] == 0xAD)).any():
        return True
    at = np.flatnonzero(text[:-2] == 0xE2)
    middle, last = text[at + 1], text[at + 2]
    general = (middle == 0x80) & ((last <= 0x8F) | (last >= 0xA8) & (last <= 0xAF))
    return bool((general | (middle == 0x81) & (last >= 0x9F) | (middle == 0xA0)).any())


def without_ends(cells: pd.Series) -> pd.Series:
    """Codes without invisible characters at their ends; cells of nothing else stay, so that they can be reported."""
    texts = Texts(cells)
    if texts.is_plain:
        return cells
    bare = compute.replace_substring_regex(texts.values, AT_ENDS, "")
    empty = compute.equal(bare, NO_TEXT)
    return series(compute.if_else(empty, texts.values, bare), cells)


def without_marks(cells: pd.Series) -> pd.Series:
    """Numbers and booleans without invisible characters; a number may contain spaces."""
    texts = Texts(cells)
    if texts.is_plain:
        return cells
    return series(compute.replace_substring_regex(texts.values, IN_NUMBERS, ""), cells)


def showing_nothing(cells: pd.Series) -> pd.Series:
    """Which cells have only invisible characters."""
    texts = Texts(cells)
    if texts.is_plain:
        return pd.Series(False, index=cells.index)
    unseen = (texts.first <= ord(" ")) | (texts.first >= DELETE)
    return pd.Series(texts.matching(f"^{NOTHING}$", unseen), index=cells.index)
