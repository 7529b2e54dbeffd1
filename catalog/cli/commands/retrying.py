"""`retry`: a failed or cancelled import once more, perhaps read in another way, and the answer to what a file leaves open."""

import sys
from typing import Any

import click

from catalog.cli import option_set, results
from catalog.cli.backend.remote import past as remote_past
from catalog.cli.commands.review import JSON, asked, exit_code
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.people.actors import COMMAND_LINE


@click.command(cls=option_set.Command, about=("reading", "columns"))
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@JSON
def retry(number: int, as_json: bool, **params: Any) -> None:
    """Run the failed or cancelled import ID again from its stored file, or answer its question. What is not said stays as it was."""
    from catalog.cli.backend import local
    from catalog.importer import Options
    from catalog.imports import lifecycle

    given = option_set.given(params)
    if (settings := Settings()).url:
        state, review = remote_past.retry(settings, number, given, as_json)
        sys.exit(exit_code({state}, review))
    with application() as app, app.app_context():
        row = lifecycle.get(number)
        if row is None:
            raise click.ClickException(f"There is no import {number}.")
        wanted = option_set.options(Options.from_json(row.options), given)
        if not lifecycle.retry(COMMAND_LINE, number, wanted):
            raise click.ClickException(lifecycle.not_retried(row))
        try:
            row = local.follow(app, number, row.filename)
        except RuntimeError as stopped:
            raise click.ClickException(str(stopped)) from None
        row = asked(app, row, wanted.review or as_json)
        results.print_result(local.summary(row), as_json)
        state = row.state
    sys.exit(exit_code({state}, wanted.review))


COMMANDS = (retry,)
