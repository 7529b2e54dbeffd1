"""Which columns of a file are in sight at once, and which are folded under a line that counts them."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.notation import noun_of, plural
from catalog.web.pages.imports.steps.column_table import Column

FEW = 5  # columns of a kind: so many are not worth a fold
NAMES = 4  # that a fold names


@dataclass(frozen=True)
class Fold:
    """Columns of one kind, which become no field: attribute or skipped."""

    kind: str
    columns: tuple[Column, ...]
    opens: bool  # one of them may be what is missing

    @property
    def words(self) -> str:
        """How many there are, and what becomes of them."""
        count = len(self.columns)
        becomes = noun_of(count, "becomes an attribute", "become attributes")
        return f"{plural(count, 'column')} {becomes if self.kind == 'attribute' else noun_of(count, 'is', 'are') + ' skipped'}"

    @property
    def names(self) -> str:
        """The first of them."""
        names = ", ".join(column.name for column in self.columns[:NAMES])
        return f"{names} …" if len(self.columns) > NAMES else names


@dataclass(frozen=True)
class Groups:
    """The columns in sight, in the order of the file, and those that are folded."""

    first: tuple[Column, ...]
    folded: tuple[Fold, ...]


def of(columns: Sequence[Column], *, asks: bool) -> Groups:
    """The groups; `asks`: a person has to choose the SKU among all of them, so nothing is hidden."""
    by_kind = {kind: tuple(one for one in columns if _folds(one, kind)) for kind in ("attribute", "skipped")}
    many = {kind: found for kind, found in by_kind.items() if len(found) > FEW}
    first = tuple(one for one in columns if not any(one in found for found in many.values()))
    return Groups(first, tuple(Fold(kind, found, asks) for kind, found in many.items()))


def _folds(column: Column, kind: str) -> bool:
    return column.kind == kind and not column.clashes
