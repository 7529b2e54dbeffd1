"""Commands that write files: `export` writes the products of the catalog, `sample` invents some."""

from typing import Any

import click

from catalog.cli import backend


@click.command()
@click.option("--query", default="", metavar="Q", help="Only products that match this search.")
@click.option("--active", type=click.Choice(["true", "false"]), help="Only active, or only inactive products.")
@click.argument("file", type=click.File("wb"))
def export(query: str, active: str | None, file: Any) -> None:
    """Write products as CSV to FILE (- is stdout), compressed if the name ends in .gz."""
    from catalog.cli.backend import packing

    with backend.opened() as catalog:
        pieces = catalog.export({"q": query, "active": active or ""})
        for piece in packing.compressed(pieces) if getattr(file, "name", "").endswith(".gz") else pieces:
            file.write(piece)


@click.command()
@click.argument("n", type=click.IntRange(0))
@click.argument("file", type=click.File("wb"))
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Seed of the random data; the same seed writes the same file.",
)
def sample(n: int, file: Any, seed: int) -> None:
    """Write a realistic CSV of N products to FILE (- is stdout)."""
    from catalog.imports import sample

    sample.write(file, n, seed)


COMMANDS = (export, sample)
