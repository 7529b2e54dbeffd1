"""The `catalog` command. Each command calls the services that the pages call.

What a command needs is imported when it runs: the supervisor of `catalog up` lives long and should carry little.
"""

import click

from catalog.cli import (
    files,
    importing,
    keeping,
    past,
    people,
    profiles,
    refused,
    retrying,
    reviewing,
    serving,
    sources,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalog", message="%(version)s")
def main() -> None:
    """Catalog: a shop's products, and the importer that feeds them."""


for _part in (
    serving,
    importing,
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
