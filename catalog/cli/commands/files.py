"""Files that are made: `export` of the catalog, `sample` of no catalog."""

from typing import Any

import click

from catalog.cli.servers import application
from catalog.config import Settings


@click.command()
@click.option("--query", default="", metavar="Q", help="Only what search finds for it.")
@click.option("--active", type=click.Choice(["true", "false"]), help="Only active, or only inactive products.")
@click.argument("file", type=click.File("wb"))
def export(query: str, active: str | None, file: Any) -> None:
    """Write products as CSV to FILE (- is stdout; compressed when it ends in .gz)."""
    from catalog.products import exports
    from catalog.products.listing import Filter

    asked = Filter.of({"q": query, "active": active})
    settings = Settings()
    if settings.url:
        _export_remotely(settings, asked.arguments(), file)
        return
    with application() as app, app.app_context():
        pieces = exports.as_csv(asked)
        for piece in exports.compressed(pieces) if file.name.endswith(".gz") else pieces:
            file.write(piece)


def _export_remotely(settings: Settings, asked: dict[str, str], file: Any) -> None:
    from catalog.cli.backend.remote import api
    from catalog.products import exports

    try:
        pieces = api.Server(settings).export(asked)
        packed = exports.compressed(pieces) if file.name.endswith(".gz") else pieces
        for piece in packed:
            file.write(piece)
    except api.RemoteError as refusal:
        raise click.ClickException(str(refusal)) from None


@click.command()
@click.argument("n", type=click.IntRange(0))
@click.argument("file", type=click.File("wb"))
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same file.")
def sample(n: int, file: Any, seed: int) -> None:
    """Write a realistic CSV of N products to FILE (- is stdout)."""
    from catalog.imports.intake import sample

    sample.write(file, n, seed)


COMMANDS = (export, sample)
