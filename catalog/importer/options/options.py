"""What a person chooses for an import. It travels as JSON in the import's row, so that a retry means the same."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, NotRequired, TypedDict

from catalog.importer.errors import Rejected


class Joined(TypedDict):
    """Columns by name or number whose texts make one, those without text left out; a space between them unless told."""

    columns: list[str]
    separator: NotRequired[str]


MODES = ("upsert", "create", "update", "delete", "sync")
BLANKS = ("keep", "clear")
MEMBERS = ("each", "joined")


@dataclass(frozen=True)
class Options:
    """The choices of one import; each default is what most files want."""

    mode: Literal["upsert", "create", "update", "delete", "sync"] = "upsert"
    # what rows may do: all, only new, only known, remove, or all and `absent` for the products without a row
    absent: Literal["deactivate", "delete"] = "deactivate"  # what a sync does to products that are not in the file
    active: bool = True  # what a new product gets when the file does not say
    blank: Literal["clear", "keep"] = "clear"  # what an empty cell does to a product that exists
    blanks: dict[str, str] = field(
        default_factory=dict
    )  # the same for one column, by its name, its number or its field's name
    extra: Literal["keep", "drop"] = "keep"  # columns without a field: kept as attributes, or dropped
    delimiter: str = ""  # empty: recognised by the header
    columns: dict[str, str] = field(
        default_factory=dict
    )  # field -> column by name or number, where the names differ; empty: no column
    attributes: dict[str, str] = field(default_factory=dict)  # column -> its name as an attribute; empty: dropped
    joined: dict[str, Joined] = field(default_factory=dict)  # field or attribute -> the columns that make it
    constants: dict[str, str] = field(default_factory=dict)  # field or attribute -> the text that every row gets
    transforms: dict[str, list[list[str]]] = field(
        default_factory=dict
    )  # column -> steps as in `steps.STEPS`, each with its texts: [["trim"], ["replace", "old", "new"]]
    numbers: Literal["", "plain", "point", "comma"] = (
        ""  # how prices are written: 1234.50, 1,234.50 or 1.234,50; empty: recognised
    )
    encoding: str = ""  # one of ENCODINGS; empty: recognised
    header: bool = True  # whether a line names the columns
    sheet: str = ""  # of a workbook, by name or number, or file of an archive
    members: Literal["", "each", "joined"] = (
        ""  # tables of a ZIP archive: each an import of its own, or all one; empty: there must be only one
    )
    max_errors: str = ""  # rejected rows that are allowed: see limits; empty: any number
    skip: int | None = None  # lines above the header or the first row; none: recognised
    review: bool = False  # stop after the plan, and wait for a person to apply it
    confirmed: bool = False  # do not stop because much would change

    def keeps(self, *names: str) -> bool:
        """Whether a blank cell of the column of these names leaves what is there."""
        wanted = {name.casefold() for name in names}
        for name, does in self.blanks.items():
            if name.strip().casefold() in wanted:
                return does == "keep"
        return self.blank == "keep"

    def with_blanks(self, values: Iterable[str]) -> "Options":
        """The same with keep, clear or COLUMN=keep, as commands and programs say it. Raises ValueError for what is none."""
        blank, blanks = self.blank, dict(self.blanks)
        for value in values:
            column, equals, does = value.rpartition("=")
            if does not in BLANKS or bool(equals) != bool(column.strip()):
                raise ValueError(f"{value!r} is not keep, clear or COLUMN=keep.")
            if equals:
                blanks[column.strip()] = does
            else:
                blank = "keep" if does == "keep" else "clear"
        return replace(self, blank=blank, blanks=blanks)

    def with_reading(self, **choices: Any) -> "Options":
        """The same, but read in another way."""
        return replace(self, **choices)

    def to_json(self) -> dict[str, Any]:
        """The options as they are stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Options":
        """The options as they were stored; a choice that did not exist then has its default. Raises Rejected for one that does not exist now."""
        if unknown := stored.keys() - cls.__dataclass_fields__.keys():
            raise Rejected(f"A newer Catalog took this in: the choice {min(unknown)!r} is not known here.")
        return cls(**stored)
