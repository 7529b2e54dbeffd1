"""Corrections of rejected rows, one by one or by find and replace. `run.corrected_rows` imports the rows later."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from catalog import importer, notation
from catalog.imports.rejected import rows
from catalog.imports.states import decisions
from catalog.imports.waiting import turn
from catalog.models import Import, RowError, db
from catalog.people import Actor, audit
from catalog.runtime import pubsub, queue

CELL_LENGTH = 1024**2  # the limit of a cell in a file

# No row is corrected while a run waits or works, and no run starts during a correction.
HOLD = text("""
SELECT 1 FROM imports WHERE id = :id AND (state = 'completed' OR state = 'failed' AND outcome = 'none') FOR SHARE
""")
# An empty search text finds empty cells.
REPLACE = text("""
UPDATE row_errors SET corrected = jsonb_set(
    coalesce(corrected, cells), ARRAY[CAST(:at AS text)],
    to_jsonb(CASE WHEN :find = '' THEN :replace ELSE replace(coalesce(corrected, cells) ->> :at, :find, :replace) END)
)
WHERE import_id = :id AND code = :code AND coalesce(corrected, cells) ->> :at IS NOT NULL AND (
    CASE WHEN :find = '' THEN coalesce(corrected, cells) ->> :at = ''
        ELSE strpos(coalesce(corrected, cells) ->> :at, :find) > 0 END
)
""")
COUNT = text("""
SELECT count(*) FROM row_errors WHERE import_id = :id AND corrected IS NOT NULL
""")


class NotNow(Exception):
    """Rows of this import can't be corrected or run again in its state; the message says why."""


class Wrong(Exception):
    """An invalid request: `field` says which part."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def correct(actor: Actor, row: Import, number: int, cells: Sequence[str]) -> RowError:
    """Store the corrected cells of a rejected row. Raises NotNow, Wrong."""
    width = len(rows.names(row))
    if len(cells) != width:
        sent = notation.plural(len(cells), "cell")
        raise Wrong("cells", f"{sent} where the file has {notation.number(width)}.")
    if any(len(cell) > CELL_LENGTH for cell in cells):
        raise Wrong("cells", "A cell can have at most 1 MiB.")
    hold(row.id)
    error = rows.get(row.id, number)
    if error is None:
        db.session.rollback()
        raise Wrong("row", "This row is not among the rejected rows.")
    error.corrected = list(map(importer.storable, cells))
    audit.write(actor, "import rows corrected", f"import {row.id}, row {number}", db.session)
    db.session.commit()
    return error


def changed(row: Import, error: RowError, values: dict[str, str]) -> list[str]:
    """The cells of a rejected row with some of them changed, by the names or numbers of their columns. Raises Wrong."""
    cells = rows.cells(row, error)
    for name, value in values.items():
        cells[position(row, name)] = value
    return cells


def replace(actor: Actor, row: Import, code: str, column: str, find: str, by: str) -> int:
    """Find and replace in one column of all rows rejected for `code`; returns how many changed. Raises NotNow, Wrong.

    An empty search text finds empty cells.
    """
    at = position(row, column)
    values = {"id": row.id, "code": code, "find": find, "replace": by}
    hold(row.id)
    done: Any = db.session.execute(REPLACE, values | {"at": at})
    count = int(done.rowcount)
    if count:
        audit.write(
            actor,
            "import rows corrected",
            f"import {row.id}, {notation.plural(count, 'row')} rejected for {code}",
            db.session,
        )
    db.session.commit()
    return count


def waiting(import_id: int) -> int:
    """How many corrected rows wait to be run again."""
    return int(db.session.execute(COUNT, {"id": import_id}).scalar_one())


def run_again(actor: Actor, import_id: int) -> None:
    """Run the corrected rows, as another change set of the same import. Raises NotNow, turn.TooManyWaiting."""
    turn.check_room(actor)
    if not decisions.run_corrected_rows(actor, import_id):
        raise NotNow(_why_not(import_id))
    pubsub.ring(queue.connection(), f"import:{import_id}")
    queue.enqueue(queue.IMPORTS, "run_import", import_id)


def hold(import_id: int) -> None:
    """Lock the import: no run of corrected rows starts until this transaction ends. Raises NotNow."""
    if db.session.execute(HOLD, {"id": import_id}).scalar() is None:
        db.session.rollback()
        raise NotNow(_why_not(import_id))


def _why_not(import_id: int) -> str:
    row = db.session.get_one(Import, import_id, populate_existing=True)
    state = row.state
    if state == "completed" or (state, row.outcome) == ("failed", "none"):
        return "No row was fixed. Fix a row first, then import the fixed rows."
    return {
        "undone": "This import was undone.",
        "failed": "This import failed before its rows were counted: import the whole file again.",
        "cancelled": "This import was cancelled before its rows were imported: import the whole file again.",
    }.get(state, "This import is running. Wait until it has ended.")


def position(row: Import, column: str) -> int:
    """The position of a column, by its name or number. Raises Wrong."""
    at = importer.position(rows.names(row), column)
    if at is None:
        raise Wrong("column", f"There is no column {column!r}, or more than one.")
    return at
