"""Which column of the file is which field of a product."""

import re
from dataclasses import replace

from catalog.importer.columns import aliases, chosen, error_columns, price_names
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Rejected, quoted
from catalog.importer.options import checks
from catalog.importer.options.column_names import distinct, is_number, only, positions
from catalog.importer.options.options import Options
from catalog.importer.values.fields import FIELDS, is_reserved
from catalog.importer.values.formulas import MARK, REST, restored_name
from catalog.notation import listed, noun_of, plural

REQUIRED = ("sku", "name")
REQUIRED_OF = {"delete": ("sku",), "update": ("sku",)}  # a product that exists keeps its name
BY_POSITION = ("sku", "name", "description")  # columns of a narrow file without a header
MOST_COLUMNS = 1_000
VALUE = re.compile(r"[-+]?[\d.,:/\s-]*\d[\d.,:/\s-]*[€$£%]?|https?://.*|(?:true|false|null)", re.IGNORECASE)
VALUES = 4  # at least one in four cells must be a value
OF_OURS = len(FIELDS) + 2  # columns of an export of Catalog beside the attributes


def reject_too_many(names: list[str]) -> None:
    """Reject a file with too many columns before its rows are read. Raises Rejected."""
    if len(names) > MOST_COLUMNS + (OF_OURS if MARK in names else 0):
        raise Rejected(f"The header has {len(names):,} columns; {MOST_COLUMNS:,} is the limit.")


def match(names: list[str], options: Options) -> Columns:
    """Match columns by name, ignoring case and surrounding spaces; the options override. Raises Rejected."""
    comes_back, names = error_columns.is_header(names), error_columns.own(names)
    checks.check(options)
    _reject_unknown(names, options)
    columns = Columns(tuple(names), fields(names, options), {}, header=options.header)
    ours = comes_back or options.header and MARK in names
    columns = replace(columns, ours=ours, returned=comes_back, guarded=not (options.header and MARK in names))
    columns = _with_derived(columns, options)
    missing = [field for field in required(options) if field not in columns.fields]
    if missing:
        raise _missing(missing, names, options)
    steps = chosen.steps(names, options)
    columns = replace(columns, price_like=_price_like(columns, options))
    if options.mode == "delete":  # then only the SKU of a row is read
        return replace(columns, attributes={}, steps=steps)
    if REST in names and options.extra == "keep":
        columns = replace(columns, rest=names.index(REST))
    return replace(columns, attributes=_attributes(columns, options), steps=steps)


def _with_derived(columns: Columns, options: Options) -> Columns:
    """The columns with the derived ones."""
    derived = chosen.derived(list(columns.names), options)
    width = len(columns.names)
    made = {one.target: width + number for number, one in enumerate(derived)}
    wanted = _looked_for(options)
    found = columns.fields | {field: at for field, at in made.items() if field in wanted}
    attributes = {name: at for name, at in made.items() if name not in FIELDS}
    ordered = {field: found[field] for field in FIELDS if field in found}
    return replace(columns, fields=ordered, attributes=attributes, derived=derived)


def _attributes(columns: Columns, options: Options) -> dict[str, int]:
    """Attribute -> position: the columns that no field uses, under their own or their chosen name.

    A column with the name of a field is skipped. Raises Rejected if two columns get the same name, or one is given the
    name of a field.
    """
    names = columns.names
    named = chosen.attributes(list(names), options)
    taken = {*columns.fields.values(), *(i for i, name in enumerate(names) if name == MARK)}
    taken |= {position for one in columns.derived for position in one.positions}
    kept: dict[str, int] = {}
    for position, name in enumerate(distinct(names)):
        if position in taken and position not in named:
            continue
        wanted = named.get(position)
        if wanted is None and options.extra == "keep":
            own = restored_name(name) if columns.ours else name
            wanted = None if is_reserved(own) else own
        if wanted and wanted in kept | columns.attributes:
            raise Rejected(
                f"Two columns would become the attribute {quoted(wanted)}: choose another name for {quoted(name)}."
            )
        if wanted:
            kept[wanted] = position
    return kept | columns.attributes


def _price_like(columns: Columns, options: Options) -> str:
    """The name of a column that may be the price, if none was found or chosen."""
    if "price" not in _looked_for(options) or not is_open("price", options):
        return ""
    at = None if "price" in columns.fields else price_names.speaks_of_price(columns.names)
    return "" if at is None else columns.names[at]


def is_header(names: list[str], options: Options, above: int = 0) -> bool:
    """Whether a row contains names of the required columns.

    `above` is the largest number of filled cells in a row above it. If that is no less than in this row, only the names
    of fields or chosen names prove a header. It stays the header if a person chooses not to use a column.
    """
    if _is_header(names, options, above):
        return True
    bare = options.with_reading(columns={}, attributes={}, joined={})
    return ("" in options.columns.values() or bool(options.attributes)) and _is_header(names, bare, above)


def _is_header(names: list[str], options: Options, above: int) -> bool:
    if above >= sum(1 for name in names if name.strip()):
        wanted = _wanted(names, options)
        made = chosen.given(names, options)
        return all(field in made or positions(names, wanted.get(field, "")) for field in required(options))
    try:
        found = {*fields(names, options), *chosen.given(names, options)}
        return set(required(options)) <= found and any(map(str.strip, names))
    except Rejected:  # a repeated name is a name
        return True


