"""Create an import of a complete file, however it arrived.

Pages and API (in one request or in parts), commands and sources all come through `receive`: it checks whether exactly
the same file was imported before, unpacks a replay bundle, and creates the row. How bytes get to storage is `uploads`.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import or_, select, text

from catalog import importer, notation
from catalog.imports.intake import bundles, uploads
from catalog.imports.rejected import corrections, returned_file
from catalog.imports.report import wording
from catalog.imports.states import decisions
from catalog.imports.waiting.turn import NORMAL, TooManyWaiting, Turn, check_room
from catalog.models import ACTIVE_STATES, Import, db
from catalog.people import Actor, audit
from catalog.runtime import failpoints, outages, queue

TURNING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
REPEAT_LOCK = 0x6361_7411  # held while a waiting run is searched for and a new one is created

# Copy the corrections of an import whose file is imported again with the same choices.
CORRECTED = text("""
INSERT INTO row_corrections (import_id, row, line, code, corrected)
SELECT :id, row, line, code, corrected FROM row_errors WHERE import_id = :before AND corrected IS NOT NULL
UNION ALL SELECT :id, row, line, code, corrected FROM row_corrections WHERE import_id = :before
""")

# The same if other choices may number the rows differently: a correction is copied if the row has the same cells.
CORRECTED_ELSE = text("""
INSERT INTO row_corrections (import_id, row, line, code, cells, corrected)
SELECT :id, row, line, code, cells, corrected FROM row_errors
WHERE import_id = :before AND corrected IS NOT NULL AND cells IS NOT NULL
UNION ALL
SELECT :id, row, line, code, cells, corrected FROM row_corrections WHERE import_id = :before AND cells IS NOT NULL
""")

IfSame = Literal["import", "ask", "reject"]
"""What to do with a file that was imported before: import it, let it wait for a retry, or raise an error."""


class SameFile(Exception):
    """Exactly this file was imported before, as import `import_id`; the message says when and by whom."""

    def __init__(self, before: Import) -> None:
        super().__init__(when(before))
        self.import_id = before.id


class Arrived(Protocol):
    """A complete file: from one upload, or from an upload in parts."""

    def sha256(self) -> str:
        """The sha256 of its bytes, in hex."""
        ...

    def finish(self) -> uploads.Stored:
        """Keep the file."""
        ...


def receive(
    actor: Actor,
    arrived: Arrived,
    filename: str,
    options: importer.Options,
    *,
    if_same: IfSame = "import",
    held: bool = False,
    as_new: bool = False,
    turn: Turn = NORMAL,
) -> Import:
    """Make a file an import: stored first, then the row, then the job. One that is `held` waits for `control.start`.

    A replay bundle becomes an import of what is in it. A file of rejected rows that comes back continues under its
    import, unless it is to be taken `as_new`. Raises TooManyWaiting, SameFile, bundles.Unreadable,
    returned_file.NothingFixed, corrections.NotNow, and what storage raises.
    """
    if not held:
        check_room(actor)
    if if_same == "reject" and (before := same(arrived.sha256())):
        raise SameFile(before)
    stored = arrived.finish()
    if actor.source != "url" and not as_new and (back := _returned(actor, stored, filename, run=not held)):
        return back
    return _create(actor, stored, filename, options, ask=if_same == "ask", held=held, turn=turn)


def _returned(actor: Actor, stored: uploads.Stored, filename: str, *, run: bool) -> Import | None:
    """The import that a file of rejected rows belongs to; the file is then deleted. None: another file, which stays."""
    try:
        with uploads.storage().open(stored.key) as file:
            back = returned_file.take(actor, file, filename, run=run)
    except (returned_file.NothingFixed, corrections.NotNow, TooManyWaiting):
        uploads.storage().delete(stored.key)
        raise
    if back is not None:
        uploads.storage().delete(stored.key)
    return back


def repeat(actor: Actor, row: Import, options: importer.Options | None = None) -> Import:
    """Run an import again, as a new one, from a copy of its file, with its corrections. Raises Gone, TooManyWaiting.

    Without `options`, it uses those of `row`. A second request while the new import waits returns the same one.
    """
    check_room(actor)
    options = options or importer.Options.from_json(row.options)
    db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": REPEAT_LOCK})
    waiting = db.session.scalar(
        select(Import)
        .where(Import.state.in_(ACTIVE_STATES), Import.sha256 == row.sha256)
        .where(Import.options == options.to_json(), Import.id > row.id)
        .limit(1)
    )
    if waiting is not None:
        return waiting
    try:
        key = uploads.storage().copy(row.storage_key)
    except FileNotFoundError:
        raise uploads.Gone from None
    stored = uploads.Stored(key, row.size, row.sha256)
    return _create(actor, stored, row.filename, options, repeats=row, turn=Turn(supplier=row.supplier))


def same(sha256: str, part: str = "") -> Import | None:
    """The last import of the same bytes (and of this sheet or member) that was completed and not undone."""
    query = select(Import).where(Import.sha256 == sha256, Import.state == "completed")
    if part:
        read, asked = Import.understood["part"].astext, Import.options["sheet"].astext
        joined = Import.understood["members"] != text("'[]'::jsonb")
        query = query.where(or_(read == part, asked == part, joined))
    return db.session.scalar(query.order_by(Import.id.desc()).limit(1))


def when(row: Import, moment: Callable[[datetime], str] = notation.moment) -> str:
    """A sentence that says which import that was, when, and whose; `moment` formats the time."""
    known = {name: getattr(row, name) for name in ("id", "filename", "source")}
    email = row.user.email if row.user else None
    return wording.before(known | {"email": email}, row.created_at, moment)


def readable(filename: str) -> str:
    r"""The name of a file as text that can be stored and is what it looks like: "list\u202efdp.csv", not "listvsc.pdf".

    Bytes that are not Unicode, control characters and those that turn the direction of a text are written out.
    """
    text = filename.encode("utf-8", "backslashreplace").decode()
    return TURNING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _create(
    actor: Actor,
    stored: uploads.Stored,
    filename: str,
    options: importer.Options,
    *,
    ask: bool = False,
    held: bool = False,
    repeats: Import | None = None,
    turn: Turn,
) -> Import:
    """Create the row of a stored file, then queue it. If it `repeats` another import, its corrections are copied."""
    failpoints.reach("after_store")
    stored, filename, options = bundles.unpacked(stored, filename, options)
    before = same(stored.sha256, options.sheet)
    row = Import(
        filename=readable(filename),
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        options=options.to_json(),
        source=actor.source,
        user_id=actor.user_id,
        priority=turn.priority,
        supplier=turn.supplier,
        same_as_id=before.id if before else None,
    )
    decisions.receive(row, held=held, same_file=when(before, notation.Notation().moment) if before and ask else None)
    try:
        db.session.add(row)
        db.session.flush()
        if repeats:
            corrected = CORRECTED if row.options == repeats.options else CORRECTED_ELSE
            db.session.execute(corrected, {"id": row.id, "before": repeats.id})
        _write(actor, row, repeats.id if repeats else None)
        db.session.commit()
    except outages.DATABASE:
        raise  # the commit may have arrived; if it has not, the steward finds the file
    except Exception:
        uploads.storage().delete(stored.key)  # no row knows this file
        raise
    failpoints.reach("after_row")
    if row.state == "queued" and not row.held:
        queue.enqueue(queue.IMPORTS, "run_import", row.id)
    return row


def _write(actor: Actor, row: Import, repeats: int | None) -> None:
    """Write the line of the audit log. Scheduled runs of a source are in its own log instead."""
    if repeats:
        audit.write(actor, "import repeated", f"import {repeats} as import {row.id}", db.session)
    elif actor.source != "url":
        action = "import received" if row.held else "import started"
        audit.write(actor, action, f"import {row.id}, {row.filename}", db.session)
