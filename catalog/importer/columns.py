"""Which column of the file is which field of a product."""

from dataclasses import dataclass

from catalog.importer import again, aliases
from catalog.importer.errors import Refused, quoted
from catalog.importer.formulas import MARK, restored_name
from catalog.importer.options import Options

FIELDS = ("sku", "name", "description", "price", "active")
REQUIRED = ("sku", "name")
REQUIRED_TO_DELETE = ("sku",)
BY_POSITION = ("sku", "name", "description")  # of a narrow file without a header
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Columns:
    """What a header was taken for: positions count from 0, names are as in the file."""

    names: tuple[str, ...]
    fields: dict[str, int]  # field -> position
    attributes: dict[str, int]  # attribute -> position
    ours: bool = False  # a file that we exported: its apostrophes before formulas go
    header: bool = True  # the file itself names them
    again: bool = False  # refused rows that come back: two more columns say why

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


def refuse_too_many(names: list[str]) -> None:
    """Before a single row is read: each would make a frame as wide. Raises Refused."""
    if len(names) > MOST_COLUMNS:
        raise Refused(
            f"The header has {len(names):,} columns; {MOST_COLUMNS:,} are the most that can be imported."
        )


def match(names: list[str], options: Options) -> Columns:
    """The columns by name, ignoring case and spaces around; `options.columns` overrules. Raises Refused."""
    comes_back, names = again.is_header(names), again.own(names)
    deletes = (
        options.mode == "delete"
    )  # then a row is its SKU, and the rest is not read
    _refuse_unknown(names, options)
    found = fields(names, options)
    missing = [field for field in _required(options) if field not in found]
    if missing:
        raise Refused(_missing(missing, names, options))
    ours = comes_back or options.header and MARK in names
    taken = {*found.values(), *(i for i, name in enumerate(names) if name == MARK)}
    kept = {
        restored_name(name) if ours else name: i
        for i, name in enumerate(_distinct(tuple(names)))
        if i not in taken and options.extra == "keep" and not deletes
    }
    return Columns(tuple(names), found, kept, ours, options.header, comes_back)


def is_header(names: list[str], options: Options, above: int = 0) -> bool:
    """Whether a row names the columns that every file must have.

    Below rows that are filled like a table (`above` cells at most), only our own or chosen names are proof enough.
    """
    if above >= sum(1 for name in names if name.strip()):
        wanted = _wanted(names, options)
        return all(
            _positions(names, wanted.get(field, "")) for field in _required(options)
        )
    try:
        return set(_required(options)) <= set(fields(names, options))
    except Refused:  # a name that stands there twice is a name
        return True


def fields(names: list[str], options: Options) -> dict[str, int]:
    """Field -> column: as chosen, else by its own name, else by the first alias of it that a column has."""
    found = {
        field: _only(names, name)
        for field, name in _wanted(names, options).items()
        if _positions(names, name)
    }
    looked_for = REQUIRED_TO_DELETE if options.mode == "delete" else FIELDS
    for field in looked_for if options.header else ():
        if field not in found and field not in options.columns:
            position = aliases.find(field, names, set(found.values()))
            if position is not None:
                found[field] = position
    return {field: found[field] for field in looked_for if field in found}


def _wanted(names: list[str], options: Options) -> dict[str, str]:
    """Field -> the column to take for it, which may not be there."""
    if options.header:
        found = {field: field for field in FIELDS}
    elif len(names) <= len(BY_POSITION) and not options.columns:
        found = dict(zip(BY_POSITION, names, strict=False))
    else:
        found = {}
    return {field: name for field, name in (found | options.columns).items() if name}


def _refuse_unknown(names: list[str], options: Options) -> None:
    """What was chosen must exist."""
    for field, name in options.columns.items():
        if field not in FIELDS:
            raise Refused(
                f"There is no field {quoted(field)}: choose from {', '.join(FIELDS)}."
            )
        if name and not _positions(names, name):
            raise Refused(
                f"There is no column {quoted(name)} to take as {field}. {_found(names, options)}"
            )
    known = {name.strip().casefold() for name in (*FIELDS, *names)}
    for name in options.blanks:
        if name.strip().casefold() not in known:
            raise Refused(
                f"There is no column {quoted(name)} whose blank cells could be kept or cleared. {_found(names, options)}"
            )


def _missing(missing: list[str], names: list[str], options: Options) -> str:
    """Why a file without these columns is refused, and what to do."""
    found = _found(names, options)
    if not options.header:
        return (
            f"The file has no header and {len(names):,} columns: say which are {' and '.join(missing)}, "
            f"by number (--map sku=1 --map name=2). {found}"
        )
    return (
        f"No column is called {' or '.join(missing)}. {found}{_offer(missing, names)} "
        f"The first line must name the columns, {' and '.join(_required(options))} among them; for a file without a header say so (--no-header)."
    )


def _offer(missing: list[str], names: list[str]) -> str:
    """Columns that are called nearly so."""
    offers = [(field, aliases.like(field, names)) for field in missing]
    likely = [f"{quoted(name)} as {field}" for field, name in offers if name]
    return f" Perhaps you mean {' and '.join(likely)}." if likely else ""


def _required(options: Options) -> tuple[str, ...]:
    return REQUIRED_TO_DELETE if options.mode == "delete" else REQUIRED


def _positions(names: list[str], wanted: str) -> list[int]:
    """The columns of this name; a number, or #3, that is no name is a position, counted from 1."""
    key = wanted.strip().casefold()
    found = [
        i for i, name in enumerate(names) if key and name.strip().casefold() == key
    ]
    number = key.removeprefix("#")
    if not found and number.isdecimal() and 1 <= int(number) <= len(names):
        return [int(number) - 1]
    return found


def position(names: list[str], wanted: str) -> int | None:
    """The column of this name, or of this number counted from 1; None if there is none or more than one."""
    found = _positions(names, wanted)
    return found[0] if len(found) == 1 else None


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


def _found(names: list[str], options: Options) -> str:
    shown = ", ".join(quoted(name) for name in names[:8])
    what = "The first line reads" if options.header else "The columns are"
    return f"{what}: {shown}{' …' if len(names) > 8 else ''}."
