"""Which column of the file is which field of a product."""

from dataclasses import dataclass

from catalog.importer.errors import Refused, quoted
from catalog.importer.formulas import MARK, restored_name
from catalog.importer.options import Options

FIELDS = ("sku", "name", "description", "price", "active")
REQUIRED = ("sku", "name")
REQUIRED_TO_DELETE = ("sku",)
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Columns:
    """What a header was taken for: positions count from 0, names are as in the file."""

    names: tuple[str, ...]
    fields: dict[str, int]  # field -> position
    attributes: dict[str, int]  # attribute -> position
    ours: bool = False  # a file that we exported: its apostrophes before formulas go

    def meaning(self) -> dict[str, str]:
        """Column -> field, "attribute" or "dropped", for people to see what was understood."""
        field_of = {position: field for field, position in self.fields.items()}
        kept = set(self.attributes.values())
        rest = {True: "attribute", False: "dropped"}
        unique = zip(_distinct(self.names), range(len(self.names)), strict=True)
        return {
            name: field_of.get(position, rest[position in kept])
            for name, position in unique
        }


def match(names: list[str], options: Options) -> Columns:
    """The columns by name, ignoring case and spaces around; `options.columns` overrules. Raises Refused."""
    if len(names) > MOST_COLUMNS:
        raise Refused(
            f"The header has {len(names):,} columns; {MOST_COLUMNS:,} are the most that can be imported."
        )
    deletes = (
        options.mode == "delete"
    )  # then a row is its SKU, and the rest is not read
    wanted = {
        field: options.columns.get(field, field)
        for field in (REQUIRED_TO_DELETE if deletes else FIELDS)
    }
    fields = {
        field: _only(names, name)
        for field, name in wanted.items()
        if _positions(names, name)
    }
    for field, name in options.columns.items():
        if field not in FIELDS:
            raise Refused(
                f"There is no field {quoted(field)}: choose from {', '.join(FIELDS)}."
            )
        if field in wanted and field not in fields:
            raise Refused(
                f"There is no column {quoted(name)} to take as {field}. {_found(names)}"
            )
    missing = [field for field in _required(options) if field not in fields]
    if missing:
        raise Refused(
            f"No column is called {' or '.join(missing)}. {_found(names)} "
            f"The first line must name the columns, {' and '.join(_required(options))} among them."
        )
    ours = MARK in names
    taken = {*fields.values(), *(i for i, name in enumerate(names) if name == MARK)}
    kept = {
        restored_name(name) if ours else name: i
        for i, name in enumerate(_distinct(tuple(names)))
        if i not in taken and options.extra == "keep" and not deletes
    }
    return Columns(tuple(names), fields, kept, ours)


def is_header(names: list[str], options: Options) -> bool:
    """Whether a row names the columns that every file must have."""
    return all(
        _positions(names, options.columns.get(field, field))
        for field in _required(options)
    )


def _required(options: Options) -> tuple[str, ...]:
    return REQUIRED_TO_DELETE if options.mode == "delete" else REQUIRED


def _positions(names: list[str], wanted: str) -> list[int]:
    return [
        i
        for i, name in enumerate(names)
        if name.strip().casefold() == wanted.strip().casefold()
    ]


def _only(names: list[str], wanted: str) -> int:
    positions = _positions(names, wanted)
    if len(positions) > 1:
        where = " and ".join(str(position + 1) for position in positions)
        raise Refused(
            f"The column {quoted(wanted)} stands {len(positions)} times (columns {where}): which one counts?"
        )
    return positions[0]


def _distinct(names: tuple[str, ...]) -> list[str]:
    """Names that can be keys: a nameless column is called by its position, a second one of a name is numbered."""
    result: list[str] = []
    for position, given in enumerate(names, start=1):
        name = wanted = given.strip() or f"column {position}"
        number = 1
        while name in result:
            number += 1
            name = f"{wanted} ({number})"
        result.append(name)
    return result


def _found(names: list[str]) -> str:
    shown = ", ".join(quoted(name) for name in names[:8])
    return f"The first line reads: {shown}{' …' if len(names) > 8 else ''}."
