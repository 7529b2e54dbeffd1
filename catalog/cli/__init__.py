"""The `catalog` command. Each command calls the services that the pages call.

What a command needs is imported when it runs: the supervisor of `catalog up` lives long and should carry little.
"""

from typing import Any

import click

from catalog import terminal
from catalog.cli import (
    files,
    importing,
    keeping,
    past,
    people,
    plans,
    profiles,
    refused,
    retrying,
    reviewing,
    serving,
    sources,
)


class Commands(click.Group):
    """Commands that say in one line that a server is away, and write nothing that a terminal obeys."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line."""
        with terminal.guarded():
            return super().main(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from catalog import outages

            if not isinstance(error, outages.AWAY):
                raise
            is_database = isinstance(error, outages.DATABASE)
            server = "The database" if is_database else "Redis"
            words = f"{server} can't be used just now: {outages.reason(error)}"
            raise click.ClickException(words) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalog", message="%(version)s")
def main() -> None:
    """Catalog: a shop's products, and the importer that feeds them."""


for _part in (
    serving,
    importing,
    plans,
    reviewing,
    retrying,
    sources,
    refused,
    past,
    files,
    keeping,
    people,
    profiles,
):
    for _command in _part.COMMANDS:
        main.add_command(_command)
