"""A header of two rows: groups above, names below, as in Price / net, gross. Their names are joined: "Price net"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from catalog.importer.columns import aliases
from catalog.workbooks.error_texts import MERGED

LONGEST = 30  # characters of a group; what is longer is a title
NO_GROUP = re.compile(r"[\d:@]")
NO_NAME = re.compile(r"[-+]?[\d.,:/\s-]*\d[\d.,:/\s-]*\W*|https?://.*|(?:true|false|null)", re.IGNORECASE)
OWN = ("sku", "name", "description")

Names = Sequence[str]


def are_names(above: Names, below: Names) -> bool:
    """Whether `below` is a second row of names: parts of the columns above, and empty where a name covers both."""
    cells = [_text(cell) for cell in below]
    filled = [at for at, cell in enumerate(cells) if cell]
    if len(above) != len(below) or any(NO_NAME.fullmatch(cells[at]) for at in filled):
        return False
    spans = list(_spans(above, below))
    inside = {at for _, places in spans for at in places}
    is_known = any(
        aliases.rank_of(field, row[at]) for field in ("sku", "name") for row in (above, cells) for at in filled
    )
    return bool(spans) and inside >= {*filled} and not is_known


def names(above: Names, below: Names) -> list[str]:
    """The names of a header of two rows: both rows joined, or the second row with the groups above it."""
    return joined(above, below) if are_names(above, below) else grouped(above, below)


def joined(above: Names, below: Names) -> list[str]:
    """The names that two rows make together. A group covers the cells to its right that are empty in its row."""
    made = [_text(cell) for cell in above]
    for group, places in _spans(above, below):
        for at in places:
            made[at] = f"{group} {_text(below[at])}"
    return made


def grouped(above: Names, below: Names) -> list[str]:
    """A header with the groups above it, where its own names do not say enough: prices, and names that come twice."""
    made = [_text(cell) for cell in below]
    keys = [aliases.key(name) for name in made]
    if len(above) != len(below):
        return made
    for group, places in _spans(above, below):
        is_price = aliases.rank_of("price", group) is not None
        for at in places:
            own = any(aliases.rank_of(field, below[at]) for field in OWN)
            if keys.count(keys[at]) > 1 or is_price and not own:
                made[at] = f"{group} {made[at]}"
    return made


def _spans(above: Names, below: Names) -> Iterator[tuple[str, list[int]]]:
    """Each group and the columns that it covers, two or more, all of which have a name in the second row."""
    starts = [at for at, cell in enumerate(above) if _text(cell)]
    for start, end in pairwise([*starts, len(above)]):
        group, places = _text(above[start]), [at for at in range(start, end) if _text(below[at])]
        is_whole = places == list(range(start, start + len(places)))
        if len(places) > 1 and is_whole and len(group) <= LONGEST and not NO_GROUP.search(group):
            yield group, places


def _text(cell: str) -> str:
    text = cell.strip()
    return "" if text == MERGED else " ".join(text.split())
