"""One run of a source: fetch, compare, import what has changed. And the thread of the steward that runs what is due."""

import threading
from contextlib import closing, suppress
from datetime import UTC, datetime

import structlog
from flask import Flask, current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from catalog import archives, importer, imports, outages, replays, sealing, uploads
from catalog.config import Settings
from catalog.models import Import, ImportSource, ImportSourceRun, db
from catalog.sources import answers, fetching, registry, schedule

log = structlog.get_logger()

SOURCE_LOCK = 0x6361_7409
KEEP_RUNS = 200  # of each source

TAKE = text(f"SELECT pg_try_advisory_lock({SOURCE_LOCK}, :id)")
# It ends with the connection too, but only when the server notices that, and the next run may be there before.
LET_GO = text(f"SELECT pg_advisory_unlock({SOURCE_LOCK}, :id)")
DUE = text("""
SELECT id FROM import_sources WHERE wanted_at IS NOT NULL OR (enabled AND next_run_at <= now())
ORDER BY coalesce(wanted_at, next_run_at)
""")
BEGIN = text("""
WITH dead AS (
    UPDATE import_source_runs SET outcome = 'failed', finished_at = now(), error = 'It stopped in the middle and was run again.'
    WHERE source_id = :id AND outcome = 'running'
)
INSERT INTO import_source_runs (source_id, by_hand) SELECT id, wanted_at IS NOT NULL FROM import_sources WHERE id = :id
RETURNING id
""")
PRUNE = text("""
DELETE FROM import_source_runs WHERE source_id = :id AND id <= (
    SELECT id FROM import_source_runs WHERE source_id = :id ORDER BY id DESC OFFSET :keep LIMIT 1)
""")


def run(source_id: int) -> ImportSourceRun | None:
    """Run a source here and now; None if somebody else does just now, or it is gone."""
    with closing(db.engine.connect()) as connection:
        connection.detach()  # its lock ends with it, not in the pool
        if not _alone(connection, source_id):
            return None
        begun = connection.execute(BEGIN, {"id": source_id}).scalar()
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
    """Fetch, then write down what became of it together with when it is due again.

    The import is there before: if the process dies in between, the file is fetched and imported once more.
    """
    upload = uploads.begin()
    outcome, error, imported, fetched = "failed", None, None, None
    try:
        fetched, imported = _fetch(source_id, upload)
        outcome = "imported" if imported else "unchanged"
    except (answers.Failed, replays.Unreadable) as failed:
        error = str(failed)
    except uploads.TooLarge:
        error = "The file is larger than CATALOG_MAX_UPLOAD_BYTES allows."
    except sealing.Unreadable:
        error = "The URL can't be read: SECRET_KEY was changed. Enter it again."
    except Exception:
        error = "A fault of Catalog; the log has the details."
        log.exception("a source could not be run", source=source_id)
    if imported is None:
        upload.abort()
    source, done = registry.get(source_id), db.session.get(ImportSourceRun, run_id)
    if source is None or done is None:  # removed meanwhile
        return None
    done.outcome, done.error, done.bytes = outcome, error, upload.size
    done.finished_at = datetime.now(UTC)
    done.import_id = imported
    if fetched and fetched.changed:
        source.etag, source.last_modified = fetched.known.etag, fetched.known.last_modified  # fmt: skip
    if imported:
        source.sha256, source.last_import_id = upload.sha256(), imported
    _plan_next(source)
    db.session.execute(PRUNE, {"id": source_id, "keep": KEEP_RUNS})
    db.session.commit()
    log.info("source run", source=source_id, outcome=outcome, error=error)
    return done


def _plan_next(source: ImportSource) -> None:
    """However many runs were missed, the next one is in the future."""
    source.wanted_at = None
    source.next_run_at = schedule.following(
        source.schedule, source.time_zone, datetime.now(UTC)
    )


def _fetch(
    source_id: int, upload: uploads.Upload
) -> tuple[fetching.Fetched, int | None]:
    """Get the file; the id of its import, None if it is the one that was imported last."""
    source = registry.get(source_id)
    if source is None:
        raise answers.Failed("The source was removed.")
    url, known_sha256 = registry.url_of(source), _imported(source)
    known = fetching.Known(source.etag, source.last_modified)
    options = importer.Options.from_json(source.options)
    user_id = source.user_id
    db.session.rollback()  # the connection is let go before the long part
    settings: Settings = current_app.config["SETTINGS"]
    asked = known if known_sha256 else fetching.Known()
    fetched = fetching.fetch(url, asked, upload.write, settings)
    if not fetched.changed or upload.sha256() == known_sha256:
        return fetched, None
    row = imports.create(
        upload.finish(), fetched.filename, options, source="url", user_id=user_id
    )
    return fetched, row.id


def _imported(source: ImportSource) -> str | None:
    """The sha256 of the file that is in the catalog: one whose import failed or was undone is worth another try."""
    if source.sha256 is None or source.last_import_id is None:
        return None
    row = db.session.get(Import, source.last_import_id, populate_existing=True)
    rows = (archives.siblings(row) or [row]) if row else []
    gone = not rows or any(r.state in ("failed", "cancelled", "undone") for r in rows)
    return None if gone else source.sha256


def run_due(stop: threading.Event | None = None) -> int:
    """Run every source that is due, one after the other; returns how many."""
    with db.engine.connect() as connection:
        due = connection.execute(DUE).scalars().all()
    done = 0
    for source_id in due:
        if stop and stop.is_set():
            break
        done += run(source_id) is not None
    return done


def start(app: Flask, stop: threading.Event) -> threading.Thread:
    """Run what is due until told to stop: beside the steward's clock, which must not wait for a download."""
    thread = threading.Thread(target=_run, args=(app, stop), name="sources", daemon=True)  # fmt: skip
    thread.start()
    return thread


def _run(app: Flask, stop: threading.Event) -> None:
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), suppress(DBAPIError):
        registry.hide_again()
    while not stop.is_set():
        with app.app_context():
            try:
                run_due(stop)
            except DBAPIError as error:
                log.warning("sources have to wait", error=outages.reason(error))
        stop.wait(settings.steward_seconds)
