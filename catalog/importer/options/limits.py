"""The limit of rejected rows of an import: none, a number, a percentage, or no row at all."""

import re
from decimal import Decimal

from catalog.importer.errors import Rejected
from catalog.notation import noun_of, plural

FORM = r"(?:[0-9]{1,9}|(?:100|[0-9]{1,2}(?:\.[0-9]{1,3})?)%)?"
"""Empty: any number; 25: at most 25 rows; 2.5%: at most this share of the rows that are not blank; 0: no row."""


class TooManyRejected(Rejected):
    """More rows are rejected than the import may have."""

    kind = "too_many_rejected"


def limit(text: str) -> str:
    """The limit, unchanged. Raises ValueError if it is invalid."""
    if re.fullmatch(FORM, text) is None:
        raise ValueError(f"{text!r} is not a number such as 100 or a percentage such as 2%.")
    return text


def hold(limit: str, rows: int, rejected: int, *, whole: bool) -> None:
    """Raises TooManyRejected if more rows are rejected than the limit allows.

    A number above 0 is checked at any time. A percentage, and 0, are checked when the `whole` file is read: only then
    the share is known, and the message can count all rejected rows.
    """
    if not limit or not rejected:
        return
    share = limit.endswith("%")
    if not whole and (share or limit == "0"):
        return
    most = Decimal(limit.rstrip("%"))
    if rejected * 100 > most * rows if share else rejected > most:
        raise TooManyRejected(_words(limit, rows, rejected, whole))


def _words(limit: str, rows: int, rejected: int, whole: bool) -> str:
    read = f"{'' if whole else 'the first '}{plural(rows, 'row')}"
    allowed = "but none may be" if limit == "0" else f"but at most {limit} may be"
    verb = noun_of(rejected, "was", "were")
    return (
        f"{rejected:,} of {read} {verb} rejected, {allowed}, so nothing was changed. "
        "Fix the rows in the file, or allow more rejected rows."
    )
