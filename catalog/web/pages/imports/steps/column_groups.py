"""Which columns of a file are shown at first, and which are folded under a line with their number."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.notation import noun_of, plural
from catalog.web.pages.imports.steps.column_table import Column

FEW = 5  # columns of a kind that are not folded
NAMES = 4  # shown in the line of a fold


@dataclass(frozen=True)
class Fold:
    """Folded columns of one kind: attribute or skipped."""

    kind: str
    columns: tuple[Column, ...]
    opens: bool  # whether it is open at first, because a question may be about one of its columns

    @property
    def words(self) -> str:
        """The number of columns, and what they become."""
        count = plural(len(self.columns), "column")
        if self.kind == "attribute":
            return f"{count} {noun_of(len(self.columns), 'becomes an attribute', 'become attributes')}"
        return f"{count} {noun_of(len(self.columns), 'is', 'are')} skipped"

    @property
    def names(self) -> str:
        """The names of the first columns."""
        names = ", ".join(column.name for column in self.columns[:NAMES])
        return f"{names} …" if len(self.columns) > NAMES else names


@dataclass(frozen=True)
class Groups:
    """The shown columns, in the order of the file, and the folds."""

    first: tuple[Column, ...]
    folded: tuple[Fold, ...]


def of(columns: Sequence[Column], *, asks: bool) -> Groups:
    """Group the columns. `asks`: a person has to choose the SKU, so folds are open."""
    by_kind = {kind: tuple(one for one in columns if _folds(one, kind)) for kind in ("attribute", "skipped")}
    many = {kind: found for kind, found in by_kind.items() if len(found) > FEW}
    first = tuple(one for one in columns if not any(one in found for found in many.values()))
    return Groups(first, tuple(Fold(kind, found, asks) for kind, found in many.items()))


def _folds(column: Column, kind: str) -> bool:
    return column.kind == kind and not column.clashes
