"""The first look at a file that waits for a person, and the verdict on every row.

A worker looks at what is slow to look at (a workbook, an archive), and judges the rows after the beginning of a large
file. Redis keeps both for a day. Without Redis, or without a worker, the look is made at once, and nothing is said
about the other rows.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any, BinaryIO

import structlog
from pydantic import TypeAdapter
from redis import RedisError
from sqlalchemy import func, select

from catalog import importer
from catalog.imports import drafts
from catalog.imports.intake import uploads
from catalog.models import ChangeSet, Import, db
from catalog.runtime import pubsub, queue

log = structlog.get_logger()

LOOK_BYTES = 1024**2  # of a file that is still being sent
SMALL_BYTES = 512 * 1024  # of a packed file
FAST_BYTES = 1024**2  # of unpacked text: it is looked at as fast as a CSV file of this size
PACKED = (b"PK", b"\x1f\x8b")
GZIP_SIZE_BYTES = 4  # the last bytes of a gzip file are its unpacked size
KEPT_SECONDS = 24 * 3600
FAILED_SECONDS = 60  # after which a look that failed is tried again
FAILED = "This file could not be read because of an error in Catalog. See the log."


class NotYet(Exception):
    """A worker looks at the file. When it is done, it announces `key` of the import."""


def key(import_id: int) -> str:
    """What is announced when a worker has looked at the file of this import."""
    return f"look:{import_id}"


def of(row: Import, options: importer.Options) -> importer.Look:
    """The look at an import's file, or at its beginning while it is being sent. Raises NotYet, FileNotFoundError."""
    if not is_slow(row):
        return judged(row, options, _see(row, options))
    found = _kept("look", row, options)
    if found is None:
        if begin(row):
            raise NotYet
        return _see(row, options)
    return judged(row, options, _format().validate_python(found))


def begin(row: Import) -> bool:
    """Let a worker look at the file of an import. False if there is no worker."""
    return queue.QUICK in queue.listened() and queue.enqueue(queue.QUICK, "look_at_import", row.id) is not None


def is_made(row: Import) -> bool:
    """Whether the look for the choices of the draft is there."""
    return not is_slow(row) or _kept("look", row, drafts.Draft.of(row).options) is not None


def is_slow(row: Import) -> bool:
    """Whether a look takes long: the file is packed, and large, packed or unpacked. False for an incomplete file."""
    if not row.sha256:
        return False
    with uploads.storage().open(row.storage_key) as file:
        return file.read(2) in PACKED and (row.size > SMALL_BYTES or _unpacked_bytes(file) > FAST_BYTES)


def is_packed(row: Import) -> bool:
    """Whether the file is a workbook or an archive, by its first bytes."""
    try:
        with uploads.storage().open_so_far(row.storage_key) as file:
            return file.read(2) in PACKED
    except FileNotFoundError:
        return False


def _unpacked_bytes(file: BinaryIO) -> int:
    """The unpacked size that a ZIP or gzip file claims. What claims too little is rejected when it is read."""
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        file.seek(-GZIP_SIZE_BYTES, io.SEEK_END)
        return int.from_bytes(file.read(GZIP_SIZE_BYTES), "little")


def make(import_id: int) -> None:
    """Look at the file of an import as its draft says, if that is slow and has not been done; then announce it."""
    row = db.session.get(Import, import_id)
    try:
        if row is None or is_made(row):
            return
        options = drafts.Draft.of(row).options
        name, seconds = _key("look", row, options), KEPT_SECONDS
        try:
            look = _see(row, options)
        except FileNotFoundError:
            raise
        except Exception as error:
            log.error("a file could not be looked at", import_id=import_id, exc_info=error)
            failed = importer.verdict_on_problem(FAILED, asked=False)
            look, seconds = importer.Look(None, [], [], {}, problem=FAILED, verdict=failed), FAILED_SECONDS
    except FileNotFoundError:
        return
    queue.connection().set(name, json.dumps(_format().dump_python(look, mode="json")), ex=seconds)
    pubsub.ring(queue.connection(), key(import_id))


def _see(row: Import, options: importer.Options) -> importer.Look:
    raw = db.session.connection().connection.driver_connection
    with uploads.storage().open_so_far(row.storage_key) as stored:
        file = stored if row.sha256 else io.BytesIO(stored.read(LOOK_BYTES))
        return importer.look(file, options, whole=bool(row.sha256), connection=raw)


@cache
def _format() -> TypeAdapter[importer.Look]:
    """Looks as JSON."""
    return TypeAdapter(importer.Look)


def judged(row: Import, options: importer.Options, look: importer.Look) -> importer.Look:
    """The look with the verdict on every row, if a worker has made it for these options; else it is asked for."""
    if look.problem or look.verdict.whole or not row.sha256:
        return look
    found = _kept("verdict", row, options)
    if found is None:
        queue.enqueue(queue.IMPORTS, "judge_import", row.id)
        return look
    if found["problem"]:
        verdict = importer.verdict_on_problem(found["problem"], asked=False)
        return replace(look, problem=found["problem"], certain=False, verdict=verdict)
    warnings = Counter({one.code: one.count for one in look.warnings})
    verdict = importer.verdict_on_every_row(found["rows"], found["reasons"], warnings)
    return replace(look, verdict=replace(verdict, fix=look.verdict.fix))


def is_judged(row: Import) -> bool:
    """Whether the verdict on every row is there for the choices of the draft."""
    return _kept("verdict", row, drafts.Draft.of(row).options) is not None


def judge(import_id: int) -> None:
    """Judge every row of an import as its draft says, unless that is done, or its file is gone or incomplete."""
    row = db.session.get(Import, import_id)
    if row is None or not row.sha256:
        return
    options = drafts.Draft.of(row).options
    name = _key("verdict", row, options)
    if _kept("verdict", row, options) is not None:
        return
    found = _judge(row.storage_key, options)
    if found is not None:
        queue.connection().set(name, json.dumps(found), ex=KEPT_SECONDS)


def _judge(storage_key: str, options: importer.Options) -> dict[str, Any] | None:
    try:
        with uploads.storage().open(storage_key) as file:
            raw = db.session.connection().connection.driver_connection
            seen = importer.look(file, options, connection=raw, every_row=True)
    except FileNotFoundError:
        return None
    return {"rows": seen.verdict.rows, "reasons": seen.verdict.reasons, "problem": seen.problem}


def _kept(what: str, row: Import, options: importer.Options) -> Any:
    try:
        found = queue.connection().get(_key(what, row, options))
    except RedisError:
        return None
    return None if found is None else json.loads(found)


def _key(what: str, row: Import, options: importer.Options) -> str:
    """Another file, other choices or a changed catalog have another key."""
    changed = db.session.scalar(select(func.max(ChangeSet.id)))
    seen = json.dumps([row.sha256, options.to_json(), changed], sort_keys=True)
    return f"catalog:{what}:{row.id}:{hashlib.sha256(seen.encode()).hexdigest()[:32]}"
