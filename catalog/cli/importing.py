"""`import`: files into the catalog, here or on another server."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from catalog.cli import mapping
from catalog.cli.servers import application
from catalog.cli.types import Delimiter, Encoding, Pair
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
@mapping.options
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
    as_json: bool,
    **given: Any,
) -> None:
    """Import CSV FILES, one after the other."""
    from catalog import console, uploads
    from catalog.importer import Options

    plain: dict[str, Any] = {
        "mode": mode,
        "active": not inactive,
        "blank": blank,
        "extra": extra,
        "delimiter": delimiter or "",
        "encoding": encoding or "",
        "header": not no_header,
        "skip": skip,
        "sheet": sheet,
    }
    chosen = mapping.chosen(given)
    chosen["columns"] = chosen.get("columns", {}) | dict(columns)
    settings = Settings()
    options = Options(**plain | chosen)
    if settings.url:
        if given["profile"]:
            raise click.UsageError("--profile is not for a Catalog elsewhere.")
        sys.exit(_import_elsewhere(settings, files, options, as_json))
    ended = set()
    with application() as app, app.app_context():
        if given["profile"]:
            options = _with_profile(given["profile"], options, chosen)
        for file in files:
            try:
                row = console.import_file(app, file, options)
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


def _with_profile(name: str, options: Any, chosen: dict[str, Any]) -> Any:
    """The choices of a profile, overruled by the options that were given."""
    from catalog import profiles

    found = profiles.named(name)
    if found is None:
        raise click.ClickException(f"There is no profile {name}: see catalog profile list.")  # fmt: skip
    context = click.get_current_context()
    written = {"no_header": "header", "inactive": "active"}
    said = {
        written.get(name, name)
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    plain = {name: getattr(options, name) for name in said if hasattr(options, name)}
    kept = profiles.options(found)
    columns = kept.columns | chosen.get("columns", {})
    return kept.with_reading(**plain | chosen | {"columns": columns})


def _import_elsewhere(
    settings: Settings, files: tuple[Path, ...], options: Any, as_json: bool
) -> int:
    """Import files by the API of another Catalog; returns the exit code."""
    from catalog import console, remote

    server = remote.Server(settings)
    ended = set()
    for file in files:
        try:
            row = server.import_file(file, options)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        ended.add(row["state"])
        told = remote.summary(row)
        click.echo(json.dumps(told) if as_json else console.sentence_of(told))
    return 0 if ended == {"completed"} else 1


COMMANDS = (import_,)
