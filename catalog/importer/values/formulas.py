"""Escape cells that a spreadsheet would run as formulas in exports, and restore them in imports.

A cell that begins like a formula, after white space and invisible characters, gets an apostrophe in front, which is the
sign of spreadsheets for text. A cell that already has apostrophes before such a beginning gets one more, so that
removing one always restores the cell. Rule: https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

from catalog.importer.values.clean_up_steps import WHITE_SPACE

MARK = "catalog:export"
"""The last column of a file that we wrote. Only there, an apostrophe before a formula is ours and is removed."""

REST = "catalog:more-attributes"
"""In a file that we wrote, the attributes without a column, as a JSON object. No attribute may have this name."""

KEPT = "catalog:kept"
"""A key beside the attributes of a staged row: those that keep the catalog's value. No attribute may be called so."""

FORMULA = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
# What a program may skip before a formula: white space and invisible characters. Written out, because RE2's \\s
# is ASCII.
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
