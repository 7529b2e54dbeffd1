"""The options of `catalog import` that say what becomes of columns; `--mapping` has all of it in one JSON text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Pairs = tuple[tuple[str, str], ...]


class Split(click.ParamType[tuple[str, str]]):
    """LEFT=RIGHT, cut at the first =."""

    name = "pair"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Both sides. Fails where there is no =."""
        left, equals, right = str(value).partition("=")
        if not equals or not left.strip():
            self.fail(f"{value!r} has no = between column and choice.")
        return left.strip(), right


OPTIONS = (
    click.option(
        "--attribute",
        "attributes",
        multiple=True,
        type=Split(),
        metavar="COLUMN=NAME",
        help="Keep the column as an attribute of this name; an empty NAME leaves it out. May be repeated.",
    ),
    click.option(
        "--join",
        "joined",
        multiple=True,
        type=Split(),
        metavar="FIELD=COLUMN+COLUMN",
        help="Make the field or attribute of several columns, a space between them. May be repeated.",
    ),
    click.option(
        "--set",
        "constants",
        multiple=True,
        type=Split(),
        metavar="FIELD=TEXT",
        help="Give every row this text. May be repeated.",
    ),
    click.option(
        "--transform",
        "transforms",
        multiple=True,
        type=Split(),
        metavar="COLUMN=STEP",
        help="Change the cells of a column: trim, collapse, upper, lower, replace:OLD:NEW, default:TEXT. May be repeated.",
    ),
    click.option(
        "--numbers",
        type=click.Choice(["plain", "point", "comma"]),
        help="How prices are written: 1234.50, 1,234.50 or 1.234,50.  [default: recognised]",
    ),
    click.option(
        "--mapping",
        metavar="JSON|@FILE",
        help="All choices about columns as one JSON object, or the file that holds it.",
    ),
    click.option(
        "--profile", metavar="NAME", help="Begin with the choices of this profile; other options overrule it."
    ),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all of them."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def chosen(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, as keyword arguments of importer.Options. Raises click.UsageError."""
    from catalog import importer

    try:
        found = _read(given["mapping"]) if given["mapping"] else {}
        one = {
            "attributes": dict(given["attributes"]),
            "joined": {target: {"columns": text.split("+")} for target, text in given["joined"]},
            "constants": dict(given["constants"]),
            "transforms": _transforms(given["transforms"]),
        }
        for name, choices in one.items():
            if choices:
                found[name] = found.get(name, {}) | choices
        if given["numbers"]:
            found["numbers"] = given["numbers"]
        importer.check_options(importer.Options(**found))
    except importer.Refused as refusal:
        raise click.UsageError(str(refusal)) from None
    return found


def _transforms(pairs: Pairs) -> dict[str, list[list[str]]]:
    steps: dict[str, list[list[str]]] = {}
    for column, step in pairs:
        steps.setdefault(column, []).append(step.split(":"))
    return steps


def _read(text: str) -> dict[str, Any]:
    from catalog.importer import parse_mapping

    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"The mapping can't be read: {error}") from None
    return parse_mapping(text)
