"""`apply` and `discard`: decide about an import that waits for a review."""

import sys

import click

from catalog.cli import backend, results
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Backend, Row
from catalog.cli.commands import plan

DISCARDED = "Import {} is discarded. Nothing was changed."
ASKS = 3
"""Exit code of an import that stopped by itself, and waits for a decision."""

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per import on stdout.")


def exit_code(states: set[str], review: bool) -> int:
    """The exit code for these states.

    0: everything worked, or waits for a review that was requested. 3: an import stopped by itself and waits for a
    decision. 1: an import failed. A followed import is `queued` only while a question about its file is open.
    """
    if states <= ({"completed", "review"} if review else {"completed"}):
        return 0
    return ASKS if states <= {"completed", "review", "queued"} else 1


def asked(catalog: Backend, row: Row, silent: bool) -> Row:
    """Apply an import that stopped by itself, if the person at the terminal confirms it."""
    if row["state"] != "review" or silent or not sys.stdin.isatty():
        return row
    click.echo(results.sentence(row), err=True)
    if not click.confirm("Apply it?", err=True):
        return row
    return _applied(catalog, row["id"], "", {})


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--conflicts",
    type=click.Choice(["skip", "overwrite", "again"]),
    help="For products that changed after the plan was made: skip them, overwrite them, or plan everything again.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="SKU",
    help="Keep the catalog's values for this product, which changed after the plan was made; may be repeated.",
)
@click.option(
    "--take",
    multiple=True,
    metavar="SKU",
    help="Take the file's values for this product, which changed after the plan was made; may be repeated.",
)
@JSON
def apply(number: int, conflicts: str | None, keep: tuple[str, ...], take: tuple[str, ...], as_json: bool) -> None:
    """Carry out the plan of import ID, which must be in review."""
    with backend.opened() as catalog:
        try:
            each = plan.chosen(catalog.plan(number, True), keep, take)
            row = _applied(catalog, number, conflicts or "", each)
        except Failure as failure:
            if failure.kind != "conflicts":
                raise
            raise plan.conflicts_failure(failure.message, catalog.plan(number, True), number) from None
        results.print_result(row, as_json)
    sys.exit(exit_code({row["state"]}, conflicts == "again"))


def _applied(catalog: Backend, number: int, conflicts: str, each: dict[int, str]) -> Row:
    from catalog.cli.backend import following

    row = catalog.apply(number, conflicts, each)
    return following.follow(catalog, number, row["filename"])


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def discard(number: int) -> None:
    """Discard import ID, which must be in review, or waiting for an answer or a check. Nothing changes."""
    with backend.opened() as catalog:
        catalog.discard(number)
    click.echo(DISCARDED.format(number))


COMMANDS = (apply, discard)
