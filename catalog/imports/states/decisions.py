"""Decisions of people about an import: send, start, cancel, run again, apply its plan, import its corrected rows.

`receive`, `discard` and `reject` change a row in the caller's session. Each other function commits, with its line in
the audit log (except `draft`), and returns False if the state of the import does not allow it.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, func, text

from catalog import importer
from catalog.imports.report.wording import Stop
from catalog.imports.states.with_event import by_person, with_event
from catalog.models import ABSENT_COUNTS, COUNTS, Import, db
from catalog.people import Actor, audit

# The counts of a plan that was not applied are cleared; a cancelled run does that itself.
NOT_DONE = ", ".join(
    f"{name} = CASE WHEN state = 'review' THEN 0 ELSE {name} END"
    for name in (*COUNTS, *ABSENT_COUNTS)
    if name not in ("rejected", "blank")
)
CANCEL = f"""
UPDATE imports SET
    cancel_requested_at = now(), progress_version = progress_version + 1,
    state = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL THEN 'cancelled' ELSE state END, {NOT_DONE},
    held = held AND NOT (state IN ('queued', 'review') AND rerun IS NULL),
    outcome = CASE WHEN rerun IS NULL THEN NULL ELSE outcome END,
    stopped = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL
        THEN jsonb_build_array(CAST(CASE state WHEN 'review' THEN :discarded ELSE :cancelled END AS jsonb))
        ELSE stopped END,
    finished_at = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL THEN now() END,
    plan_epoch = CASE WHEN state = 'review' THEN NULL ELSE plan_epoch END
WHERE id = :id AND state IN ('queued', 'reading', 'review', 'applying')
"""  # nosec B608  # of constants
# A file that is still being uploaded is no longer needed.
UNWANTED = """
unwanted AS (
    DELETE FROM partial_uploads WHERE id IN (SELECT storage_key FROM imports WHERE imports.id = :id AND sha256 = '')
),
"""
CANCELS = {kind: text(with_event(CANCEL, kind, before=UNWANTED)) for kind in ("cancelled", "discarded")}
STOPS = {
    "cancelled": Stop("cancelled", "It was cancelled."),
    "discarded": Stop("discarded", "It was discarded."),
}
# Rejected rows of the last run are deleted with their count; corrections are used again.
RETRIED = """
retried AS (
    SELECT id, coalesce(CAST(:options AS jsonb), options) = options AS alike FROM imports
    WHERE id = :id AND (state IN ('failed', 'cancelled') OR state = 'queued' AND held)
        AND pruned_at IS NULL AND sha256 <> ''
    FOR UPDATE
), forgotten AS (
    DELETE FROM row_errors WHERE import_id IN (SELECT id FROM retried) RETURNING *
), corrected AS (
    INSERT INTO row_corrections (import_id, row, line, code, cells, corrected)
    SELECT import_id, row, line, code, CASE WHEN NOT alike THEN cells END, corrected
    FROM forgotten JOIN retried ON retried.id = import_id WHERE corrected IS NOT NULL
    ON CONFLICT (import_id, row) DO UPDATE SET
        cells = excluded.cells, corrected = excluded.corrected, change_set_id = NULL
),
"""
# A table of an archive has the name of the archive and its own; another table may be chosen.
RETRY = text(
    with_event(
        """
UPDATE imports SET
    filename = CASE
        WHEN first_id IS NOT NULL
            AND filename LIKE '%: ' || (options->>'sheet') AND CAST(:options AS jsonb)->>'sheet' <> ''
        THEN left(filename, -length(options->>'sheet')) || (CAST(:options AS jsonb)->>'sheet') ELSE filename
    END,
    options = coalesce(CAST(:options AS jsonb), options), draft = NULL,
    supplier = coalesce('template ' || (draft ->> 'template_id'), supplier),
    held = false, questions = '[]', stopped = '[]', outcome = NULL,
    reran = NULL, state = 'queued', phase = 'received', percent = 0, error = NULL, queued_at = now(), started_at = NULL,
    finished_at = NULL, cancel_requested_at = NULL, takes = 0, lease_expires_at = NULL, timings = '{}',
    rows = 0, rejected = 0, blank = 0, decision = NULL, plan_epoch = NULL, recent_errors = '[]',
    progress_version = progress_version + 1
WHERE id IN (SELECT id FROM retried)
""",
        "retried",
        before=RETRIED,
    )
)
# 0 rows: it was not held, or has been cancelled.
START = text(
    with_event(
        """
UPDATE imports SET
    held = false, questions = '[]', options = CAST(:options AS jsonb), draft = NULL,
    supplier = coalesce('template ' || (draft ->> 'template_id'), supplier), queued_at = now(),
    progress_version = progress_version + 1
WHERE id = :id AND held AND state = 'queued'
""",
        "started",
    )
)
APPLY = text(
    with_event(
        """
UPDATE imports SET
    state = 'applying', phase = 'applying', decision = :decision, stopped = '[]', takes = 0, queued_at = now(),
    started_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND state = 'review'
""",
        "applied",
        "jsonb_build_object('choice', done.decision)",
    )
)
PLAN_AGAIN = text(
    with_event(
        """
