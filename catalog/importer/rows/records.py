"""Where the records of a block of CSV begin and end, without parsing it: numpy looks at quotes, delimiters, line ends.

RFC 4180 in one observation: a line end or delimiter counts when an even number of quotes stands before it. It holds as
long as every quote is where the RFC allows one, and that can be checked at the quotes alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUOTE, LF, CR = b'"'[0], b"\n"[0], b"\r"[0]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Records:
    """The complete records at the start of a block, as byte positions; `end` is the position after the last of them."""

    starts: Positions
    ends: Positions  # of each record's line end
    cells: Positions  # how many cells each has
    empty: NDArray[np.bool_]  # nothing at all on its line
    lines: Positions  # physical lines before each
    end: int
    end_lines: int  # physical lines before `end`
    clean: bool  # False: the strict reader must read what follows at `end`


def find(block: bytes, delimiter: int, *, last: bool, quoting: bool = True) -> Records:
    """The complete records in `block` that follow RFC 4180; `last`: nothing follows the block.

    Without `quoting` a quote is an ordinary character.
    """
    text = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(text == QUOTE) if quoting else np.array([], np.intp)
    lines = _line_ends(text, last, has_returns=b"\r" in block)
    ends = lines[_outside(quotes, lines)]
    wrong = _misplaced(text, quotes, delimiter)
    if wrong is not None:
        ends = ends[: np.searchsorted(ends, wrong)]
    elif last and len(quotes) % 2 == 0 and len(text) and (not len(ends) or ends[-1] != len(text) - 1):
        ends = np.append(ends, len(text))  # the last record needs no line end
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    delimiters = np.flatnonzero(text == delimiter)
    delimiters = delimiters[_outside(quotes, delimiters)]
    before = np.searchsorted(delimiters, ends)
    returned = (ends > starts) & (text[np.maximum(ends, 1) - 1] == CR) if len(text) else ends > starts
    end = min(int(ends[-1]) + 1, len(text)) if len(ends) else 0
    return Records(
        starts=starts,
        ends=ends,
        cells=np.diff(before, prepend=0) + 1,
        empty=ends - returned == starts,
        lines=np.searchsorted(lines, starts),
        end=end,
        end_lines=int(np.searchsorted(lines, end)),
        clean=wrong is None,
    )


@dataclass(frozen=True)
class Extent:
    """How far the complete records at the start of a block reach."""

    size: int  # bytes
    records: int
    lines: int  # physical lines


def extent(block: bytes, delimiter: int, *, last: bool, quoting: bool = True) -> Extent | None:
    """The extent of the records that `find` finds, in a third of the time; None: a quote is against RFC 4180."""
    text = np.frombuffer(block, np.uint8)
    lines = _line_ends(text, last, has_returns=b"\r" in block)
    ends = lines
    quotes = np.flatnonzero(text == QUOTE) if quoting and b'"' in block else lines[:0]
    if len(quotes):
        if _misplaced(text, quotes, delimiter) is not None or last and len(quotes) % 2:
            return None
        ends = lines[_outside(quotes, lines)]
    size, records = (int(ends[-1]) + 1 if len(ends) else 0), len(ends)
    if last and size < len(text):
        size, records = len(text), records + 1  # the last record needs no line end
    return Extent(size, records, int(np.searchsorted(lines, size)))


def _line_ends(text: NDArray[np.uint8], last: bool, has_returns: bool) -> Positions:
    """Positions of LF, and of each CR that no LF follows. A CR at the very end may yet be followed by one."""
    feeds = np.flatnonzero(text == LF)
    if not has_returns:
        return feeds
    returns = np.flatnonzero(text == CR)
    if returns[-1] == len(text) - 1:
        lone, returns = (returns[-1:] if last else returns[:0]), returns[:-1]
    else:
        lone = returns[:0]
    lone = np.concatenate((returns[text[returns + 1] != LF], lone))
    return np.sort(np.concatenate((feeds, lone))) if len(lone) else feeds


def _outside(quotes: Positions, positions: Positions) -> NDArray[np.bool_]:
    outside: NDArray[np.bool_] = np.searchsorted(quotes, positions) % 2 == 0
    return outside


def _misplaced(text: NDArray[np.uint8], quotes: Positions, delimiter: int) -> int | None:
    """The first quote that the RFC does not allow where it stands.

    An opening quote follows a delimiter or line end, a closing one is followed by one; two in a row stand for a quote
    in the text, and read as one that closes and one that opens again.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing < len(text) - 1] + 1]
    wrong_opening = opening[opening > 0][~_is_edge(before, delimiter)]
    wrong_closing = closing[closing < len(text) - 1][~_is_edge(after, delimiter)]
    first = [int(wrong[0]) for wrong in (wrong_opening, wrong_closing) if len(wrong)]
    return min(first, default=None)


def _is_edge(characters: NDArray[np.uint8], delimiter: int) -> NDArray[np.bool_]:
    edges = np.zeros(256, np.bool_)
    edges[[delimiter, LF, CR, QUOTE]] = True
    found: NDArray[np.bool_] = edges[characters]
    return found
