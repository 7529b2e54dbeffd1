"""What looks wrong in rows that are accepted: noticed while read, shown with counts and examples, no reason to reject.

Cells are checked in the whole file, by cheap means; SKUs that look alike only in its first rows. What only
the catalog can tell is asked once the plan is made: see `plan.warnings`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from catalog.importer.rows.places import placed
from catalog.importer.warnings import languages, repeats
from catalog.importer.warnings.hashes import NONE, Hashes
from catalog.importer.warnings.kinds import WARNINGS
from catalog.importer.warnings.lines_in_cells import LinesInCells
from catalog.importer.warnings.seen import EXAMPLES, Example, Finding, Seen, example

MOST_HASHED = 1_000_000  # SKUs whose hashes are kept, in 8 MB: a sort of them is ten times as fast as SQL's count
MOST_STRANGE = 20_000  # number of SKUs with an unusual character that are looked up


@dataclass(frozen=True)
class FileWarning:
    """One kind of warning about a file: the number of cells or rows, and the first ones as line, column, value."""

    code: str
    count: int
    examples: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import."""
        return asdict(self)


class Noticed:
    """Collects warnings while a file is read, chunk by chunk."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(WARNINGS, 0)
        self._examples: dict[str, list[Example]] = {code: [] for code in WARNINGS}
        self._kinds: set[str] = set()
        self._view_name = ""
        self._hashes: list[Hashes] = []
        self._hashed = 0
        self._views: list[tuple[Hashes, Hashes]] = []
        self.strange: list[repeats.Strange] = []
        self.emptied: set[str] = set()
        self.inside = LinesInCells()
        self.taken_out = 0  # products that `inside` names and that are absent for a sync

    def add_chunk(self, seen: Seen) -> None:
        """Add what was seen in the next chunk of the file."""
        for one in seen.findings:
            self._add(one)
        self._hash(seen.skus)
        if len(self.strange) < MOST_STRANGE:
            self.strange += seen.strange
        self.emptied |= seen.emptied
        self.inside.add(seen.inside)
        self._view_name = seen.view_name
        if seen.views and self._hashed <= MOST_HASHED:
            self._views.append(seen.views)

    def count(self, code: str) -> int:
        """The count so far."""
        return self._counts[code]

    def spellings(self) -> int | None:
        """Number of different spellings of the accepted SKUs; None: there are too many rows."""
        if self._hashed > MOST_HASHED:
            return None
        hashes = np.concatenate([NONE, *self._hashes])
        hashes.sort()
        return int(np.count_nonzero(np.diff(hashes))) + bool(len(hashes))

    def lost_views(self) -> int:
        """Rows of SKUs in languages or views that are not kept, over the whole file."""
        if not self._views:
            return 0
        skus, views = map(np.concatenate, zip(*self._views, strict=True))
        return languages.lost(skus, views)

    def view_column(self) -> str:
        """The name of the column that distinguishes languages or views; empty if there is none."""
        return self._view_name

    def counted(self, code: str, count: int) -> None:
        """Set the count over the whole file; the examples so far are kept."""
        self._counts[code] = count
        self._examples[code] = self._examples[code][:count]

    def at_least(self, code: str, count: int) -> None:
        """Raise the count to this number over the whole file; there may be more."""
        self._counts[code] = max(count, self._counts[code])

    def add(self, code: str, line: int | None, column: str, value: str) -> None:
        """Add one cell or row."""
        self._add(Finding(code, 1, (example(line, column, value),)))

    def warnings(self, parts: Sequence[Any] = ()) -> list[FileWarning]:
        """The warnings so far, in the order of WARNINGS; `parts` are the members of a joined import."""
        self.counted("rows_per_language", self.lost_views())
        return [
            FileWarning(code, count, [_placed(one, parts) for one in self._examples[code]])
            for code, count in self._counts.items()
            if count
        ]

    def _add(self, one: Finding) -> None:
        """Add what was found of one kind; each kind within a code has its own example."""
        self._counts[one.code] += one.count
        if not one.kind or one.kind not in self._kinds:
            self._examples[one.code] = [*self._examples[one.code], *one.examples][:EXAMPLES]
        self._kinds.add(one.kind)

    def _hash(self, skus: Hashes) -> None:
        self._hashed += len(skus)
        if self._hashed > MOST_HASHED:
            self._hashes.clear()
            return
        self._hashes.append(skus)


def _placed(example: dict[str, Any], parts: Sequence[Any]) -> dict[str, Any]:
    """An example with its line in its member, if several are joined."""
    if not parts or example["line"] is None:
        return example
    member, line = placed(parts, example["line"])
    return example | {"line": line, "member": member}
