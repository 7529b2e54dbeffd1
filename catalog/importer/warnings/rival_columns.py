"""Find another known SKU column that is filled in every row and never repeats, if the chosen one repeats."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from catalog.importer.columns import aliases
from catalog.importer.columns.match import is_open
from catalog.importer.columns.result import Columns
from catalog.importer.options.options import Options
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.warnings.hashes import Hashes, hashes

MOST = 1_000_000  # rows whose hashes are kept, in 8 MB per column


class Rivals:
    """Checks the other known SKU columns, chunk by chunk. Costs nothing if there are none."""

    def __init__(self, columns: Columns, options: Options) -> None:
        asks = columns.header and not columns.ours and not columns.returned and is_open("sku", options)
        found = aliases.ranked("sku", list(columns.names), {*columns.fields.values()}) if asks else []
        self._names = {at: columns.names[at] for at in found}
        self._hashes: dict[int, list[Hashes]] = {at: [] for at in found}
        self._rows = 0

    @property
    def places(self) -> tuple[int, ...]:
        """The positions of the columns that are still checked."""
        return tuple(self._hashes)

    def add(self, rows: int, found: Mapping[int, Hashes]) -> None:
        """Add a chunk of `rows` rows; a column that is not in `found` is dropped: see `good_columns`."""
        self._rows += rows
        if self._rows > MOST:
            self._hashes.clear()
        for at in list(self._hashes) if rows else ():
            if at in found:
                self._hashes[at].append(found[at])
            else:
                del self._hashes[at]

    def good(self) -> list[str]:
        """The columns with a different value in every row of the file."""
        return [self._names[at] for at, parts in self._hashes.items() if parts and _are_different(parts)]


def good_columns(cells: pd.DataFrame, places: Iterable[int]) -> dict[int, Hashes]:
    """The hashes of the columns of a chunk, without those with a blank or repeated cell."""
    texts = {at: cells[str(at)].str.strip(WHITE_SPACE) for at in places}
    found = {at: hashes(column) for at, column in texts.items() if not (column == "").any()}
    return {at: column for at, column in found.items() if len(np.unique(column)) == len(column)}


def _are_different(parts: list[Hashes]) -> bool:
    whole = np.concatenate(parts)
    return len(whole) > 1 and len(np.unique(whole)) == len(whole)
