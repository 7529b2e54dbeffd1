"""A ZIP archive of several tables, each its own import: the worker creates these imports in one transaction.

The first table stays with the import that was asked for; the others follow it in the order of the archive, each with a
stored file of its own (the same bytes, which storage keeps once), so that each of them can be run again, pruned or
undone by itself.
"""

import json
from typing import Any

from sqlalchemy import Connection, select, text

from catalog import importer
from catalog.imports.intake import receive, uploads
from catalog.models import Import, db
from catalog.runtime import Lease, queue

FIRST = text("""
UPDATE imports SET filename = :filename, options = CAST(:options AS jsonb), same_as_id = :same_as_id, first_id = id
WHERE id = :id
""")
OTHER = text("""
INSERT INTO imports (
    filename, storage_key, sha256, size, options, source, user_id, priority, supplier, same_as_id, first_id
)
SELECT
    :filename, :key, sha256, size, CAST(:options AS jsonb), source, user_id, priority, supplier, :same_as_id, id
FROM imports WHERE id = :id
RETURNING id
""")


def split(lease: Lease[Any]) -> tuple[str, importer.Options]:
    """Make each table of an import's archive an import; returns name and options of the first, the lease's own one.

    Raises importer.Rejected, FileNotFoundError, LeaseLost.
    """
    row = db.session.get_one(Import, lease.id, populate_existing=True)
    key, filename = row.storage_key, row.filename
    options = importer.Options.from_json(row.options)
    with uploads.storage().open(key) as file:
        found = importer.split(file, options)
    names = [receive.readable(f"{filename}: {name}") for name in found]
    same = [receive.same(row.sha256, name) for name in found]
    db.session.remove()
    if not found:
        return filename, options
    values = [
        {
            "id": lease.id,
            "filename": name,
            "options": json.dumps(chosen.to_json()),
            "same_as_id": before.id if before else None,
        }
        for name, chosen, before in zip(names, found.values(), same, strict=True)
    ]
    for made in _make(lease, key, values):
        queue.enqueue(queue.IMPORTS, "run_import", made)
    lease.ring()
    return names[0], next(iter(found.values()))


def siblings(row: Import) -> list[Import]:
    """All imports of the archive of an import, itself included, in order; empty if it was not in an archive."""
    if row.first_id is None:
        return []
    query = select(Import).where(Import.first_id == row.first_id)
    return list(db.session.scalars(query.order_by(Import.id)))


def _make(lease: Lease[Any], key: str, values: list[dict[str, Any]]) -> list[int]:
    """Create the imports; returns the ids of the new ones."""
    keys: list[str] = []
    try:
        with lease.fenced() as connection:
            connection.execute(FIRST, values[0])
            return [_other(connection, key, keys, one) for one in values[1:]]
    except Exception:
        for made in keys:  # no row knows these files
            uploads.storage().delete(made)
        raise


def _other(connection: Connection, key: str, keys: list[str], values: dict[str, Any]) -> int:
    keys.append(uploads.storage().copy(key))
    made: int = connection.execute(OTHER, values | {"key": keys[-1]}).scalar_one()
    return made
