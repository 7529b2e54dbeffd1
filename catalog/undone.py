"""Who was taken back by whom: change sets and imports say it, and so do the events."""

from typing import Any

from catalog import webhooks
from catalog.models import COUNTS

MARK = "UPDATE change_sets SET undone_by_id = %s WHERE id = %s RETURNING undoes_id"
MARK_IMPORT = f"""
UPDATE imports SET state = %s, progress_version = progress_version + 1
WHERE change_set_id = %s AND state IN ('completed', 'undone')
RETURNING id, state, filename, rows, {", ".join(COUNTS)}
"""


def mark(cursor: Any, undone_id: int, undo_id: int) -> None:
    """Say who was taken back by whom. If the one taken back is an undo, what it had taken back stands again, and so on."""
    by: int | None = undo_id
    change_set_id: int | None = undone_id
    while change_set_id:
        cursor.execute(MARK, (by, change_set_id))
        (undoes_id,) = cursor.fetchone()
        _mark_import(cursor, change_set_id, undo_id, undone=by is not None)
        by, change_set_id = None if by else change_set_id, undoes_id


def _mark_import(
    cursor: Any, change_set_id: int, undo_id: int, *, undone: bool
) -> None:
    """An import that is taken back is not completed any more, and that is told; the other way round as well."""
    cursor.execute(MARK_IMPORT, ("undone" if undone else "completed", change_set_id))
    row = cursor.fetchone()
    if row is None:
        return
    told = dict(zip(("id", "state", "filename", "rows", *COUNTS), row, strict=True))
    by = {"undo_id": undo_id} if undone else {"redo_id": undo_id}
    end = {"url": f"/imports/{told['id']}", "error": None}
    webhooks.record(cursor, f"import.{told['state']}", told | end | by)
