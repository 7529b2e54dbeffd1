"""The events of an import for webhooks, written in the transaction of the change."""

from collections.abc import Sequence
from typing import Any

from psycopg2.extensions import cursor as Cursor

from catalog import importer, webhooks


def record(
    cursor: Cursor,
    kind: str,
    import_id: int,
    filename: str,
    state: str,
    counts: dict[str, int],
    *,
    error: str | None = None,
    outcome: str | None = None,
    warnings: Sequence[dict[str, Any]] = (),
    questions: Sequence[dict[str, Any]] = (),
) -> None:
    """Write the event `import.<kind>`; `counts` are the counts of the import."""
    what = {"id": import_id, "state": state, "filename": filename, "url": f"/imports/{import_id}"}
    end = {"error": error, "outcome": outcome}
    more = {"warnings": importer.described(warnings), "questions": list(questions)}
    webhooks.record(cursor, f"import.{kind}", what | counts | end | more)
