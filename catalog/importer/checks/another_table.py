"""Find a second table below the first: its rows would get the columns of the first one."""

import pyarrow as pa
from pyarrow import compute

from catalog.importer.columns import aliases, match as header
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Rejected
from catalog.importer.options.options import Options
from catalog.importer.rows.chunk import ROW, Chunk
from catalog.importer.rows.places import placed
from catalog.importer.values.fields import FIELDS

NEAR = 1  # rows below the header that may be a second header in other words

WAYS = (str, str.lower, str.upper, str.capitalize, str.title)


def _spellings() -> pa.LargeStringArray:
    """Known names of columns, as people write them."""
    names = {name.strip() for known in aliases.ALIASES.values() for name in known.split(";")}
    names |= set(FIELDS)
    return pa.array(sorted({way(name) for name in names for way in WAYS}), pa.large_string())


SPELLINGS = _spellings()


def reject_another(chunk: Chunk, columns: Columns) -> None:
    """Raises Rejected if a row is a header whose columns are in another order."""
    parts = columns.parts_of("sku")
    if not columns.header or not parts or not len(chunk.frame):
        return
    values = pa.array(chunk.frame[str(parts[0])], type=pa.large_string())
    own = pa.array([way(name) for name in columns.names for way in WAYS], pa.large_string())
    known = (compute.is_in(values, value_set=names) for names in (SPELLINGS, own))
    named = compute.or_(*known)
    if not named.true_count:
        return
    rows = chunk.frame[named.to_numpy(zero_copy_only=False)]
    for row in rows[rows[ROW] > NEAR].itertuples(index=False):
        *cells, _, line = row
        if _is_another(list(map(str, cells)), columns):
            raise _rejection(chunk, int(line))


def _is_another(cells: list[str], columns: Columns) -> bool:
    """Whether a row is a header with a column in another place."""
    names = [name.strip().casefold() for name in columns.names]
    plain = [cell.strip().casefold() for cell in cells]
    if plain == names:
        return False
    try:
        found = header.fields(cells, Options())
    except Rejected:
        return False
    if not set(header.REQUIRED) & set(columns.fields) <= set(found):
        return False
    moved = any(name in plain and plain.index(name) != at for at, name in enumerate(names) if name)
    return moved or any(columns.fields.get(field, at) != at for field, at in found.items())


def _rejection(chunk: Chunk, line: int) -> Rejected:
    member, line = placed([chunk.part] if chunk.part else [], line)
    where = f"{member}, {chunk.unit} {line:,}" if member else f"{chunk.unit.capitalize()} {line:,}"
    return Rejected(
        f"{where}: a second table starts here, and its columns are in a different order from the first. Nothing was "
        "imported. Save each table as a separate file."
    )
