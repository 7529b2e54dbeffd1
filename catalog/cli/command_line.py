"""The `catalog` command. Each command calls the services that the pages call.

A command imports what it needs when it runs: the supervisor of `catalog up` runs for months and should stay small.
"""

import gc
import sys
import warnings
from typing import Any

import click

from catalog.cli.commands import (
    files,
    import_templates,
    importing,
    index,
    look,
    maintenance,
    past,
    people,
    plan,
    rejected,
    retry,
    review,
    serving,
    sources,
    storage,
)
from catalog.runtime import terminal

OBJECTS = 50_000  # objects between two garbage collections: loading code creates many objects and no garbage


class Commands(click.Group):
    """Commands that report a missing server in one line, and write no control characters to the terminal."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line. Write the traceback of an unexpected error without control characters and secrets."""
        gc.set_threshold(OBJECTS)
        with terminal.guarded(), warnings.catch_warnings():
            warnings.showwarning = terminal.warn
            try:
                return super().main(*arguments, **options)
            except Exception:  # noqa: BLE001  # every traceback is cleaned first
                terminal.tell_fault()
                sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException for a server that is not available, and for wrong settings."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # not an error of a server; importing those errors takes half a second
        except Exception as error:
            _tell_settings(error)
            from catalog.runtime import outages

            if not isinstance(error, outages.AWAY):
                raise
            words = f"{outages.server(error)} is not available now: {outages.reason(error)}"
            raise click.ClickException(f"{words} {outages.advice(error)}".rstrip()) from None


def _tell_settings(error: Exception) -> None:
    """Raises ClickException for an error of the settings: a line for each, without its value, which may be secret."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return
    lines = []
    for one in error.errors(include_input=False, include_url=False):
        names = [name if name.isupper() else f"CATALOG_{name.upper()}" for name in map(str, one["loc"][:1])]
        lines.append(": ".join([*names, one["msg"].removeprefix("Value error, ")]))
    raise click.ClickException("\n".join(lines)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalog", message="%(version)s")
def main() -> None:
    """Catalog: the products of a shop, and the importer that feeds them.

    Commands work on the Catalog of this machine, or on the one that CATALOG_URL and CATALOG_TOKEN name.
    """


for _part in (
    serving,
    importing,
    look,
    plan,
    review,
    retry,
    sources,
    rejected,
    past,
    files,
    maintenance,
    index,
    storage,
    people,
    import_templates,
):
    for _command in _part.COMMANDS:
        main.add_command(_command)