UPDATE imports SET
    options = coalesce(CAST(:options AS jsonb), options), draft = NULL,
    supplier = coalesce('template ' || (draft ->> 'template_id'), supplier), state = 'queued', phase = 'received',
    percent = 0, decision = 'again', plan_epoch = NULL, stopped = '[]', outcome = NULL,
    takes = 0, queued_at = now(), started_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND state = 'review'
""",
        "again",
    )
)
# 0 rows: a worker has it, or it waits for one.
DRAFT = text("""
UPDATE imports SET draft = CAST(:draft AS jsonb)
WHERE id = :id AND (held OR state NOT IN ('queued', 'reading', 'applying')) AND pruned_at IS NULL
""")
RUN_CORRECTED_ROWS = text(
    with_event(
        """
UPDATE imports SET
    state = 'queued', phase = 'received', percent = 0, error = NULL, takes = 0, cancel_requested_at = NULL,
    rerun = jsonb_build_object(
        'state', state, 'phase', phase, 'percent', percent, 'error', stopped -> 0 ->> 'message',
        'queued_at', queued_at, 'started_at', started_at, 'finished_at', finished_at,
        'source', CAST(:source AS text), 'user_id', CAST(:user_id AS integer)
    ),
    queued_at = now(), started_at = NULL, finished_at = NULL, lease_expires_at = NULL,
    progress_version = progress_version + 1
WHERE id = :id AND (state = 'completed' OR state = 'failed' AND outcome = 'none') AND EXISTS (
    SELECT FROM row_errors WHERE import_id = :id AND corrected IS NOT NULL
)
""",
        "corrections",
    )
)


def receive(row: Import, *, held: bool, same_file: str | None) -> None:
    """Give a new import its first state: queued, held for a person, or cancelled until a retry (the `same_file`)."""
    row.state = "cancelled" if same_file else "queued"
    row.error = same_file
    row.stopped = [Stop("same_file", same_file).to_json()] if same_file else []
    row.finished_at = datetime.now(UTC) if same_file else None
    row.held = held and not same_file
    row.queued_at = func.clock_timestamp()  # not the start of the transaction, which may be before the file arrived


def discard(row: Import, error: str) -> None:
    """Discard an import whose file belongs to another one."""
    row.state, row.held, row.error = "cancelled", False, error
    row.stopped = [Stop("discarded", error).to_json()]
    row.finished_at = datetime.now(UTC)


def reject(row: Import, error: str) -> None:
    """Fail an import whose file can't be imported, before a worker takes it."""
    row.state, row.held, row.error = "failed", False, error
    row.stopped = [Stop("file", error).to_json()]
    row.finished_at = datetime.now(UTC)


def start(actor: Actor, import_id: int, options: importer.Options) -> bool:
    """Queue an import that waits for a check, with these options."""
    return _change(START, actor, import_id, "import started", options=json.dumps(options.to_json()))


def cancel(actor: Actor, import_id: int, kind: str) -> bool:
    """End an import that waits, and ask the worker of one that runs to end it; `kind` is cancelled or discarded."""
    stops = {name: json.dumps(stop.to_json()) for name, stop in STOPS.items()}
    stops["cancelled"] = stops[kind]
    return _change(CANCELS[kind], actor, import_id, f"import {kind}", **stops)


def retry(actor: Actor, import_id: int, options: importer.Options | None) -> bool:
    """Queue an import again that ended without a change, or waits for an answer; None: with the options that it has."""
    given = json.dumps(options.to_json()) if options else None
    return _change(RETRY, actor, import_id, "import retried", options=given)


def apply(actor: Actor, import_id: int, decision: str) -> bool:
    """Queue the waiting plan to be applied; `decision` says what to do with conflicts."""
    return _change(APPLY, actor, import_id, "import applied", decision=decision)


def plan_again(actor: Actor, import_id: int, options: importer.Options | None) -> bool:
    """Queue an import that waits with its plan, to plan and wait again; None: with the options that it has."""
    given = json.dumps(options.to_json()) if options else None
    return _change(PLAN_AGAIN, actor, import_id, "import retried", "planned again", options=given)


def draft(import_id: int, draft: dict[str, Any] | None) -> bool:
    """Store the choices for the next run. No line in the audit log, because nothing changes."""
    with db.engine.begin() as connection:
        values = {"id": import_id, "draft": json.dumps(draft) if draft else None}
        return connection.execute(DRAFT, values).rowcount > 0


def run_corrected_rows(actor: Actor, import_id: int) -> bool:
    """Queue an import that has ended for a run of its corrected rows."""
    values = {"source": actor.source, "user_id": actor.user_id}
    return _change(RUN_CORRECTED_ROWS, actor, import_id, "import rows run", **values)


def _change(statement: TextClause, actor: Actor, import_id: int, action: str, *words: str, **values: Any) -> bool:
    """Run a statement and write the audit line, in one transaction."""
    with db.engine.begin() as connection:
        values |= {"id": import_id} | by_person(actor)
        changed = connection.execute(statement, values).rowcount > 0
        if changed:
            audit.write(actor, action, ", ".join([f"import {import_id}", *words]), connection)
    return changed
