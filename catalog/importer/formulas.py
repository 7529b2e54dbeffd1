"""Cells that a spreadsheet would run as formulas, made plain text on the way out and restored on the way in.

What begins so is written with an apostrophe in front, as the spreadsheets' own sign for text; what has apostrophes before such
a beginning gets one more, so that taking one away always gives back what was there. Rule: https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

import pandas as pd

MARK = "catalog:export"
"""The last column of a file that we wrote. Only in such a file is an apostrophe before a formula ours to take away."""

FORMULA = "[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
TO_ESCAPE = re.compile(f"'*{FORMULA}")
ESCAPED = f"^'('*{FORMULA})"


def escaped(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if TO_ESCAPE.match(cell) else cell


def restored(cells: pd.Series) -> pd.Series:
    """Cells as they were before `escaped`."""
    return cells.str.replace(ESCAPED, r"\1", regex=True)


def restored_name(name: str) -> str:
    """A column's name as it was before `escaped`."""
    return re.sub(ESCAPED, r"\1", name)