def names_columns(names: list[str], options: Options) -> bool:
    """Whether a row has a known name, or a name from an option. The number of a column in an option proves nothing."""
    said = {*options.columns.values(), *options.attributes, *options.transforms, *options.blanks} - {""}
    said |= {column for joined in options.joined.values() for column in joined["columns"]}
    by_name = {name.strip().casefold() for name in said if not is_number(name)}
    cells = [name.strip() for name in names if name.strip()]
    if by_name & {cell.casefold() for cell in cells}:
        return True
    return any(aliases.rank_of(field, cell) for field in FIELDS for cell in cells)


def fields(names: list[str], options: Options) -> dict[str, int]:
    """Field -> column: the chosen one, else one with the name of the field, else the first alias that a column has."""
    aside = chosen.claimed(names, options)
    found = {
        field: only(names, name)
        for field, name in _wanted(names, options).items()
        if positions(names, name) and (field in options.columns or not aside & {*positions(names, name)})
    }
    looked_for = _looked_for(options)
    for field in looked_for if options.header else ():
        if field not in found and is_open(field, options):
            position = aliases.find(field, names, {*found.values(), *aside})
            if position is not None:
                found[field] = position
    if options.header and _is_described_only(found, options):
        found["name"] = found.pop("description")
    return {field: found[field] for field in looked_for if field in found}


def _is_described_only(found: dict[str, int], options: Options) -> bool:
    """Whether a list has a description but no name: then the description is the name. Not for an update."""
    chosen = not is_open("name", options) or not is_open("description", options)
    return options.mode in ("upsert", "create") and "name" not in found and "description" in found and not chosen


def _looked_for(options: Options) -> tuple[str, ...]:
    return REQUIRED_OF["delete"] if options.mode == "delete" else FIELDS


def is_open(field: str, options: Options) -> bool:
    """Whether no option chooses the column of the field."""
    return field not in {*options.columns, *options.joined, *options.constants}


def _wanted(names: list[str], options: Options) -> dict[str, str]:
    """Field -> chosen column, which may not exist."""
    if options.header:
        found = {field: field for field in FIELDS}
    elif len(names) <= len(BY_POSITION) and not options.columns:
        found = dict(zip(BY_POSITION, names, strict=False))
    else:
        found = {}
    found = {field: name for field, name in found.items() if is_open(field, options)}
    return {field: name for field, name in (found | options.columns).items() if name}


def _reject_unknown(names: list[str], options: Options) -> None:
    """Raises Rejected if a chosen column does not exist."""
    for field, name in options.columns.items():
        if field not in FIELDS:
            raise Rejected(f"There is no field {quoted(field)}: choose from {', '.join(FIELDS)}.")
        if name and not positions(names, name):
            raise Rejected(f"There is no column {quoted(name)} to import as {field}. {_found(names, options)}")
    for name in options.blanks:
        if name.strip().casefold() not in FIELDS and not positions(names, name):
            raise Rejected(
                f"There is no column {quoted(name)} whose blank cells could be kept or cleared. "
                f"{_found(names, options)}"
            )


def _missing(missing: list[str], names: list[str], options: Options) -> Rejected:
    """The rejection of a file without these columns, with the choices that would solve it."""
    found = _found(names, options)
    if not options.header:
        return Rejected(
            f"The file has no header and {plural(len(names), 'column')}: choose which of them "
            f"{noun_of(len(missing), 'is', 'are')} {listed(missing)}. {found}",
            "columns",
        )
    values = " The first line seems to contain values, so the file may have no header." if _holds_values(names) else ""
    updates = missing == ["name"] and options.mode == "upsert"
    return Rejected(
        f"No column is called {' or '.join(missing)}. {found}{values}{_offer(missing, names, options)} "
        f"The first line must contain the column names, including {' and '.join(required(options))}."
        f"{' An import that only updates existing products needs no name.' if updates else ''}",
        "columns",
        "header",
        *(["mode"] if updates else []),
    )


def _holds_values(names: list[str]) -> bool:
    """Whether a line that should be the header has numbers, dates or URLs in some cells."""
    filled = [name.strip() for name in names if name.strip()]
    return len(filled) > 1 and sum(1 for name in filled if VALUE.fullmatch(name)) >= max(1, len(filled) // VALUES)


def _offer(missing: list[str], names: list[str], options: Options) -> str:
    """A sentence with columns of similar names that are not a field already."""
    taken = {*fields(names, options).values()}
    free = [name for at, name in enumerate(names) if at not in taken]
    offers = [(field, aliases.like(field, free)) for field in missing]
    likely = [f"{quoted(name)} as {field}" for field, name in offers if name]
    return f" Perhaps you mean {' and '.join(likely)}." if likely else ""


def required(options: Options) -> tuple[str, ...]:
    """The fields that a file needs in this mode."""
    return REQUIRED_OF.get(options.mode, REQUIRED)


def _found(names: list[str], options: Options) -> str:
    shown = ", ".join(quoted(name) for name in names[:8])
    what = "The first line reads" if options.header else "The columns are"
    return f"{what}: {shown}{' …' if len(names) > 8 else ''}."
