"""One run of a source: fetch, compare, import a changed file, and set the time of the next run."""

import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from catalog import importer
from catalog.imports.intake import receive, uploads
from catalog.imports.run import archive
from catalog.imports.sources import answers, failures, fetching, registry, schedule
from catalog.imports.waiting.turn import Turn
from catalog.models import Import, ImportSource, ImportSourceRun, db
from catalog.people import Actor, audit
from catalog.runtime import Settings

log = structlog.get_logger()

SOURCE_LOCK = 0x6361_7409
KEEP_RUNS = 200  # runs that are kept for each source
HEARD_SECONDS = 1.0

TAKE = text(f"SELECT pg_try_advisory_lock({SOURCE_LOCK}, :id)")
# The lock also ends with the connection, but only when the server notices that; the next run may come earlier.
LET_GO = text(f"SELECT pg_advisory_unlock({SOURCE_LOCK}, :id)")
BEGIN = text("""
WITH dead AS (
    UPDATE import_source_runs SET
        outcome = 'failed', finished_at = now(), error = 'It stopped in the middle and was run again.'
    WHERE source_id = :id AND outcome = 'running'
)
INSERT INTO import_source_runs (source_id, by_hand, try_number)
SELECT id, :by_hand OR wanted_at IS NOT NULL, CASE WHEN :by_hand OR wanted_at IS NOT NULL THEN 1 ELSE tries + 1 END
FROM import_sources WHERE id = :id
RETURNING id
""")
HEARD = text("""
UPDATE import_source_runs SET bytes = :bytes, heard_at = clock_timestamp() WHERE id = :id
""")
PRUNE = text("""
DELETE FROM import_source_runs WHERE source_id = :id AND id <= (
    SELECT id FROM import_source_runs WHERE source_id = :id ORDER BY id DESC OFFSET :keep LIMIT 1)
""")


class _Ear:
    """Stores the number of received bytes in the run, once a second, so that people see the progress."""

    def __init__(self, run_id: int) -> None:
        self._run_id, self._bytes, self._written = run_id, 0, float("-inf")

    def __call__(self, count: int) -> None:
        self._bytes += count
        if time.monotonic() - self._written < HEARD_SECONDS:
            return
        self._written = time.monotonic()
        with db.engine.begin() as connection:
            connection.execute(HEARD, {"bytes": self._bytes, "id": self._run_id})


def run(source_id: int, by: Actor | None = None) -> ImportSourceRun | None:
    """Run a source now, by schedule or `by` an actor; None if another process runs it, or if it was deleted."""
    with closing(db.engine.connect()) as connection:
        connection.detach()  # close it, because a connection in the pool would keep the lock
        if not _alone(connection, source_id):
            return None
        values = {"id": source_id, "by_hand": by is not None}
        begun = connection.execute(BEGIN, values).scalar()
        if by and begun and (source := registry.get(source_id)):
            audit.write(by, "import source run", registry.subject(source), connection)
        connection.commit()
        if begun is None:
            return None
        try:
            return _carry_out(source_id, begun)
        finally:
            db.session.rollback()
            with suppress(DBAPIError):
                connection.execute(LET_GO, {"id": source_id})


def _alone(connection: Connection, source_id: int) -> bool:
    alone: bool = connection.execute(TAKE, {"id": source_id}).scalar_one()
    connection.commit()
    return alone


def _carry_out(source_id: int, run_id: int) -> ImportSourceRun | None:
    """Fetch, then store the result together with the time of the next run.

    None if the source was deleted in the meantime. The import is created first: if the process dies before it stores
    the result, the file is fetched and imported again.
    """
    upload = uploads.begin()
    failed, imported, fetched = None, None, None
    try:
        fetched, imported = _fetch(source_id, upload, _Ear(run_id))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run ends and says so
        failed = failures.of(error, source=source_id)
    if imported is None:
        upload.abort()
    source, done = registry.get(source_id), db.session.get(ImportSourceRun, run_id)
    if source is None or done is None:  # removed in the meantime
        return None
    done.outcome = "failed" if failed else "imported" if imported else "unchanged"
    done.error, done.bytes = str(failed) if failed else None, upload.size
    done.finished_at = datetime.now(UTC)
    done.import_id = imported
    if fetched and fetched.changed:
        source.etag, source.last_modified = fetched.known.etag, fetched.known.last_modified
    if imported:
        source.sha256, source.last_import_id = upload.sha256(), imported
    _plan_next(source, done, failed)
    db.session.execute(PRUNE, {"id": source_id, "keep": KEEP_RUNS})
    db.session.commit()
    log.info("source run", source=source_id, outcome=done.outcome, error=done.error)
    return done


def _plan_next(source: ImportSource, done: ImportSourceRun, failed: answers.Failed | None) -> None:
    """When it is due again: by its schedule, or before that to retry what failed. However many runs were missed, the
    next one is in the future. A run that was requested during this one is due at once."""
    now = datetime.now(UTC)
    if source.wanted_at and source.wanted_at <= done.started_at:
        source.wanted_at = None
    source.next_run_at = schedule.following(source.schedule, source.time_zone, now)
    source.retry_at, tries, source.tries = None, done.try_number - 1, 0
    waits = current_app.config["SETTINGS"].source_retry_seconds
    if failed is None or not failed.passing or tries >= len(waits):
        return
    retry_at = now + timedelta(seconds=max(waits[tries], failed.wait))
    if source.enabled and source.next_run_at and source.next_run_at <= retry_at:
        later = now + timedelta(seconds=failed.wait)
        source.next_run_at = schedule.following(source.schedule, source.time_zone, later)
        done.retry_at = source.next_run_at
    else:
        source.retry_at = done.retry_at = retry_at
        source.tries = done.try_number


def _fetch(source_id: int, upload: uploads.Upload, ear: _Ear) -> tuple[fetching.Fetched, int | None]:
    """Fetch the file; returns the id of its import, None if the file is the last imported one."""
    source = registry.get(source_id)
    if source is None:
        raise answers.Failed("The source was deleted.")
    if reason := registry.why_paused(source):
        raise answers.Failed(f"Not fetched. {reason}")
    url, known_sha256 = registry.url_of(source), _imported(source)
    known = fetching.Known(source.etag, source.last_modified)
    options = importer.Options.from_json(source.options)
    user_id = source.user_id
    db.session.rollback()  # give the connection back before the long part
    settings: Settings = current_app.config["SETTINGS"]
    asked = known if known_sha256 else fetching.Known()
    fetched = fetching.fetch(url, asked, upload.write, settings, ear)
    if not fetched.changed or upload.sha256() == known_sha256:
        return fetched, None
    if reason := registry.why_paused(source):  # it may have taken hours
        raise answers.Failed(f"Not imported. {reason}")
    db.session.rollback()
    row = receive.receive(Actor("url", user_id), upload, fetched.filename, options, turn=Turn.of_source(source_id))
    return fetched, row.id


def _imported(source: ImportSource) -> str | None:
    """The sha256 of the last imported file; a file whose import failed or was undone is imported again."""
    if source.sha256 is None or source.last_import_id is None:
        return None
    row = db.session.get(Import, source.last_import_id, populate_existing=True)
    rows = (archive.siblings(row) or [row]) if row else []
    gone = not rows or any(r.state in ("failed", "cancelled", "undone") for r in rows)
    return None if gone else source.sha256
