"""`import`: files into the catalog, here or on another server."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from catalog import importer, imports
from catalog.cli import backend, option_set, results
from catalog.cli.backend.protocol import Backend, Row
from catalog.cli.commands.look import template_of
from catalog.cli.commands.review import JSON, asked, exit_code
from catalog.cli.option_types import FileOrUrl


@click.command("import", cls=option_set.Command)
@click.argument("files", nargs=-1, required=True, type=FileOrUrl())
@click.option(
    "--priority",
    type=click.Choice(imports.fair_order.PRIORITIES),
    help="Imports of a higher priority start first. Among imports of one priority, users and suppliers take turns."
    "  [default: normal]",
)
@click.option("--skip-same", is_flag=True, help="Skip a file that was imported before.")
@JSON
def import_(files: tuple[Path | str, ...], priority: str | None, skip_same: bool, as_json: bool, **params: Any) -> None:
    """Import FILES, one after the other: files of this machine, or https URLs.

    A replay bundle (see `catalog bundle`) has its own options; only --review and --yes can be added.

    Exit codes: 0 completed, or in review with --review; 1 failed or cancelled; 2 wrong usage; 3 waits for a person.
    """
    given = option_set.given(params) | ({"priority": priority} if priority else {})
    with backend.opened() as catalog:
        sys.exit(_import(catalog, files, given, as_json, skip_same))


def _import(catalog: Backend, files: tuple[Path | str, ...], given: Row, as_json: bool, skip_same: bool) -> int:
    """Import files; returns the exit code."""
    ended, review = set(), False
    for file in files:
        if not as_json and isinstance(file, Path):
            _say_verdict(catalog, file, given)
        for one in _import_one(catalog, file, given, skip_same):
            review = bool(one["options"]["review"])
            row = asked(catalog, one, review or as_json)
            ended.add(row["state"])
            results.print_result(row, as_json)
    return exit_code(ended, review)


def _say_verdict(catalog: Backend, file: Path, given: Row) -> None:
    """Print on stderr how many rows of the file are ready, as `look` does. The import itself reports problems.

    Nothing is printed for replay bundles, which bring their own options, and for returned files of rejected rows.
    """
    base = template_of(catalog, given.get("template", ""))
    about_file = {name: value for name, value in given.items() if name not in ("template", "priority")}
    options = importer.with_given(base, about_file)
    with file.open("rb") as stream:
        if _is_bundle(stream) or (importer.may_be_returned(stream) and importer.open_returned(stream)):
            return
        stream.seek(0)
        seen = importer.look(stream, options)
    if not seen.problem:
        click.echo(seen.verdict.words, err=True)


def _is_bundle(stream: BinaryIO) -> bool:
    """Whether a file is a replay bundle, also one that can't be read: the import says why."""
    try:
        return imports.bundles.read(stream) is not None
    except imports.bundles.Unreadable:
        return True


def _import_one(catalog: Backend, file: Path | str, given: Row, skip_same: bool) -> Iterator[Row]:
    """Import one file. Yields each of its imports when it has ended or waits."""
    from catalog.cli.backend import following

    if isinstance(file, str):
        begun = catalog.send_url(file, given)
    elif before := _same(catalog, file, skip_same):
        yield before
        return
    else:
        begun = catalog.send(file, given)
    yield from following.with_batch(catalog, begun)


def _same(catalog: Backend, file: Path, skip: bool) -> Row | None:
    """Print on stderr that exactly this file was imported before. Returns that import if `skip` is set."""
    with file.open("rb") as stream:
        before = catalog.same(hashlib.file_digest(stream, "sha256").hexdigest())
    if before is not None:
        then = "It is skipped." if skip else "It is imported again."
        click.echo(f"{file}: {results.before(before)} {then}", err=True)
    return before if skip else None


COMMANDS = (import_,)
