"""Columns that may be the SKU and the name, by their names and values."""

import re
from collections.abc import Mapping, Sequence

from catalog.importer.columns import aliases
from catalog.importer.first_look.facts import ColumnFacts

UNIQUE = 0.95  # share of different values in a column that may be the key
FULL = 0.95  # share of filled cells in a column that may be the name
CODE_LENGTH, NAME_LENGTH = 40, 200  # characters
ADDRESS = re.compile(r"(?i)(?:https?://|www\.|\S+@\S+\.\S+).*|\S+\.(?:jpe?g|png|gif|webp)")
DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T].*)?")
NUMBER = re.compile(r"[-+]?[\d.,' ]*\d[\d.,]*")
UUID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARKUP = re.compile(r"<\w+[^>]*>")
WORDS = re.compile(r"[^\W\d_]{2,}")


def keys(known: Sequence[ColumnFacts], fields: Mapping[str, int]) -> list[int]:
    """Columns in which nearly every row has a different value, the likeliest first."""
    names = [one.name for one in known]
    taken = {at for field, at in fields.items() if field != "name"}
    called = aliases.ranked("sku", names, taken)
    free = [at for at in range(len(known)) if at not in taken]
    good = [at for at in free if _may_be_key(known[at])]
    return sorted(good, key=lambda at: (called.index(at) if at in called else len(called), _unlike_code(known[at]), at))


def names(known: Sequence[ColumnFacts], fields: Mapping[str, int]) -> list[int]:
    """Columns with texts in nearly every row, the likeliest first."""
    taken = {at for field, at in fields.items() if field != "description"}
    called = aliases.ranked("name", [one.name for one in known], taken)
    good = [at for at in range(len(known)) if at not in taken and _may_be_name(known[at])]
    return sorted(good, key=lambda at: (called.index(at) if at in called else len(called), _unlike_name(known[at]), at))


def both(known: Sequence[ColumnFacts], fields: Mapping[str, int]) -> dict[str, int]:
    """Columns that may be the SKU and the name, with the known ones."""
    found = {field: at for field, at in fields.items() if field in ("sku", "name")}
    if "name" not in found and (positions := names(known, found)):
        found["name"] = positions[0]
    if "sku" not in found:
        positions = [at for at in keys(known, found) if at != found.get("name")]
        found |= {"sku": positions[0]} if positions else {}
    return {field: found[field] for field in ("sku", "name") if field in found}


def are_values(cells: Sequence[str]) -> bool:
    """Whether a line that should be the header has numbers or dates in some cells."""
    return any(NUMBER.fullmatch(cell.strip()) or DATE.fullmatch(cell.strip()) for cell in cells)


def _may_be_key(one: ColumnFacts) -> bool:
    if not one.rows or one.distinct < UNIQUE * one.rows:
        return False
    return not any(_is_no_label(value, CODE_LENGTH) for value in one.values)


def _may_be_name(one: ColumnFacts) -> bool:
    if not one.rows or one.filled < FULL * one.rows or 2 * one.distinct < one.filled:
        return False
    return all(WORDS.search(value) and not _is_no_label(value, NAME_LENGTH) for value in one.values)


def _is_no_label(value: str, length: int) -> bool:
    no_label = ADDRESS.fullmatch(value) or DATE.fullmatch(value) or UUID.fullmatch(value) or MARKUP.search(value)
    return bool(no_label) or len(value) > length


def _unlike_code(one: ColumnFacts) -> int:
    """0: letters and digits without spaces, as codes have; 1: digits; 2: anything else."""
    solid = all(" " not in value for value in one.values)
    digits = all(any(map(str.isdigit, value)) for value in one.values)
    letters = all(any(map(str.isalpha, value)) for value in one.values)
    return 0 if solid and digits and letters else 1 if solid and digits else 2


def _unlike_name(one: ColumnFacts) -> int:
    """0: words beside each other; 1: anything else."""
    return 0 if any(" " in value.strip() for value in one.values) else 1
