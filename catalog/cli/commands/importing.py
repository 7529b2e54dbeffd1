"""`import`: files into the catalog, here or on another server."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from catalog.cli import option_set, results
from catalog.cli.backend.remote import imports as remote_imports
from catalog.cli.commands.review import JSON, asked, exit_code
from catalog.cli.option_types import Blank, Delimiter, Encoding, FileOrUrl, Pair, Policy
from catalog.cli.servers import application
from catalog.config import Settings


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FileOrUrl())
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
@click.option("--delimiter", type=Delimiter(), help="What separates the cells.  [default: recognised]")
@click.option("--no-header", is_flag=True, help="No line names the columns: they are column 1, column 2 ...")
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
    "--members",
    type=click.Choice(["each", "joined"]),
    help="Several tables in a ZIP archive: each an import of its own, or all one.  [default: there must be only one]",
)
@click.option("--inactive", is_flag=True, help="New products are inactive unless the file says otherwise.")
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
@option_set.options
@click.option("--review", is_flag=True, help="Stop after the plan, and wait for `catalog apply` or `catalog discard`.")
@click.option(
    "--max-errors",
    type=Policy(),
    default="",
    metavar="N|X%",
    help="Rejected rows that are allowed; with more the import fails and changes nothing.  [default: any number]",
)
@click.option("--all-or-nothing", is_flag=True, help="No row may be refused: --max-errors 0.")
@click.option("--skip-same", is_flag=True, help="Leave a file out whose very same bytes were imported before.")
@click.option("--yes", is_flag=True, help="Do not stop and ask because much would change.")
@JSON
def import_(
    files: tuple[Path | str, ...],
    mode: Any,
    absent: Any,
    columns: tuple[tuple[str, str], ...],
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    skip: int | None,
    sheet: str,
    members: str | None,
    inactive: bool,
    blanks: tuple[str, ...],
    extra: Any,
    review: bool,
    yes: bool,
    max_errors: str,
    all_or_nothing: bool,
    skip_same: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Import CSV FILES, or files from https URLs, one after the other; a replay bundle brings its own options (but --review and --yes)."""
    given |= {
        "mode": mode,
        "absent": absent,
        "columns": columns,
        "encoding": encoding,
        "delimiter": delimiter,
        "no_header": no_header,
        "skip": skip,
        "sheet": sheet,
        "members": members,
        "inactive": inactive,
        "blanks": blanks,
        "extra": extra,
        "review": review,
        "yes": yes,
        "max_errors": max_errors,
        "all_or_nothing": all_or_nothing,
    }
    options, chosen = options_of(given)
    profile: str = given["profile"] or ""
    if (settings := Settings()).url:
        draft = remote_imports.Draft(options, profile, said(), blanks)
        sys.exit(remote_imports.import_files(settings, files, draft, as_json, skip_same))
    with application() as app, app.app_context():
        if profile:
            options = with_profile(profile, options, chosen).with_blanks(blanks)
        sys.exit(_import_here(app, files, options, as_json, skip_same))


def options_of(given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The choices that were given, as importer.Options, and those of them that are about columns."""
    from catalog.importer import Options

    names = ("mode", "absent", "review", "extra", "skip", "sheet")
    plain = {name: given[name] for name in names} | {
        "confirmed": bool(given.get("yes")),
        "active": not given["inactive"],
        "delimiter": given["delimiter"] or "",
        "encoding": given["encoding"] or "",
        "header": not given["no_header"],
        "members": given["members"] or "",
        "max_errors": "0" if given["all_or_nothing"] else given["max_errors"],
    }
    chosen = option_set.chosen(given)
    chosen["columns"] = chosen.get("columns", {}) | dict(given["columns"])
    return Options(**plain | chosen).with_blanks(given["blanks"]), chosen


def _import_here(app: Any, files: tuple[Path | str, ...], options: Any, as_json: bool, skip_same: bool) -> int:
    """Import files into this Catalog; returns the exit code."""
    from catalog.cli.backend import local

    ended = set()
    for file in files:
        for one in _import_one(app, file, options, skip_same):
            row = asked(app, one, options.review or as_json)
            ended.add(row.state)
            results.print_result(local.summary(row), as_json)
    return exit_code(ended, options.review)


def _import_one(app: Any, file: Path | str, options: Any, skip_same: bool) -> Iterator[Any]:
    """One file into the catalog here; gives each import that it makes once that has ended or waits."""
    from catalog.cli.backend import local
    from catalog.imports.intake import bundles, uploads
    from catalog.imports.sources import answers

    try:
        if isinstance(file, str):
            row = local.import_url(app, file, options)
        elif before := _same(file, skip_same):
            yield before
            return
        else:
            row = local.import_file(app, file, options)
        yield from local.with_batch(app, row)
    except uploads.TooLarge:
        name = "The file" if isinstance(file, str) else file
        raise click.ClickException(f"{name} is larger than CATALOG_MAX_UPLOAD_BYTES allows.") from None
    except (RuntimeError, answers.Failed, bundles.Unreadable) as stopped:
        raise click.ClickException(str(stopped)) from None


def _same(file: Path, skip: bool) -> Any:
    """Say on stderr that the very same file was imported before; the import that did it, if this one is to be skipped."""
    from catalog.imports.intake import receive

    with file.open("rb") as stream:
        before = receive.same(hashlib.file_digest(stream, "sha256").hexdigest())
    if before is not None:
        then = "It is skipped." if skip else "It is imported again."
        click.echo(f"{file}: {receive.when(before)} {then}", err=True)
    return before if skip else None


def with_profile(name: str, options: Any, chosen: dict[str, Any]) -> Any:
    """The choices of a profile, overruled by the options that were given."""
    from catalog.imports.intake import profiles

    found = profiles.named(name)
    if found is None:
        raise click.ClickException(f"There is no profile {name}: see catalog profile list.")
    given = said() - {"blanks"}
    plain = {name: getattr(options, name) for name in given if hasattr(options, name)}
    kept = profiles.options(found)
    columns = kept.columns | chosen.get("columns", {})
    return kept.with_reading(**plain | chosen | {"columns": columns})


def said() -> set[str]:
    """The options that stand on the command line, by their names in importer.Options."""
    context = click.get_current_context()
    written = {"no_header": "header", "inactive": "active", "yes": "confirmed", "all_or_nothing": "max_errors"}
    return {
        written.get(name, name)
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


COMMANDS = (import_,)
