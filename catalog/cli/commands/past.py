"""What was, and the way back: `past-imports`, `log`, `history`, `bundle`, `undo`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from catalog.cli import backend, results
from catalog.cli.backend.protocol import Row
from catalog.cli.option_types import Day, Known


@click.command("past-imports")
@click.option("--query", "q", default="", metavar="Q", help="In file name or address; a sha256's beginning; an id.")
@click.option("--state", default="", type=Known("state"), help="Only in this state: completed, failed ...")
@click.option(
    "--outcome",
    type=click.Choice(results.OUTCOMES),
    help="Only those of which all, part or none of the rows were taken.",
)
@click.option("--mode", default="", type=Known("mode"), help="Only in this mode: upsert, create ...")
@click.option("--who", default="", help="Only of people with this in their address.")
@click.option("--since", default="", type=Day(), metavar="DAY", help="From this day on (UTC).")
@click.option("--until", default="", type=Day(), metavar="DAY", help="To this day (UTC).")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an import.")
def imports(limit: int, as_json: bool, **asked: str) -> None:
    """List imports, newest first."""
    with backend.opened() as catalog:
        for row in catalog.past(asked, limit):
            told = results.summary(row) | {"filename": row["filename"]}
            words = f"{_moment(row['created_at']):%Y-%m-%d %H:%M} {row['filename']}: {results.sentence(row)}"
            click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def log(number: int, as_json: bool) -> None:
    """Tell what happened to the import ID: workers, phases, decisions."""
    with backend.opened() as catalog:
        for line in catalog.log(number):
            words = f"{_moment(line['at']):%Y-%m-%d %H:%M:%S} {line['words']}"
            click.echo(json.dumps(line) if as_json else words)


@click.command()
@click.argument("sku")
def history(sku: str) -> None:
    """Say where each value of the product SKU comes from."""
    with backend.opened() as catalog:
        for origin in catalog.history(sku):
            click.echo(f"{origin['field']}: {_origin(origin['changed'])}")


@click.command()
@click.argument("import_id", metavar="IMPORT", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def bundle(import_id: int, file: Path) -> None:
    """Write file, options, mapping and report of an IMPORT to the zip FILE, which `catalog import` takes."""
    with backend.opened() as catalog:
        pieces = catalog.bundle(import_id)
        first = next(pieces, b"")  # denied before the file is made
        with file.open("wb") as target:
            target.write(first)
            target.writelines(pieces)


@click.command()
@click.argument("change", type=click.IntRange(1, 2**31 - 1))
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def undo(change: int, preview: bool, as_json: bool) -> None:
    """Take the change set CHANGE back; products that were changed since are kept."""
    with backend.opened() as catalog:
        done = catalog.undo_preview(change) if preview else catalog.undo(change)
    told = {name: done[name] for name in ("created", "updated", "deleted", "skipped")}
    words = f"{told['created']:,} brought back, {told['updated']:,} put back, {told['deleted']:,} removed, {told['skipped']:,} kept."
    click.echo(json.dumps(told) if as_json else words)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _origin(changed: Row | None) -> str:
    """Where a value comes from, in words."""
    if changed is None:
        return "not known any more"
    if changed["import_id"]:
        line = f", line {changed['line']:,}" if changed["line"] else ""
        member = f": {changed['member']}" if changed["member"] else ""
        return f"import {changed['import_id']}{line} of {changed['filename']}{member}"
    return f"{changed['email'] or 'command line'}, change {changed['change_set_id']}"


COMMANDS = (imports, log, history, bundle, undo)
