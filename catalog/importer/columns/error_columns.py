"""A file of rejected rows: the columns as they were, then why. Corrected or not, it is imported like any other file.

Its last two columns say that it is ours; they are dropped when it comes back, and apostrophes before formulas
with them.
"""

import re
import zlib
from collections.abc import Sequence

COLUMNS = ("error_code", "error")
MARK = re.compile(r"\[as it was: ([0-9a-f]{8})\]$")


def is_header(names: Sequence[str]) -> bool:
    """Whether a header is that of a file of rejected rows."""
    return len(names) > len(COLUMNS) and tuple(names[-len(COLUMNS) :]) == COLUMNS


def own(names: list[str]) -> list[str]:
    """The names of the columns without the two that we added."""
    return names[: -len(COLUMNS)] if is_header(names) else names


def fitted(cells: Sequence[str], width: int, delimiter: str) -> list[str]:
    """The cells of a row under the columns of its file: missing ones are empty, surplus ones continue in the last."""
    padded = [*cells, *[""] * (width - len(cells))]
    return [*padded[: width - 1], delimiter.join(padded[width - 1 :])]


def marked(message: str, cells: Sequence[str]) -> str:
    """The message of a row whose cells can't be trusted, with a checksum that shows later whether it was fixed."""
    return f"{message} [as it was: {_sum(cells)}]"


def is_as_it_was(message: str, cells: Sequence[str]) -> bool:
    """Whether a returned row was not fixed."""
    found = MARK.search(message)
    return found is not None and found[1] == _sum(cells)


def _sum(cells: Sequence[str]) -> str:
    text = "\x1f".join(cells).replace("\r\n", "\n")
    return f"{zlib.crc32(text.encode()):08x}"
