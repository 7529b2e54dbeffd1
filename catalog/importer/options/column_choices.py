"""Convert choices about columns: from JSON, to names for a template, to positions for a page."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from catalog.importer.errors import Rejected
from catalog.importer.options import checks
from catalog.importer.options.column_names import positions
from catalog.importer.options.options import CHOICES, MAPPING, Options


def parse(text: str) -> dict[str, Any]:
    """Parse a mapping in JSON into keyword arguments of Options. Raises Rejected."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Rejected("The mapping is not JSON.") from None
    if not isinstance(found, dict):
        raise Rejected("The mapping is not a JSON object.")
    for name, value in found.items():
        if name not in MAPPING:
            raise Rejected(f"A mapping has no {name!r}: choose from {', '.join(MAPPING)}.")
        try:
            Options.model_validate({name: value})
        except ValidationError:
            raise Rejected(f"{name} of the mapping is not {CHOICES[name].shape}.") from None
    checks.check(Options(**found))
    return found


def fingerprint(names: list[str]) -> str:
    """A hash of a header, ignoring case and spaces around names."""
    same = [name.strip().casefold() for name in names]
    text = json.dumps(same, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def by_name(options: Options, names: list[str]) -> Options:
    """The choices with columns by their names, if these are unique: in another file, #3 may be another column."""

    def named(column: str) -> str:
        found = positions(names, column)
        name = names[found[0]].strip() if found else ""
        unique = name and len(positions(names, name)) == 1
        return name if unique and options.header else column

    return with_columns(options, named)


def by_name_if_shown(options: Options, names: list[str]) -> Options:
    """The choices with #3 as the name of the third column of the file that a page has shown."""

    def named(column: str) -> str:
        found = positions(names, column) if column.startswith("#") else []
        name = names[found[0]].strip() if found else ""
        return name if name and len(positions(names, name)) == 1 else column

    return with_columns(options, named) if options.header else options


def by_position(options: Options, names: list[str]) -> Options:
    """The choices with columns as #3, as the controls of a page have them."""

    def numbered(column: str) -> str:
        found = positions(names, column)
        return f"#{found[0] + 1}" if found else column

    return with_columns(options, numbered)


def with_columns(options: Options, called: Callable[[str], str]) -> Options:
    """The choices with each column renamed by `called`."""
    return options.with_reading(
        columns={f: column and called(column) for f, column in options.columns.items()},
        attributes={called(column): name for column, name in options.attributes.items()},
        joined={
            target: {**joined, "columns": [called(column) for column in joined["columns"]]}
            for target, joined in options.joined.items()
        },
        transforms={called(column): steps for column, steps in options.transforms.items()},
        blanks={called(column): does for column, does in options.blanks.items()},
    )
