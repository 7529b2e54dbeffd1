"""The values that the history of changes returns: change sets, their members, old and new values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models import BulkJob, ChangeSet


@dataclass(frozen=True)
class Source:
    """The import or bulk job of a change set."""

    import_id: int | None = None
    filename: str = ""
    job: BulkJob | None = None
    understood: Mapping[str, Any] = field(
        default_factory=dict
    )  # of the import, as far as places need it: see importer.placed


@dataclass(frozen=True)
class ChangeSetEntry:
    """A change set with everything that pages show about it; `product` is set for a change by hand."""

    change_set: ChangeSet
    source: Source
    product: tuple[int, str] | None = None  # id and SKU


@dataclass(frozen=True)
class Step:
    """One field of one product; its new value may no longer be known."""

    field: str
    old: Any
    new: Any
    known: bool = True
    is_attribute: bool = False


@dataclass(frozen=True)
class ChangedProduct:
    """What one change set did to one product: created, updated, deleted or restored."""

    entry: ChangeSetEntry
    product_id: int
    sku: str
    name: str
    exists: bool
    action: str
    line: int | None
    steps: list[Step]
    member: str = ""  # of an archive, that `line` is in
    unit: str = "line"  # what `line` counts: see importer.unit_of
