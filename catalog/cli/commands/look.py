"""`look`: how a file would be read, and how many of its rows are ready. Imports nothing, and needs no server."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from catalog import importer
from catalog.cli import backend, option_set
from catalog.cli.backend.protocol import Backend
from catalog.cli.commands.import_templates import named


@click.command(cls=option_set.Command, about=("rows", "reading", "columns"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def look(file: Path, as_json: bool, **params: Any) -> None:
    """Say how FILE would be read, how many of its first rows are ready, and what each column becomes.

    Imports nothing.
    """
    given = option_set.given(params)
    name = given.pop("template", "")
    with backend.opened() if name else nullcontext() as catalog:
        base = template_of(catalog, name)
    options = importer.with_given(base, given)
    with file.open("rb") as stream:
        found = importer.look(stream, options)
    if as_json:
        click.echo(json.dumps(_json(found), ensure_ascii=False))
    else:
        _print(found)
    sys.exit(3 if found.questions else 1 if found.problem else 0)


def template_of(catalog: Backend | None, name: str) -> importer.Options:
    """The choices of a template, or the defaults without a name. Raises Failure."""
    if catalog is None or not name:
        return importer.Options()
    return importer.Options.from_json(named(catalog, name)["options"])


def _json(found: importer.Look) -> dict[str, Any]:
    """A look in the JSON of the API, without its rows."""
    return {
        "verdict": found.verdict.to_json(),
        "problem": found.problem or None,
        "questions": importer.questions_to_json(found.questions),
        "understood": found.understood.to_json() if found.understood else None,
        "meanings": found.columns.meaning() if found.columns else {},
        "facts": [column.to_json() for column in found.facts],
    }


def _print(found: importer.Look) -> None:
    """Print a look for people: the verdict, the fix, how the file is read, and the columns."""
    click.echo(found.verdict.words)
    if fix := found.verdict.fix:
        click.echo(f"{fix.words} Then {fix.accepted:,} of {fix.rows:,} rows would be ready: {json.dumps(fix.choices)}")
    if found.understood:
        click.echo(importer.reading_in_words(found.understood))
    for name, meaning in (found.columns.meaning() if found.columns else {}).items():
        click.echo(f"{name}\t{meaning}")


COMMANDS = (look,)
