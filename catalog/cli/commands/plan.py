"""`plan`: what an import in review would do, product by product, and its conflicts, which `apply` resolves by SKU.

A line of a plan is a dict as the API returns it, for this Catalog and for another one.
"""

import json
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Any

import click

from catalog.cli import backend
from catalog.cli.backend.failure import Failure

Line = dict[str, Any]
LISTED = 20
"""Conflicts that an error message lists; `plan` lists all."""
HOW = (
    "Decide with --keep SKU (the catalog's values) and --take SKU (the file's values),"
    " or for all of them with --conflicts."
)


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--conflicts", is_flag=True, help="Only products that changed since the plan was made.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per product.")
def plan(number: int, conflicts: bool, as_json: bool) -> None:
    """Show what import ID would do, product by product, with old and new values. The import must be in review."""
    with backend.opened() as catalog:
        for line in catalog.plan(number, conflicts):
            mark = "conflict: " if line["conflict"] else ""
            click.echo(json.dumps(line) if as_json else mark + words(line))


def chosen(lines: Iterable[Line], keep: tuple[str, ...], take: tuple[str, ...]) -> dict[int, str]:
    """The choice for each conflict by the number of its line. A SKU without a conflict is a usage error."""
    wanted = {_key(sku): "skip" for sku in keep}
    if both := [sku for sku in take if _key(sku) in wanted]:
        raise click.UsageError(f"{both[0]} is in both --keep and --take. Choose one.")
    wanted |= {_key(sku): "overwrite" for sku in take}
    found = {line["n"]: _key(line["sku"]) for line in lines} if wanted else {}
    for sku in (*keep, *take):
        if _key(sku) not in found.values():
            raise click.UsageError(f"{sku} is not a conflict in this plan.")
    return {n: wanted[key] for n, key in found.items() if key in wanted}


def conflicts_failure(reason: str, lines: Iterable[Line], number: int) -> Failure:
    """The failure of an `apply` that needs choices: the reason, how to choose, and each conflict with both values."""
    lines = iter(lines)
    text = [reason, HOW, *map(words, islice(lines, LISTED))]
    if next(lines, None):
        text.append(f"And more: catalog plan {number} --conflicts lists them all.")
    return Failure("\n".join(text), "conflicts")


def words(line: Line) -> str:
    """A line of a plan in words. A conflict has the value of the catalog and of the file."""
    at = f", line {line['line']:,}" if line["line"] else ""
    cells = "; ".join(_cell(line, cell) for cell in line["cells"])
    return f"{line['sku']}{at}, {line['action']}" + (f": {cells}" if cells else "")


def _cell(line: Line, cell: Line) -> str:
    old, new, now = (_value(cell[name]) for name in ("old", "new", "now"))
    if line["conflict"]:
        source = "in the file" if line["line"] else "in the plan"
        return f"{cell['field']} is {now} in the catalog, {new} {source}"
    return f"{cell['field']} {old} -> {new}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "empty" if value in (None, "") else json.dumps(value, ensure_ascii=False)


def _key(sku: str) -> str:
    """The key of a SKU: case makes no difference."""
    return unicodedata.normalize("NFC", sku.strip()).lower()


COMMANDS = (plan,)
