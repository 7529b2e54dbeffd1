"""The summary of an import for pages, API and commands: outcome, warnings, questions, columns, and why it stopped."""

from typing import Any

from catalog import importer
from catalog.imports.report import wording
from catalog.models import COUNTS, Import


def of(row: Import) -> dict[str, Any]:
    """The summary, with the names of `--json` and the API."""
    return {
        "outcome": outcome_of(row),
        "warnings": importer.described(row.warnings),
        "questions": row.questions,
        "columns": columns(row),
        "stopped": row.stopped,
        "same_as": row.same_as_id,
        **({"rerun": row.reran} if row.reran else {}),
    }


def outcome_of(row: Import) -> str | None:
    """all, part or none; None before rows were counted, and for a file that failed as a whole."""
    if row.state == "failed":
        return row.outcome
    counts = {name: getattr(row, name) for name in COUNTS}
    return row.outcome or wording.of({"state": row.state, **counts})


def rows_may_be_missing(row: Import) -> bool:
    """Whether rows may be inside quoted cells, which the outcome does not say."""
    return wording.inside(row.warnings) > 0


def columns(row: Import) -> dict[str, str]:
    """Field -> name of its column in the file; empty before the header was read."""
    if "columns" in row.understood:
        return dict(row.understood["columns"])
    meant = {name: meaning.split(", ") for name, meaning in row.columns.items()}
    found: dict[str, str] = {}
    for field in importer.FIELDS:
        names = [n for n, does in meant.items() if field in does or f"part of {field}" in does]
        if names:
            found[field] = " + ".join(names)
    return found
