"""An import whose file is being uploaded: its row exists from the first byte on, and is complete with the last one.

The bytes come as a resumable upload; the import and the upload have the same key in storage. Until they are all there
the import has no sha256, and no worker takes it.
"""

from sqlalchemy import select, text

from catalog import importer, notation
from catalog.imports.intake import bundles, receive, resumable, uploads
from catalog.imports.rejected import corrections, returned_file
from catalog.imports.states import decisions
from catalog.models import Import, PartialUpload, db
from catalog.people import Actor, audit
from catalog.runtime import queue

UNSENT = text("""
SELECT storage_key FROM imports JOIN partial_uploads ON partial_uploads.id = storage_key
WHERE state = 'queued' AND imports.sha256 = '' ORDER BY imports.id
""")


def begin(actor: Actor, filename: str, size: int) -> Import:
    """Create an import that waits for its file, and for a person. Raises uploads.TooLarge."""
    return expect(actor, resumable.begin(actor.user_id or 0, filename, size), filename, size)


def expect(actor: Actor, key: str, filename: str, size: int) -> Import:
    """Create an import that waits for the file of an upload; `size` 0: it is not known yet."""
    options = importer.Options().to_json()
    sent = {"storage_key": key, "sha256": "", "size": size, "source": actor.source, "user_id": actor.user_id}
    row = Import(filename=receive.readable(filename), options=options, **sent)
    decisions.receive(row, held=True, same_file=None)
    db.session.add(row)
    db.session.flush()
    audit.write(actor, "import received", f"import {row.id}, {row.filename}", db.session)
    db.session.commit()
    return row


def so_far(row: Import) -> int:
    """How many bytes of the file have arrived."""
    try:
        return uploads.storage().size(row.storage_key)
    except FileNotFoundError:
        return 0


def arrive(key: str) -> None:
    """Give a complete upload to its import, if it belongs to one. May be called again."""
    of_key = select(Import).where(Import.storage_key == key, Import.sha256 == "", Import.state == "queued")
    if _comes_back(db.session.scalars(of_key).one_or_none()):
        return
    row = db.session.scalars(of_key.with_for_update(of=Import)).one_or_none()
    part = db.session.get(PartialUpload, key) if row else None
    if row is None or part is None or so_far(row) != part.size:
        db.session.rollback()
        return
    stored = uploads.seal(key, part.sha256 or "")
    db.session.delete(part)
    try:
        _take(row, stored)
    except bundles.Unreadable as unreadable:
        row.sha256 = stored.sha256
        decisions.reject(row, str(unreadable))
    waits, held, import_id = row.state == "queued", row.held, row.id
    db.session.commit()
    if waits and held:
        queue.enqueue(queue.QUICK, "look_at_import", import_id)
    elif waits:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)


def sweep() -> int:
    """Give complete uploads to their imports if senders could not; returns how many imports waited. For the steward."""
    with db.engine.connect() as connection:
        keys = list(connection.execute(UNSENT).scalars())
    for key in keys:
        arrive(key)
    return len(keys)


def _comes_back(row: Import | None) -> bool:
    """Whether the file has fixed rejected rows of another import: it gets them, and this import is discarded."""
    part = db.session.get(PartialUpload, row.storage_key) if row else None
    if row is None or part is None or so_far(row) != part.size:
        return False
    uploads.seal(row.storage_key, part.sha256 or "-")
    import_id, held = row.id, row.held
    try:
        with uploads.storage().open(row.storage_key) as file:
            back = returned_file.take(Actor(row.source, row.user_id), file, row.filename, run=not held)
    except (returned_file.NothingFixed, corrections.NotNow) as why:
        return _discard(import_id, str(why), why.import_id if isinstance(why, returned_file.NothingFixed) else None)
    if back is None:
        return False
    return _discard(import_id, f"Import {back.id} rejected these rows. The fixed rows were added there.", back.id)


def _discard(import_id: int, why: str, of: int | None) -> bool:
    """Discard the import, because its file belongs to another one."""
    row = db.session.get_one(Import, import_id, populate_existing=True)
    part = db.session.get_one(PartialUpload, row.storage_key)
    row.same_as_id = of
    decisions.discard(row, why)
    db.session.delete(part)
    db.session.commit()
    return True


def _take(row: Import, stored: uploads.Stored) -> None:
    """Store sha256, size and state of the complete file. A file that was imported before waits for a person."""
    before_options = importer.Options.from_json(row.options)
    stored, filename, options = bundles.unpacked(stored, row.filename, before_options)
    before = receive.same(stored.sha256, options.sheet)
    row.storage_key, row.sha256, row.size = stored.key, stored.sha256, stored.size
    row.filename, row.options = receive.readable(filename), options.to_json()
    row.same_as_id = before.id if before else None
    asks = before is not None and not row.held
    same_file = receive.when(before, notation.Notation().moment) if before and asks else None
    decisions.receive(row, held=row.held, same_file=same_file)
