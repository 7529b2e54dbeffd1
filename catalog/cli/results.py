"""How commands print the result of an import: one JSON object or a sentence on stdout, warnings on stderr."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from catalog.cli.backend.protocol import Row
from catalog.imports import wording
from catalog.notation import plural

OUTCOMES = wording.OUTCOMES
ALWAYS = ("outcome", "warnings", "questions", "columns", "stopped", "same_as")
SELDOM = ("cures", "reasons", "rerun")


def summary(row: Row) -> dict[str, Any]:
    """What `--json` prints about an import. `seconds` is the time from the queue to the end."""
    names = ("id", "state", "rows", *wording.COUNTS, *wording.ABSENT_COUNTS, "seconds", "error", *ALWAYS)
    return {name: row[name] for name in names} | {name: row[name] for name in SELDOM if row.get(name)}


def moment(text: str) -> datetime:
    """A time of the API, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def sentence(row: Row) -> str:
    """The result of an import in words."""
    return wording.sentence(summary(row))


def before(row: Row) -> str:
    """A sentence about an earlier import of the same file: number, time and user."""
    return wording.before(row, moment(row["created_at"]))


def of_source(row: Row) -> dict[str, Any]:
    """What `--json` prints about the import of a source.

    There `outcome` is the result of the source, so the import's is called `import_outcome`.
    """
    names = ("state", "warnings", "questions", "stopped")
    return {name: row[name] for name in names} | {"import_outcome": row["outcome"]}


def of_run(run: Row | None) -> str:
    """The result of the last run of a source in words."""
    if run is None or run["result"] in ("running", "unchanged", "failed"):
        return str(run["result"]) if run else "-"
    from catalog.imports import source_results

    return source_results.WORDS[run["result"]].lower()


def print_corrected(count: int) -> None:
    """Say on stderr how many rejected rows were corrected."""
    click.echo(f"{plural(count, 'row')} corrected.", err=True)


def code_of_rerun(row: Row) -> int:
    """The exit code of a run of corrected rows."""
    return int(wording.rerun_failed(summary(row)))


def print_result(row: Row, as_json: bool) -> None:
    """Print the result of an import."""
    for warning in row["warnings"]:
        click.echo(wording.warned(warning), err=True)
    click.echo(json.dumps(summary(row)) if as_json else sentence(row))
