"""What was, and the way back: `past-imports`, `log`, `history`, `bundle`, `undo`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.backend.remote import past as remote_past
from catalog.cli.option_types import Day, Known
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.imports.report.wording import OUTCOMES
from catalog.people.actors import COMMAND_LINE

if TYPE_CHECKING:  # a command's help loads no table
    from catalog.changes.entries import ChangedProduct


@click.command("past-imports")
@click.option("--query", "q", default="", metavar="Q", help="In file name or address; a sha256's beginning; an id.")
@click.option("--state", default="", type=Known("state"), help="Only in this state: completed, failed ...")
@click.option(
    "--outcome", type=click.Choice(OUTCOMES), help="Only those of which all, part or none of the rows were taken."
)
@click.option("--mode", default="", type=Known("mode"), help="Only in this mode: upsert, create ...")
@click.option("--who", default="", help="Only of people with this in their address.")
@click.option("--since", default="", type=Day(), metavar="DAY", help="From this day on (UTC).")
@click.option("--until", default="", type=Day(), metavar="DAY", help="To this day (UTC).")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an import.")
def imports(limit: int, as_json: bool, **asked: str) -> None:
    """List imports, newest first."""
    from catalog.cli.backend import local
    from catalog.imports import past

    if (settings := Settings()).url:
        remote_past.list_imports(settings, asked, limit, as_json)
        return
    with application() as app, app.app_context():
        for row in past.search(past.Query.of(asked), None, limit).rows:
            told = local.summary(row) | {"filename": row.filename}
            words = f"{row.created_at:%Y-%m-%d %H:%M} {row.filename}: {local.sentence(row)}"
            click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def log(number: int, as_json: bool) -> None:
    """Tell what happened to the import ID: workers, phases, decisions."""
    from catalog.imports import lifecycle as services
    from catalog.imports.report import log as import_log

    if (settings := Settings()).url:
        remote_past.print_log(settings, number, as_json)
        return
    with application() as app, app.app_context():
        row = services.get(number)
        if row is None:
            raise click.ClickException(f"There is no import {number}.")
        for line in import_log.log(row):
            told = {"at": line.at.isoformat(), "words": line.words}
            words = f"{line.at:%Y-%m-%d %H:%M:%S} {line.words}"
            click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.argument("sku")
def history(sku: str) -> None:
    """Say where each value of the product SKU comes from."""
    from catalog.changes import origins
    from catalog.products import editing

    if (settings := Settings()).url:
        remote_past.print_history(settings, sku)
        return
    with application() as app, app.app_context():
        product = editing.by_sku(sku)
        if product is None:
            raise click.ClickException(f"There is no product {sku}.")
        for origin in origins.of_product(product).origins:
            click.echo(f"{origin.field}: {_origin(origin.changed)}")


@click.command()
@click.argument("import_id", metavar="IMPORT", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def bundle(import_id: int, file: Path) -> None:
    """Write file, options, mapping and report of an IMPORT to the zip FILE, which `catalog import` takes."""
    from catalog.imports import lifecycle as services
    from catalog.imports.intake import bundles, uploads

    if (settings := Settings()).url:
        remote_past.write_bundle(settings, import_id, file)
        return
    with application() as app, app.app_context():
        row = services.get(import_id)
        if row is None:
            raise click.ClickException(f"There is no import {import_id}.")
        try:
            with bundles.write(row) as packed, file.open("wb") as target:
                while block := packed.read(1024**2):
                    target.write(block)
        except uploads.Gone as gone:
            raise click.ClickException(str(gone)) from None


@click.command()
@click.argument("change", type=click.IntRange(1, 2**31 - 1))
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def undo(change: int, preview: bool, as_json: bool) -> None:
    """Take the change set CHANGE back; products that were changed since are kept."""
    from catalog.changes import log as change_log
    from catalog.changes.undo import preview as undo_preview, rules as undo_rules
    from catalog.products.bulk import jobs, tasks

    if (settings := Settings()).url:
        _print_undo(remote_past.undo(settings, change, preview), as_json)
        return
    with application() as app, app.app_context():
        try:
            done: Any = (
                undo_preview.preview(change)
                if preview
                else jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change))
            )
        except (undo_rules.NotUndoable, change_log.Busy) as error:
            raise click.ClickException(str(error)) from None
        _print_undo(done, as_json)


def _print_undo(done: Any, as_json: bool) -> None:
    told = {n: getattr(done, n) for n in ("created", "updated", "deleted", "skipped")}
    words = f"{told['created']:,} brought back, {told['updated']:,} put back, {told['deleted']:,} removed, {told['skipped']:,} kept."
    click.echo(json.dumps(told) if as_json else words)


def _origin(changed: "ChangedProduct | None") -> str:
    """Where a value comes from, in words."""
    if changed is None:
        return "not known any more"
    entry = changed.entry
    if entry.source.import_id:
        line = f", line {changed.line:,}" if changed.line else ""
        member = f": {changed.member}" if changed.member else ""
        return f"import {entry.source.import_id}{line} of {entry.source.filename}{member}"
    user = entry.change_set.user
    return f"{user.email if user else 'command line'}, change {entry.change_set.id}"


COMMANDS = (imports, log, history, bundle, undo)
