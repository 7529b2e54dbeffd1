"""`import`: files into the catalog, here or on another server."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from catalog.cli.servers import application
from catalog.cli.types import Delimiter, Encoding, Pair, Policy
from catalog.config import Settings


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
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
    "--max-errors",
    type=Policy(),
    default="",
    metavar="N|X%",
    help="Refused rows that may be; with more the import fails and changes nothing.  [default: any number]",
)
@click.option(
    "--all-or-nothing", is_flag=True, help="No row may be refused: --max-errors 0."
)
@click.option(
    "--skip-same",
    is_flag=True,
    help="Leave a file out whose very same bytes were imported before.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout."
)
def import_(
    files: tuple[Path, ...],
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
    max_errors: str,
    all_or_nothing: bool,
    skip_same: bool,
    as_json: bool,
) -> None:
    """Import CSV FILES, one after the other."""
    from catalog import console, uploads
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
        max_errors="0" if all_or_nothing else max_errors,
    )
    settings = Settings()
    if settings.url:
        sys.exit(_import_elsewhere(settings, files, options, as_json, skip_same))
    ended = set()
    with application() as app, app.app_context():
        for file in files:
            try:
                row = _same(file, skip_same) or console.import_file(app, file, options)
            except uploads.TooLarge:
                raise click.ClickException(
                    f"{file} is larger than CATALOG_MAX_UPLOAD_BYTES allows."
                ) from None
            except RuntimeError as stopped:
                raise click.ClickException(str(stopped)) from None
            ended.add(row.state)
            click.echo(
                json.dumps(console.summary(row)) if as_json else console.sentence(row)
            )
    sys.exit(0 if ended == {"completed"} else 1)


def _same(file: Path, skip: bool) -> Any:
    """Say on stderr that the very same file was imported before; the import that did it, if this one is to be skipped."""
    from catalog import imports

    with file.open("rb") as stream:
        before = imports.same(hashlib.file_digest(stream, "sha256").hexdigest())
    if before is not None:
        then = "It is skipped." if skip else "It is imported again."
        click.echo(f"{file}: {imports.when(before)} {then}", err=True)
    return before if skip else None


def _import_elsewhere(
    settings: Settings,
    files: tuple[Path, ...],
    options: Any,
    as_json: bool,
    skip_same: bool,
) -> int:
    """Import files by the API of another Catalog; returns the exit code."""
    from catalog import console, remote

    server = remote.Server(settings)
    ended = set()
    for file in files:
        try:
            row = server.import_file(file, options, skip_same=skip_same)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        ended.add(row["state"])
        told = remote.summary(row)
        click.echo(json.dumps(told) if as_json else console.sentence_of(told))
    return 0 if ended == {"completed"} else 1


COMMANDS = (import_,)
