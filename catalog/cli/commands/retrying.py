"""`retry`: a failed or cancelled import once more, perhaps read in another way, and the answer to what a file leaves open."""

import sys
from typing import Any

import click

from catalog.cli import option_set, results
from catalog.cli.backend.remote import past as remote_past
from catalog.cli.commands.review import JSON, asked, exit_code
from catalog.cli.option_types import Delimiter, Encoding, Pair
from catalog.cli.servers import application
from catalog.config import Settings

READING = ("encoding", "delimiter", "header", "skip", "sheet", "members")


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--map",
    "columns",
    multiple=True,
    type=Pair(),
    metavar="FIELD=COLUMN",
    help="Take this column, by name or number, as that field; may be repeated.",
)
@click.option("--encoding", type=Encoding(), metavar="E", help="How the text is encoded: utf-8, cp1252 ...")
@click.option("--delimiter", type=Delimiter(), help="What separates the cells.")
@click.option("--header/--no-header", default=None, help="Whether a line names the columns.")
@click.option("--skip", type=click.IntRange(0), metavar="LINES", help="Lines above the header or the first row.")
@click.option("--sheet", help="Sheet of a workbook, or file of a ZIP archive.")
@click.option(
    "--members",
    type=click.Choice(["each", "joined"]),
    help="Several tables in a ZIP archive: each an import of its own, or all one.",
)
@option_set.options
@JSON
def retry(number: int, columns: tuple[tuple[str, str], ...], as_json: bool, **given: Any) -> None:
    """Run the failed or cancelled import ID again from its stored file, or answer its question. What is not said stays as it was."""
    from catalog.cli.backend import local
    from catalog.imports import lifecycle

    if (settings := Settings()).url:
        draft = _draft(dict(columns), given)
        state, review = remote_past.retry(settings, number, draft, as_json)
        sys.exit(exit_code({state}, review))
    with application() as app, app.app_context():
        row = lifecycle.get(number)
        if row is None:
            raise click.ClickException(f"There is no import {number}.")
        wanted = _options(row.options, dict(columns), given)
        if not lifecycle.retry(number, wanted, local.CLI):
            raise click.ClickException(lifecycle.not_retried(row))
        try:
            row = local.follow(app, number, row.filename)
        except RuntimeError as stopped:
            raise click.ClickException(str(stopped)) from None
        row = asked(app, row, wanted.review or as_json)
        results.print_result(local.summary(row), as_json)
        state = row.state
    sys.exit(exit_code({state}, wanted.review))


def _draft(columns: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """What is given, as the API takes it."""
    said = {name: given[name] for name in READING if given[name] is not None}
    chosen = option_set.chosen(given)
    if columns:
        chosen["columns"] = chosen.get("columns", {}) | columns
    profile = {"profile": given["profile"]} if given["profile"] else {}
    return said | profile | ({"mapping": chosen} if chosen else {})


def _options(before: dict[str, Any], columns: dict[str, str], given: dict[str, Any]) -> Any:
    """The choices that the import had, or those of a profile, with what is given."""
    from catalog.importer import Options
    from catalog.imports.intake import profiles

    options = Options.from_json(before)
    if given["profile"]:
        found = profiles.named(given["profile"])
        if found is None:
            raise click.ClickException(f"There is no profile {given['profile']}: see catalog profile list.")
        options = profiles.options(found)
    said = {name: given[name] for name in READING if given[name] is not None}
    chosen = option_set.chosen(given)
    chosen["columns"] = chosen.get("columns", options.columns) | columns
    return options.with_reading(**said | chosen)


COMMANDS = (retry,)
