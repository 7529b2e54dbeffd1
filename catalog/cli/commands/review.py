"""`apply` and `discard`: what becomes of an import that waits for review."""

import sys
from typing import Any

import click

from catalog.cli import results
from catalog.cli.commands import plan
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.people.actors import COMMAND_LINE

DISCARDED = "Import {} is discarded. Nothing was changed."
ASKS = 3
"""Exit code of an import that stopped by itself, and waits for a decision."""

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout.")


def exit_code(states: set[str], review: bool) -> int:
    """0: all is as it was to be; a review that was wanted is. 3: something waits that was not to wait. 1: something failed.

    A followed import is `queued` only while its file leaves a question open.
    """
    if states <= ({"completed", "review"} if review else {"completed"}):
        return 0
    return ASKS if states <= {"completed", "review", "queued"} else 1


def asked(app: Any, row: Any, silent: bool) -> Any:
    """An import that stopped by itself, applied if the person at the terminal says so."""
    from catalog.cli.backend import local

    if row.state != "review" or silent or not sys.stdin.isatty():
        return row
    click.echo(local.sentence(row), err=True)
    if not click.confirm("Apply it?", err=True):
        return row
    return local.apply(app, row, "")


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--conflicts",
    type=click.Choice(["skip", "overwrite", "again"]),
    help="For products that changed since the plan: leave them, overwrite them, or plan everything again.",
)
@click.option(
    "--keep", multiple=True, metavar="SKU", help="Of a product that changed since the plan: keep the catalog's values."
)
@click.option(
    "--take", multiple=True, metavar="SKU", help="Of a product that changed since the plan: take the file's values."
)
@JSON
def apply(number: int, conflicts: str | None, keep: tuple[str, ...], take: tuple[str, ...], as_json: bool) -> None:
    """Carry out the plan of the import ID, which waits for review."""
    from catalog.cli.backend import local
    from catalog.imports import reviews

    choice = conflicts or ""
    if (settings := Settings()).url:
        sys.exit(_apply_remotely(settings, number, choice, keep, take, as_json))
    with application() as app, app.app_context():
        try:
            row = _waiting(number)
            each = plan.chosen(plan.here(row, True), keep, take)
            row = local.apply(app, _waiting(number), choice, each)
        except reviews.NotWaiting as refusal:
            raise click.ClickException(str(refusal)) from None
        except reviews.Conflicts as refusal:
            lines = plan.here(_waiting(number), True)
            raise plan.refusal(str(refusal), lines, number) from None
        results.print_result(local.summary(row), as_json)
        state = row.state
    sys.exit(exit_code({state}, conflicts == "again"))


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def discard(number: int) -> None:
    """Discard the import ID, which waits for review or for an answer; the catalog was never touched."""
    from catalog.cli.backend.remote import api
    from catalog.imports import reviews

    if (settings := Settings()).url:
        try:
            api.Server(settings).discard(number)
        except api.RemoteError as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(DISCARDED.format(number))
        return
    with application() as app, app.app_context():
        try:
            reviews.discard(COMMAND_LINE, _waiting(number))
        except reviews.NotWaiting as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(DISCARDED.format(number))


def _apply_remotely(
    settings: Settings, number: int, conflicts: str, keep: tuple[str, ...], take: tuple[str, ...], as_json: bool
) -> int:
    """Carry out a plan on another Catalog; returns the exit code."""
    from catalog.cli.backend.remote import api

    server = api.Server(settings)
    try:
        each = plan.chosen(plan.remote(server, number, True), keep, take)
        row = server.apply(number, conflicts, each)
    except api.RemoteError as refusal:
        if refusal.kind != "conflicts":
            raise click.ClickException(str(refusal)) from None
        lines = plan.remote(server, number, True)
        raise plan.refusal(str(refusal), lines, number) from None
    results.print_result(api.summary(row), as_json)
    return exit_code({row["state"]}, conflicts == "again")


def _waiting(number: int) -> Any:
    from catalog.imports import lifecycle

    row = lifecycle.get(number)
    if row is None:
        raise click.ClickException("There is no such import.")
    return row


COMMANDS = (apply, discard)
