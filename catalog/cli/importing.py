"""`import`: files into the catalog, here or on another server."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from catalog.cli.servers import application
from catalog.cli.types import Blank, Delimiter, Encoding, Pair, Policy
from catalog.config import Settings

DISCARDED = "Import {} is discarded. Nothing was changed."
ASKS = 3
"""Exit code of an import that stopped by itself, and waits for a decision."""

JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout."
)


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--mode",
    type=click.Choice(["upsert", "create", "update", "delete", "sync"]),
    default="upsert",
    show_default=True,
    help="What rows may do: all, only make new products, only change known ones, remove the listed, or all and --absent.",
)
@click.option(
    "--absent",
    type=click.Choice(["deactivate", "delete"]),
    default="deactivate",
    show_default=True,
    help="What a sync does to products that are not in the file.",
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
    "blanks",
    multiple=True,
    type=Blank(),
    metavar="keep|clear|COLUMN=keep",
    help="What an empty cell does to a product that exists, or that of one column; may be repeated.  [default: clear]",
)
@click.option(
    "--extra",
    type=click.Choice(["keep", "drop"]),
    default="keep",
    show_default=True,
    help="Columns without a field: attributes, or left out.",
)
@click.option(
    "--review",
    is_flag=True,
    help="Stop after the plan, and wait for `catalog apply` or `catalog discard`.",
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
    "--yes",
    is_flag=True,
    help="Do not stop and ask because much would change.",
)
@JSON
def import_(
    files: tuple[Path, ...],
    mode: Any,
    absent: Any,
    columns: tuple[tuple[str, str], ...],
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    skip: int | None,
    sheet: str,
    inactive: bool,
    blanks: tuple[str, ...],
    extra: Any,
    review: bool,
    yes: bool,
    max_errors: str,
    all_or_nothing: bool,
    skip_same: bool,
    as_json: bool,
) -> None:
    """Import CSV FILES, one after the other; a replay bundle brings its own options."""
    from catalog.importer import Options

    options = Options(
        mode=mode,
        absent=absent,
        review=review,
        confirmed=yes,
        active=not inactive,
        extra=extra,
        delimiter=delimiter or "",
        columns=dict(columns),
        encoding=encoding or "",
        header=not no_header,
        skip=skip,
        sheet=sheet,
        max_errors="0" if all_or_nothing else max_errors,
    ).with_blanks(blanks)
    settings = Settings()
    if settings.url:
        sys.exit(_import_elsewhere(settings, files, options, as_json, skip_same))
    sys.exit(_import_here(files, options, as_json, skip_same))


def _import_here(
    files: tuple[Path, ...], options: Any, as_json: bool, skip_same: bool
) -> int:
    """Import files into this Catalog; returns the exit code."""
    from catalog import bundles, console, uploads

    ended = set()
    with application() as app, app.app_context():
        for file in files:
            try:
                with bundles.opened(file) as bundle:
                    what = bundle or (file, options)
                    row = _same(what[0], skip_same) or console.import_file(app, *what)
                row = _asked(app, row, options.review or as_json)
            except bundles.Unreadable as error:
                raise click.ClickException(str(error)) from None
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
    return _exit_code(ended, options.review)


def _exit_code(states: set[str], review: bool) -> int:
    """0: all is as it was to be; a review that was wanted is. 3: something waits that was not to wait. 1: something failed."""
    if states <= ({"completed", "review"} if review else {"completed"}):
        return 0
    return ASKS if states <= {"completed", "review"} else 1


def _asked(app: Any, row: Any, silent: bool) -> Any:
    """An import that stopped by itself, applied if whoever sits at the terminal says so."""
    from catalog import console, reviews

    if row.state != "review" or silent or not sys.stdin.isatty():
        return row
    click.echo(console.sentence(row), err=True)
    click.echo(" ".join(reviews.Review.of(row).reasons), err=True)
    if not click.confirm("Apply it?", err=True):
        return row
    return console.apply(app, row, "")


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--conflicts",
    type=click.Choice(["skip", "overwrite", "again"]),
    help="What becomes of products that changed since the plan; again: plan everything anew.",
)
@JSON
def apply(number: int, conflicts: str | None, as_json: bool) -> None:
    """Carry out the plan of the import ID, which waits for review."""
    from catalog import console, reviews

    choice = conflicts or ""
    if (settings := Settings()).url:
        sys.exit(_apply_elsewhere(settings, number, choice, as_json))
    with application() as app, app.app_context():
        try:
            row = console.apply(app, _waiting(number), choice)
        except (reviews.NotWaiting, reviews.Conflicts) as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(
            json.dumps(console.summary(row)) if as_json else console.sentence(row)
        )
        state = row.state
    sys.exit(_exit_code({state}, conflicts == "again"))


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def discard(number: int) -> None:
    """Let the plan of the import ID go; the catalog was never touched."""
    from catalog import remote, reviews

    if (settings := Settings()).url:
        try:
            remote.Server(settings).discard(number)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(DISCARDED.format(number))
        return
    with application() as app, app.app_context():
        try:
            reviews.discard(_waiting(number))
        except reviews.NotWaiting as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(DISCARDED.format(number))


def _apply_elsewhere(
    settings: Settings, number: int, conflicts: str, as_json: bool
) -> int:
    """Carry out a plan on another Catalog; returns the exit code."""
    from catalog import outcome, remote

    try:
        row = remote.Server(settings).apply(number, conflicts)
    except remote.Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    told = remote.summary(row)
    click.echo(json.dumps(told) if as_json else outcome.sentence(told))
    return _exit_code({row["state"]}, conflicts == "again")


def _waiting(number: int) -> Any:
    from catalog import imports

    row = imports.get(number)
    if row is None:
        raise click.ClickException("There is no such import.")
    return row


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
    from catalog import bundles, outcome, remote

    server = remote.Server(settings)
    ended = set()
    for file in files:
        try:
            with bundles.opened(file) as bundle:
                what = bundle or (file, options)
                row = server.import_file(*what, skip_same=skip_same)
        except (remote.Refused, bundles.Unreadable) as refusal:
            raise click.ClickException(str(refusal)) from None
        ended.add(row["state"])
        told = remote.summary(row)
        click.echo(json.dumps(told) if as_json else outcome.sentence(told))
    return _exit_code(ended, options.review)


COMMANDS = (import_, apply, discard)
