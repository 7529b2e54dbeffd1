"""The verdict on every row of a large file, which a first look judges by its beginning: a worker makes it, Redis keeps it for a day.

Without Redis there is none, and the beginning is all that is said before the import.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from typing import Any

from redis import RedisError

from catalog import importer
from catalog.imports import drafts
from catalog.imports.intake import uploads
from catalog.models import Import, db
from catalog.runtime.work import queue

KEPT_SECONDS = 24 * 3600


def judged(row: Import, options: importer.Options, look: importer.Look) -> importer.Look:
    """The look with the verdict on every row, if a worker has made it for these options; else it is asked for."""
    if look.problem or look.verdict.whole or not row.sha256:
        return look
    found = _kept(row, options)
    if found is None:
        queue.enqueue(queue.IMPORTS, "judge_import", row.id)
        return look
    if found["problem"]:
        verdict = importer.verdict_on_problem(found["problem"], asked=False)
        return replace(look, problem=found["problem"], certain=False, verdict=verdict)
    warnings = Counter({one.code: one.count for one in look.warnings})
    verdict = importer.verdict_on_every_row(found["rows"], found["reasons"], warnings)
    return replace(look, verdict=replace(verdict, fix=look.verdict.fix))


def is_made(row: Import) -> bool:
    """Whether the verdict for the choices that are kept is there."""
    return _kept(row, drafts.Draft.of(row).options) is not None


def make(import_id: int) -> None:
    """Judge the file of an import as its draft says; again is fine. One that is gone, or not here, has no verdict."""
    row = db.session.get(Import, import_id)
    if row is None or not row.sha256:
        return
    options = drafts.Draft.of(row).options
    if _kept(row, options) is not None:
        return
    found = _judge(row.storage_key, options)
    if found is not None:
        queue.connection().set(_key(row, options), json.dumps(found), ex=KEPT_SECONDS)


def _judge(storage_key: str, options: importer.Options) -> dict[str, Any] | None:
    try:
        with uploads.storage().open(storage_key) as file:
            raw = db.session.connection().connection.driver_connection
            seen = importer.look(file, options, connection=raw, every_row=True)
    except FileNotFoundError:
        return None
    return {"rows": seen.verdict.rows, "reasons": seen.verdict.reasons, "problem": seen.problem}


def _kept(row: Import, options: importer.Options) -> dict[str, Any] | None:
    try:
        found = queue.connection().get(_key(row, options))
    except RedisError:
        return None
    return None if found is None else json.loads(found)


def _key(row: Import, options: importer.Options) -> str:
    chosen = json.dumps([row.sha256, options.to_json()], sort_keys=True)
    return f"catalog:verdict:{row.id}:{hashlib.sha256(chosen.encode()).hexdigest()[:32]}"
