"""`import`: files into the catalog, here or on another server."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from catalog.cli import option_set, results
from catalog.cli.backend.remote import imports as remote_imports
from catalog.cli.commands.review import JSON, asked, exit_code
from catalog.cli.option_types import FileOrUrl
from catalog.cli.servers import application
from catalog.config import Settings


@click.command("import", cls=option_set.Command)
@click.argument("files", nargs=-1, required=True, type=FileOrUrl())
@click.option("--skip-same", is_flag=True, help="Leave a file out whose very same bytes were imported before.")
@JSON
def import_(files: tuple[Path | str, ...], skip_same: bool, as_json: bool, **params: Any) -> None:
    """Import CSV FILES, or files from https URLs, one after the other; a replay bundle brings its own options (but --review and --yes)."""
    given = option_set.given(params)
    if (settings := Settings()).url:
        sys.exit(remote_imports.import_files(settings, files, given, as_json, skip_same))
    from catalog.importer import Options

    with application() as app, app.app_context():
        sys.exit(_import_here(app, files, option_set.options(Options(), given), as_json, skip_same))


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


COMMANDS = (import_,)
