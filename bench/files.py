"""The files to import: Catalog's sample, versions with changed products, a small and a large one."""

from dataclasses import dataclass
from pathlib import Path

from catalog.imports.intake import sample

SMALL_ROWS = 20_000


@dataclass(frozen=True)
class Files:
    """The files in a folder. Each is written when it is first needed."""

    folder: Path
    rows: int

    @property
    def original(self) -> Path:
        """The file of the main figure."""
        return self._sample("original.csv", self.rows)

    @property
    def half_changed(self) -> Path:
        """The original products, half of them with another name or description."""
        return self._sample("half_changed.csv", self.rows, changed=0.5)

    @property
    def all_changed(self) -> Path:
        """The original products, all with another name or description."""
        return self._sample("all_changed.csv", self.rows, changed=1)

    @property
    def small(self) -> Path:
        """The beginning of the original, for ways that are too slow for all of it."""
        return self._sample("small.csv", self.small_rows)

    @property
    def small_rows(self) -> int:
        """The number of rows of the small file."""
        return min(SMALL_ROWS, self.rows)

    @property
    def large(self) -> Path:
        """A file with ten times the rows of the original."""
        return self._sample("large.csv", 10 * self.rows)

    @property
    def others(self) -> Path:
        """A file with as many products that the original and the large one do not have."""
        return self._sample("others.csv", self.rows, seed=77)

    def _sample(self, name: str, rows: int, **more: float) -> Path:
        path = self.folder / name
        if not path.exists():
            with path.open("wb") as stream:
                sample.write(stream, rows, **more)
        return path
