"""`errors` and `correct`: the rejected rows of an import, and what is made of them."""

import sys
from typing import Any

import click

from catalog.cli import results
from catalog.cli.backend.remote import imports as remote_imports
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.people.actors import COMMAND_LINE


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.File("wb"))
def errors(import_id: int, file: Any) -> None:
    """Write the rejected rows of import ID to FILE (- is stdout), each with its reason; it imports again."""
    from catalog.cli.backend.remote import api
    from catalog.imports import lifecycle
    from catalog.imports.rejected import rows

    settings = Settings()
    if settings.url:
        try:
            for piece in api.Server(settings).errors(import_id):
                file.write(piece)
        except api.RemoteError as refusal:
            raise click.ClickException(str(refusal)) from None
        return
    with application() as app, app.app_context():
        if lifecycle.get(import_id) is None:
            raise click.ClickException(f"There is no import {import_id}.")
        for piece in rows.as_csv(import_id):
            file.write(piece)


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--row", type=click.IntRange(1), help="Correct this row, by its number.")
@click.option(
    "--set", "values", multiple=True, metavar="COLUMN=VALUE", help="Of --row: what a cell is to be; may be repeated."
)
@click.option("--code", help="Correct all rows that were rejected for this reason.")
@click.option("--column", help="Of --code: the column, by name or number.")
@click.option("--find", default="", help="Of --code: what to replace; empty: the empty cells.")
@click.option("--replace", "by", default="", help="Of --code: by what.")
@click.option("--run", is_flag=True, help="Then run the corrected rows again.")
@click.option("--json", "as_json", is_flag=True, help="Print the import as JSON after --run.")
def correct(
    import_id: int,
    row: int | None,
    values: tuple[str, ...],
    code: str | None,
    column: str | None,
    find: str,
    by: str,
    run: bool,
    as_json: bool,
) -> None:
    """Correct rejected rows of import ID, and run them again under the same import."""
    from catalog.cli.backend import local
    from catalog.imports.rejected import corrections
    from catalog.imports.report import wording

    if (row is None) == (code is None) and not (run and row is None):
        raise click.UsageError("Say --row with --set, or --code with --column, or --run.")
    if code is not None and column is None:
        raise click.UsageError("Say which --column.")
    pairs = _pairs(values) if row is not None else {}
    if (settings := Settings()).url:
        draft = remote_imports.Correction(row, pairs, code, column or "", find, by)
        sys.exit(remote_imports.correct(settings, import_id, draft, run, as_json))
    with application() as app, app.app_context():
        try:
            if row is not None:
                _correct_row(import_id, row, pairs)
            elif code is not None:
                _replace(import_id, code, column or "", find, by)
            if not run:
                return
            ended = local.run_again(app, import_id)
        except (corrections.NotNow, corrections.Wrong, RuntimeError) as why:
            raise click.ClickException(str(why)) from None
        told = local.summary(ended)
        results.print_result(told, as_json)
    sys.exit(int(wording.rerun_failed(told)))


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(pair.split("=", 1) for pair in values if "=" in pair)
    if not pairs or len(pairs) < len(values):
        raise click.UsageError("Say --set COLUMN=VALUE.")
    return pairs


def _correct_row(import_id: int, number: int, pairs: dict[str, str]) -> None:
    """Change some cells of one row. Raises corrections.NotNow, corrections.Wrong."""
    from catalog.imports.rejected import corrections, rows

    error = rows.get(import_id, number)
    if error is None:
        raise click.ClickException(f"Row {number:,} of import {import_id} is not rejected.")
    row = _found(import_id)
    corrections.correct(COMMAND_LINE, row, number, corrections.changed(row, error, pairs))
    remote_imports.print_corrected(1)


def _replace(import_id: int, code: str, column: str, find: str, by: str) -> None:
    from catalog.imports.rejected import corrections

    count = corrections.replace(COMMAND_LINE, _found(import_id), code, column, find, by)
    remote_imports.print_corrected(count)


def _found(import_id: int) -> Any:
    from catalog.imports import lifecycle

    row = lifecycle.get(import_id)
    if row is None:
        raise click.ClickException(f"There is no import {import_id}.")
    return row


COMMANDS = (errors, correct)
