"""`retry`: run a failed or cancelled import again, perhaps with other choices, or answer a question about its file."""

import sys
from typing import Any

import click

from catalog.cli import backend, option_set, results
from catalog.cli.commands.review import JSON, asked, exit_code


@click.command(cls=option_set.Command, about=("reading", "columns"), shows_defaults=False)
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@JSON
def retry(number: int, as_json: bool, **params: Any) -> None:
    """Run the failed or cancelled import ID again from its stored file, or answer its question.

    Options that are not given stay as they were.
    """
    from catalog.cli.backend import following

    given = option_set.given(params)
    with backend.opened() as catalog:
        row = catalog.retry(number, given)
        row = following.follow(catalog, number, row["filename"])
        wanted = bool(row["options"]["review"])
        row = asked(catalog, row, wanted or as_json)
        results.print_result(row, as_json)
    sys.exit(exit_code({row["state"]}, wanted))


COMMANDS = (retry,)
