"""Escape cells that a spreadsheet would run as formulas in exports, and restore them in imports.

What begins so, white space and invisible characters left aside, is written with an apostrophe in front, as the spreadsheets' own sign for text; what has apostrophes before such
a beginning gets one more, so that taking one away always gives back what was there. Rule: https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

from catalog.importer.values.clean_up_steps import WHITE_SPACE

MARK = "catalog:export"
"""The last column of a file that we wrote. Only in such a file is an apostrophe before a formula ours to take away."""

REST = "catalog:more-attributes"
"""The column of a file that we wrote which holds the attributes without a column, as one JSON object. No attribute is called so."""

KEPT = "catalog:kept"
"""Beside the attributes of a staged row: which of them stay as they are in the catalog. No attribute is called so."""

FORMULA = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
# What a program may skip before it looks: white space, and characters that are not seen. Written out, because RE2's \\s is ASCII.
UNSEEN = (
    WHITE_SPACE
    + "\u00ad\u061c\u180e\ufeff"
    + "".join(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]))
)
BEGINNING = f"'*[{UNSEEN}]*[{FORMULA}]"
TO_ESCAPE = re.compile(BEGINNING)
ESCAPED = f"^'({BEGINNING})"


def escaped(cell: str) -> str:
    """The cell in a form that no spreadsheet runs."""
    return f"'{cell}" if TO_ESCAPE.match(cell) else cell


def restored_name(name: str) -> str:
    """The name of a column before `escaped`."""
    return re.sub(ESCAPED, r"\1", name)
