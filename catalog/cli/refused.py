"""`errors`: the refused rows of an import."""

from typing import Any

import click

from catalog.cli.servers import application
from catalog.config import Settings


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.File("wb"))
def errors(import_id: int, file: Any) -> None:
    """Write the refused rows of import ID to FILE (- is stdout), each with its reason; it imports again."""
    from catalog import imports, refusals, remote

    settings = Settings()
    if settings.url:
        try:
            for piece in remote.Server(settings).errors(import_id):
                file.write(piece)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        return
    with application() as app, app.app_context():
        if imports.get(import_id) is None:
            raise click.ClickException(f"There is no import {import_id}.")
        for piece in refusals.as_csv(import_id):
            file.write(piece)


COMMANDS = (errors,)
