"""A link that a person gives for one import: the file is fetched once, and no source is kept.

The import is there at once and waits for its file, like one whose file is sent from the page. The partial upload of the
file has the encrypted URL; a thread of the steward fetches it. A process that dies leaves it to the next one, which
fetches it from the beginning.
"""

from contextlib import suppress

from flask import current_app
from sqlalchemy import text

from catalog.imports.intake import arriving, receive, resumable, uploads
from catalog.imports.sources import answers, failures, fetching
from catalog.imports.states import decisions
from catalog.models import SOURCE_URLS, Import, PartialUpload, db
from catalog.people import Actor
from catalog.runtime import Settings, sealing

BEFORE_0029 = "link "
"""Before the encrypted URL in a partial upload's details: an older web process writes it while hosts are upgraded."""

DUE = text(f"""
SELECT imports.id FROM imports JOIN partial_uploads ON partial_uploads.id = storage_key
WHERE state = 'queued' AND imports.sha256 = '' AND (source_url IS NOT NULL OR details LIKE '{BEFORE_0029}gAAAA%')
ORDER BY imports.id
""")  # nosec B608  # of a constant


def begin(actor: Actor, url: str) -> Import:
    """Create an import that waits for the file of this URL, and for a person. Raises answers.Failed."""
    settings = _settings()
    fetching.check(url, settings)
    name = answers.filename({}, url)
    sealed = sealing.encrypt(url, sealing.keys(), SOURCE_URLS)
    key = resumable.begin(actor.user_id or 0, name, settings.max_upload_bytes, source_url=sealed)
    return arriving.expect(actor, key, name, 0)


def due() -> list[int]:
    """The imports whose files are to be fetched."""
    with db.engine.connect() as connection:
        return list(connection.execute(DUE).scalars())


def run(import_id: int) -> bool:
    """Fetch the file of an import. False if another process does that, or if the import no longer waits for it."""
    row = db.session.get(Import, import_id, populate_existing=True)
    part = db.session.get(PartialUpload, row.storage_key) if row else None
    sealed = _sealed_url(part) if part else None
    if row is None or part is None or sealed is None:
        return False
    key = part.id
    db.session.rollback()  # give the connection back before the long part
    try:
        filename, upload = _fetch(key, sealed)
    except (BlockingIOError, FileNotFoundError):
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, the import ends and says so
        _fail(import_id, failures.of(error, import_id=import_id))
    else:
        _arrive(import_id, key, filename, upload)
    return True


def _sealed_url(part: PartialUpload) -> str | None:
    """The encrypted URL of the file; None if the file is sent."""
    is_old = part.details.startswith(BEFORE_0029)
    return part.source_url or (part.details.removeprefix(BEFORE_0029) if is_old else None)


def _fetch(key: str, sealed: str) -> tuple[str, uploads.Upload]:
    """The name of the file, and what was written. Raises BlockingIOError while another process writes."""
    settings = _settings()
    url = sealing.decrypt(sealed, sealing.keys(), SOURCE_URLS)
    with uploads.storage().extend(key) as file:
        file.truncate(0)
    with uploads.go_on(key, 0, settings.max_upload_bytes) as upload:
        fetched = fetching.fetch(url, fetching.Known(), upload.write, settings)
    return fetched.filename, upload


def _arrive(import_id: int, key: str, filename: str, upload: uploads.Upload) -> None:
    """Give the complete file to its import. One that was cancelled before has lost its partial upload."""
    row, part = db.session.get(Import, import_id), db.session.get(PartialUpload, key)
    if row is None or part is None:
        with suppress(FileNotFoundError):
            uploads.storage().delete(key)
        return
    row.filename = part.filename = receive.readable(filename)
    row.size = part.size = upload.size
    part.sha256 = upload.sha256()
    db.session.commit()
    arriving.arrive(key)


def _fail(import_id: int, failed: answers.Failed) -> None:
    row = db.session.get(Import, import_id)
    part = db.session.get(PartialUpload, row.storage_key) if row else None
    if row is None or part is None or row.state != "queued":
        return
    key = part.id
    decisions.reject(row, f"The file could not be fetched. {failed}")
    db.session.delete(part)
    db.session.commit()
    uploads.storage().delete(key)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
