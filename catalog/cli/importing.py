"""`import`: files into the catalog, here or on another server."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from catalog.cli.servers import application
from catalog.cli.types import Delimiter, Encoding, FileOrUrl, Pair
from catalog.config import Settings


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=FileOrUrl(),
)
@click.option(
    "--mode",
    type=click.Choice(["upsert", "create", "update", "delete"]),
    default="upsert",
    show_default=True,
    help="What rows may do: all, only make new products, only change known ones, or remove the listed.",
)
@click.option(
    "--map",
    "columns",
    multiple=True,
    type=Pair(),
    metavar="FIELD=COLUMN",
    help="Take this column, by name or number, as that field; may be repeated.",
)
@click.option(
    "--encoding",
    type=Encoding(),
    metavar="E",
    help="How the text is encoded: utf-8, cp1252, shift_jis ...  [default: recognised]",
)
@click.option(
    "--delimiter",
    type=Delimiter(),
    help="What separates the cells.  [default: recognised]",
)
@click.option(
    "--no-header",
    is_flag=True,
    help="No line names the columns: they are column 1, column 2 ...",
)
@click.option(
    "--skip",
    type=click.IntRange(0),
    metavar="LINES",
    help="Lines above the header or the first row.  [default: recognised]",
)
@click.option(
    "--sheet",
    default="",
    help="Sheet of a workbook, by name or number, or file of a ZIP archive.  [default: the first, or the only one]",
)
@click.option(
    "--inactive",
    is_flag=True,
    help="New products are inactive unless the file says otherwise.",
)
@click.option(
    "--blank",
    type=click.Choice(["keep", "clear"]),
    default="clear",
    show_default=True,
    help="What an empty cell does to a product that exists.",
)
@click.option(
    "--extra",
    type=click.Choice(["keep", "drop"]),
    default="keep",
    show_default=True,
    help="Columns without a field: attributes, or left out.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout."
)
def import_(
    files: tuple[Path | str, ...],
    mode: Any,
    columns: tuple[tuple[str, str], ...],
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    skip: int | None,
    sheet: str,
    inactive: bool,
    blank: Any,
    extra: Any,
    as_json: bool,
) -> None:
    """Import CSV FILES, or files from https URLs, one after the other."""
    from catalog import console
    from catalog.importer import Options

    options = Options(
        mode=mode,
        active=not inactive,
        blank=blank,
        extra=extra,
        delimiter=delimiter or "",
        columns=dict(columns),
        encoding=encoding or "",
        header=not no_header,
        skip=skip,
        sheet=sheet,
    )
    settings = Settings()
    if settings.url:
        sys.exit(_import_elsewhere(settings, files, options, as_json))
    ended = set()
    with application() as app, app.app_context():
        for file in files:
            row = _import_here(app, file, options)
            ended.add(row.state)
            click.echo(
                json.dumps(console.summary(row)) if as_json else console.sentence(row)
            )
    sys.exit(0 if ended == {"completed"} else 1)


def _import_here(app: Any, file: Path | str, options: Any) -> Any:
    """One file into the catalog here; returns the import once it has ended."""
    from catalog import console, uploads
    from catalog.sources import fetching

    try:
        if isinstance(file, str):
            return console.import_url(app, file, options)
        return console.import_file(app, file, options)
    except uploads.TooLarge:
        name = "The file" if isinstance(file, str) else file
        raise click.ClickException(
            f"{name} is larger than CATALOG_MAX_UPLOAD_BYTES allows."
        ) from None
    except (RuntimeError, fetching.Failed) as stopped:
        raise click.ClickException(str(stopped)) from None


def _import_elsewhere(
    settings: Settings, files: tuple[Path | str, ...], options: Any, as_json: bool
) -> int:
    """Import files by the API of another Catalog; returns the exit code."""
    from catalog import console, remote

    server = remote.Server(settings)
    ended = set()
    for file in files:
        if isinstance(file, str):
            raise click.ClickException("A Catalog elsewhere fetches URLs as sources: POST /api/v1/sources.")  # fmt: skip
        try:
            row = server.import_file(file, options)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        ended.add(row["state"])
        told = remote.summary(row)
        click.echo(json.dumps(told) if as_json else console.sentence_of(told))
    return 0 if ended == {"completed"} else 1


COMMANDS = (import_,)
