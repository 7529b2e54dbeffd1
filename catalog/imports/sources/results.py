"""The results of the last runs of sources, including the outcomes of their imports."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from catalog import importer
from catalog.imports.report import summary
from catalog.models import Import, ImportSourceRun, db

WORDS = {
    "running": "Running",
    "unchanged": "No change",
    "failed": "Not fetched",
    "importing": "Importing",
    "waiting": "Waiting for an answer",
    "review": "Review needed",
    "all": "Imported",
    "part": "Partly imported",
    "inside": "Rows may be missing",
    "none": "No products imported",
    "import failed": "Import failed",
    "cancelled": "Import cancelled",
    "undone": "Import undone",
    "gone": "Imported",
}
"""The results of a run, and the words for them."""
WORST_FIRST = (
    "none",
    "import failed",
    "cancelled",
    "waiting",
    "review",
    "importing",
    "undone",
    "part",
    "inside",
    "all",
)


def of_runs(runs: Iterable[ImportSourceRun]) -> dict[int, str]:
    """Run -> result, one of WORDS; the worst if an archive has several imports."""
    return {run.id: _of_run(run, [_of_import(row) for row in rows]) for run, rows in _imports(runs)}


def warnings(runs: Iterable[ImportSourceRun]) -> dict[int, list[dict[str, Any]]]:
    """Run -> warnings of its imports."""
    return {run.id: importer.described(one for row in rows for one in row.warnings) for run, rows in _imports(runs)}


def _imports(runs: Iterable[ImportSourceRun]) -> Iterator[tuple[ImportSourceRun, list[Import]]]:
    """Each run with its import, or all of its archive."""
    runs = list(runs)
    ids = [run.import_id for run in runs if run.import_id]
    query = select(Import).where(or_(Import.id.in_(ids), Import.first_id.in_(ids)))
    query = query.execution_options(populate_existing=True)
    found: dict[int, list[Import]] = {}
    for row in db.session.scalars(query) if ids else ():
        found.setdefault(row.first_id or row.id, []).append(row)
    for run in runs:
        yield run, found.get(run.import_id or 0, [])


def _of_run(run: ImportSourceRun, results: list[str]) -> str:
    if run.outcome != "imported":
        return run.outcome
    return min(results, key=WORST_FIRST.index) if results else "gone"


def _of_import(row: Import) -> str:
    if row.state == "queued" and row.held:
        return "waiting"
    if row.state in ("queued", "reading", "applying"):
        return "importing"
    if row.state == "completed":
        how = summary.outcome_of(row) or "all"
        return "inside" if how == "all" and summary.rows_may_be_missing(row) else how
    if row.state == "failed":
        return "none" if summary.outcome_of(row) == "none" else "import failed"
    return row.state


def waits_since(run: ImportSourceRun) -> datetime | None:
    """Since when a run has waited for bytes from the server; None if it has ended."""
    if run.finished_at or run.outcome != "running":
        return None
    return run.heard_at or run.started_at
