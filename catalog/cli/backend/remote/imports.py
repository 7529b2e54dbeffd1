"""`import` and `correct` on another Catalog: the same options, words and exit codes as here."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from catalog.cli import results
from catalog.cli.backend.remote import multipart
from catalog.cli.commands.review import exit_code
from catalog.config import Settings
from catalog.plurals import plural


@contextmanager
def reported_errors() -> Iterator[None]:
    """An error of the other Catalog is this command's failure."""
    from catalog.cli.backend.remote import api

    try:
        yield
    except api.RemoteError as refusal:
        raise click.ClickException(str(refusal)) from None


def print_result(row: dict[str, Any], as_json: bool) -> None:
    """Print how an import went."""
    from catalog.cli.backend.remote import api

    results.print_result(api.summary(row), as_json)


def import_files(
    settings: Settings, files: tuple[Path | str, ...], given: dict[str, Any], as_json: bool, skip_same: bool
) -> int:
    """Import files by the API; returns the exit code."""
    from catalog.cli.backend.remote import api

    server, review = api.Server(settings), bool(given.get("review"))
    ended = set()
    with reported_errors():
        for file in files:
            for one in _import(server, settings, file, given, skip_same):
                row = ask_to_apply(server, one, review or as_json)
                ended.add(row["state"])
                print_result(row, as_json)
    return exit_code(ended, review)


def _import(
    server: Any, settings: Settings, file: Path | str, given: dict[str, Any], skip_same: bool
) -> Iterator[dict[str, Any]]:
    """One file, or what lies at an URL: fetched here, as without CATALOG_URL, and then sent."""
    with _fetched(settings, file) as (path, name):
        same = None if isinstance(file, str) else _same(server, path, skip_same)
        if same and skip_same:
            yield same
            return
        yield from server.import_file(path, name, multipart.fields(given))


@contextmanager
def _fetched(settings: Settings, file: Path | str) -> Iterator[tuple[Path, str]]:
    """The file and its name; for an URL as long as this lasts."""
    if not isinstance(file, str):
        yield file, file.name
        return
    from catalog.imports.sources import answers, fetching
    from catalog.runtime import outbound

    with tempfile.NamedTemporaryFile(prefix="catalog-") as target:
        try:
            got = fetching.fetch(file, fetching.Known(), target.write, settings)
        except (answers.Failed, outbound.Full) as failed:
            raise click.ClickException(str(failed)) from None
        target.flush()
        yield Path(target.name), got.filename


def _same(server: Any, file: Path, skip: bool) -> dict[str, Any] | None:
    """Say on stderr that the very same file was imported there before; that import."""
    from catalog.cli.backend.remote import api

    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    before: dict[str, Any] | None = server.same(sha256)
    if before is not None:
        then = "It is skipped." if skip else "It is imported again."
        click.echo(f"{file}: {api.when(before)} {then}", err=True)
    return before


def ask_to_apply(server: Any, row: dict[str, Any], silent: bool) -> dict[str, Any]:
    """An import that stopped by itself, applied if the person at the terminal says so."""
    from catalog.cli.backend.remote import api
    from catalog.imports.report import wording

    if row["state"] != "review" or silent or not sys.stdin.isatty():
        return row
    click.echo(wording.sentence(api.summary(row)), err=True)
    if not click.confirm("Apply it?", err=True):
        return row
    applied: dict[str, Any] = server.apply(row["id"], "")
    return applied


@dataclass(frozen=True)
class Correction:
    """What is to be made of rejected rows: some cells of one, or a text in a column of all with the same code."""

    row: int | None
    values: dict[str, str]
    code: str | None
    column: str
    find: str
    by: str


def print_corrected(count: int) -> None:
    """Say on stderr how many rejected rows were corrected."""

    click.echo(f"{plural(count, 'row')} corrected.", err=True)


def correct(settings: Settings, import_id: int, correction: Correction, run: bool, as_json: bool) -> int:
    """Correct rejected rows there, and run them again; returns the exit code, which is that of this run."""
    from catalog.cli.backend.remote import api
    from catalog.imports.report import wording

    server = api.Server(settings)
    errors = f"/imports/{import_id}/errors"
    with reported_errors():
        if correction.row is not None:
            server.ask("PATCH", f"{errors}/{correction.row}", {"set": correction.values})
            print_corrected(1)
        elif correction.code is not None:
            asked = {
                "code": correction.code,
                "column": correction.column,
                "find": correction.find,
                "replace": correction.by,
            }
            done = server.ask("POST", f"{errors}/replace", asked)
            print_corrected(done["corrected"])
        if not run:
            return 0
        server.ask("POST", f"{errors}/run")
        ended = server.follow(import_id, "corrected rows")
    print_result(ended, as_json)
    return int(wording.rerun_failed(ended))
