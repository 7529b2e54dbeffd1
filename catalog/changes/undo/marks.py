"""The marks of an undo: which change set undid which, and when an import counts as undone.

`restore` does it to the products. All other states of an import change in `imports/states`.
"""

from psycopg2.extensions import cursor as Cursor
from sqlalchemy import select

from catalog import importer, webhooks
from catalog.models import ABSENT_COUNTS, COUNTS, ChangeSet, Import, db

MARK = "UPDATE change_sets SET undone_by_id = %s WHERE id = %s RETURNING undoes_id"
MARK_IMPORT = f"""
UPDATE imports SET state = CASE WHEN remains THEN 'completed' ELSE 'undone' END, progress_version = progress_version + 1
FROM (
    SELECT coalesce(bool_or(undone_by_id IS NULL AND created + updated + deleted > 0), false) AS remains
    FROM change_sets
    WHERE import_id = (SELECT import_id FROM change_sets WHERE id = %(id)s)
) AS change_sets_of_import
WHERE imports.id = (SELECT import_id FROM change_sets WHERE id = %(id)s)
    AND state = CASE WHEN remains THEN 'undone' ELSE 'completed' END
RETURNING id, state, filename, outcome, warnings, rows, {", ".join(COUNTS + ABSENT_COUNTS)}
"""  # nosec B608  # of constants

EVENT = ("id", "state", "filename", "outcome", "warnings", "rows", *COUNTS, *ABSENT_COUNTS)


def later_runs(change_set: ChangeSet) -> list[ChangeSet]:
    """Change sets of the same import that corrected rows made, and that are not undone, the newest first.

    They are undone before the import itself is.
    """
    own = select(Import.id).where(Import.change_set_id == change_set.id)
    import_id = db.session.scalar(own)
    if import_id is None:
        return []
    query = select(ChangeSet).where(
        ChangeSet.import_id == import_id, ChangeSet.id > change_set.id, ChangeSet.undone_by_id.is_(None)
    )
    return list(db.session.scalars(query.order_by(ChangeSet.id.desc())))


def mark(cursor: Cursor, undone_id: int, undo_id: int) -> None:
    """Mark a change set as undone by another. If it is an undo itself, what it undid is no longer undone, and so on."""
    by: int | None = undo_id
    change_set_id: int | None = undone_id
    while change_set_id:
        cursor.execute(MARK, (by, change_set_id))
        ((undoes_id,),) = cursor.fetchall()
        _mark_import(cursor, change_set_id, undo_id, undone=by is not None)
        by, change_set_id = None if by else change_set_id, undoes_id


def _mark_import(cursor: Cursor, change_set_id: int, undo_id: int, *, undone: bool) -> None:
    """Set an import to undone if all its change sets are undone, or back to completed, with an event for webhooks."""
    cursor.execute(MARK_IMPORT, {"id": change_set_id})
    row = cursor.fetchone()
    if row is None:
        return
    event = dict(zip(EVENT, row, strict=True))
    by = {"undo_id": undo_id} if undone else {"redo_id": undo_id}
    event |= {"warnings": importer.described(event["warnings"]), "questions": []}
    end = {"url": f"/imports/{event['id']}", "error": None}
    webhooks.record(cursor, f"import.{event['state']}", event | end | by)
