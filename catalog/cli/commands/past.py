"""The past: `past-imports`, `log`, `history`, `bundle`, `undo`."""

import json
from pathlib import Path

import click

from catalog.cli import backend, results
from catalog.cli.backend.protocol import Row
from catalog.cli.option_types import Day, Known


@click.command("past-imports")
@click.option("--query", "q", default="", metavar="Q", help="Search file name, user, start of a sha256, or id.")
@click.option("--state", default="", type=Known("state"), help="Only in this state, such as completed or failed.")
@click.option(
    "--outcome",
    type=click.Choice(results.OUTCOMES),
    help="Only imports with this outcome: all, part or none of the rows were imported.",
)
@click.option("--mode", default="", type=Known("mode"), help="Only in this mode, such as upsert or create.")
@click.option("--who", default="", help="Only imports by users whose email address contains this.")
@click.option("--since", default="", type=Day(), metavar="DAY", help="Only imports of this day (UTC) or later.")
@click.option("--until", default="", type=Day(), metavar="DAY", help="Only imports of this day (UTC) or earlier.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="List at most this many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per import.")
def imports(limit: int, as_json: bool, **asked: str) -> None:
    """List imports, newest first."""
    with backend.opened() as catalog:
        for row in catalog.past(asked, limit):
            told = results.summary(row) | {"filename": row["filename"]}
            words = f"{results.moment(row['created_at']):%Y-%m-%d %H:%M} {row['filename']}: {results.sentence(row)}"
            click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def log(number: int, as_json: bool) -> None:
    """Show what happened to import ID: workers, phases, decisions."""
    with backend.opened() as catalog:
        for line in catalog.log(number):
            words = f"{results.moment(line['at']):%Y-%m-%d %H:%M:%S} {line['words']}"
            click.echo(json.dumps(line) if as_json else words)


@click.command()
@click.argument("sku")
def history(sku: str) -> None:
    """Show where each value of the product with this SKU comes from."""
    with backend.opened() as catalog:
        for origin in catalog.history(sku):
            click.echo(f"{origin['field']}: {_origin(origin['changed'])}")


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def bundle(import_id: int, file: Path) -> None:
    """Write the file, options, mapping and report of import ID to the zip FILE.

    `catalog import` can import it again.
    """
    with backend.opened() as catalog:
        pieces = catalog.bundle(import_id)
        first = next(pieces, b"")  # an error must come before the file is created
        with file.open("wb") as target:
            target.write(first)
            target.writelines(pieces)


@click.command()
@click.argument("change", type=click.IntRange(1, 2**31 - 1))
@click.option("--preview", is_flag=True, help="Only show what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def undo(change: int, preview: bool, as_json: bool) -> None:
    """Undo the change with number CHANGE; the page /changes lists them.

    Products that were changed later stay as they are.
    """
    with backend.opened() as catalog:
        done = catalog.undo_preview(change) if preview else catalog.undo(change)
    told = {name: done[name] for name in ("created", "updated", "deleted", "skipped")}
    click.echo(json.dumps(told) if as_json else _undone(told, preview))


def _undone(told: dict[str, int], preview: bool) -> str:
    """The result of an undo, or of its preview, in words."""
    verbs = {
        "created": "restored",
        "updated": "changed back",
        "deleted": "deleted",
        "skipped": "skipped, because changed since",
    }
    parts = [f"{told[name]:,} {verb}" for name, verb in verbs.items() if told[name]]
    if not parts:
        return "An undo would change nothing." if preview else "Nothing was undone."
    counts = "; ".join(parts)
    return f"An undo would do this: {counts}." if preview else f"Undone: {counts}."


def _origin(changed: Row | None) -> str:
    """The source of a value in words."""
    if changed is None:
        return "no longer known"
    if changed["import_id"]:
        line = f", line {changed['line']:,}" if changed["line"] else ""
        member = f": {changed['member']}" if changed["member"] else ""
        return f"import {changed['import_id']}{line} of {changed['filename']}{member}"
    return f"{changed['email'] or 'command line'}, change {changed['change_set_id']}"


COMMANDS = (imports, log, history, bundle, undo)
