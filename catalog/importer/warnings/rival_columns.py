"""Find another known SKU column that is filled in every row and never repeats, if the chosen one repeats."""

import numpy as np
import pandas as pd
import pyarrow as pa

from catalog.importer.columns import aliases
from catalog.importer.columns.match import is_open
from catalog.importer.columns.result import Columns
from catalog.importer.options.options import Options
from catalog.importer.values.clean_up_steps import WHITE_SPACE

MOST = 1_000_000  # rows whose texts are kept, in 8 MB per column

Hashes = np.ndarray[tuple[int], np.dtype[np.int64]]


class Rivals:
    """Checks the other known SKU columns, chunk by chunk. Costs nothing if there are none."""

    def __init__(self, columns: Columns, options: Options) -> None:
        asks = columns.header and not columns.ours and not columns.returned and is_open("sku", options)
        found = aliases.ranked("sku", list(columns.names), {*columns.fields.values()}) if asks else []
        self._names = {at: columns.names[at] for at in found}
        self._hashes: dict[int, list[Hashes]] = {at: [] for at in found}
        self._rows = 0

    def see(self, cells: pd.DataFrame) -> None:
        """Check a chunk; a column with blank or repeated cells is dropped."""
        if not self._hashes or not len(cells):
            return
        self._rows += len(cells)
        if self._rows > MOST:
            self._hashes.clear()
        for at in list(self._hashes):
            texts = cells[str(at)].str.strip(WHITE_SPACE)
            hashes = _hashes(texts)
            if (texts == "").any() or len(np.unique(hashes)) < len(hashes):
                del self._hashes[at]
            else:
                self._hashes[at].append(hashes)

    def good(self) -> list[str]:
        """The columns with a different value in every row of the file."""
        return [self._names[at] for at, parts in self._hashes.items() if parts and _are_different(parts)]


def _are_different(parts: list[Hashes]) -> bool:
    whole = np.concatenate(parts)
    return len(whole) > 1 and len(np.unique(whole)) == len(whole)


def _hashes(texts: pd.Series) -> Hashes:
    found = pa.array(texts, type=pa.large_string()).to_pylist()
    return np.fromiter(map(hash, found), np.int64, len(found))
