"""The `catalog` command. Each command calls the services that the pages call.

What a command needs is imported when it runs: the supervisor of `catalog up` lives long and should carry little.
"""

import sys
import warnings
from typing import Any

import click

from catalog.cli.commands import (
    files,
    import_templates,
    importing,
    keeping,
    past,
    people,
    plan,
    rejected,
    retrying,
    review,
    serving,
    sources,
)
from catalog.runtime import terminal


class Commands(click.Group):
    """Commands that say in one line that a server is away, and write nothing that a terminal obeys."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line; the traceback of a fault is written here, where the guard is, and without secrets."""
        with terminal.guarded(), warnings.catch_warnings():
            warnings.showwarning = terminal.warn
            try:
                return super().main(*arguments, **options)
            except Exception:  # noqa: BLE001  # whatever it is, it goes through the guard
                terminal.tell_fault()
                sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # not the fault of a server, whose errors take half a second to import
        except Exception as error:
            from catalog.runtime import outages

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
    plan,
    review,
    retrying,
    sources,
    rejected,
    past,
    files,
    keeping,
    people,
    import_templates,
):
    for _command in _part.COMMANDS:
        main.add_command(_command)
