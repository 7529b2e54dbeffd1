"""The choices of an import in requests of the API, and the look at a file with these choices."""

import io
from typing import Any, BinaryIO

from catalog import importer
from catalog.imports import bundles, import_templates
from catalog.models import db

SLICE_BYTES = 1024**2  # a file of at least this size is the beginning of a longer one
FORM = frozenset((*importer.CHOICES, "map", "mapping", "template", "profile"))
"""The names of the choices in a request."""


def options(form: dict[str, Any]) -> importer.Options:
    """The choices of a form: those of its template, overridden by the given ones. Empty fields are ignored.

    Raises importer.BadChoice.
    """
    given = {name: value for name, value in taken(form).items() if value or name == "max_errors"}
    return again(given)


def taken(given: dict[str, Any]) -> dict[str, Any]:
    """Remove the choices from a request, and return them."""
    found = {name: given.pop(name) for name in FORM if name in given}
    if old := found.pop("profile", ""):
        found.setdefault("template", old)
    return found


def again(given: dict[str, Any], stored: dict[str, Any] | None = None) -> importer.Options:
    """The stored choices, or those of a template, overridden by the given ones. Raises importer.BadChoice."""
    return import_templates.chosen(given, stored)


def looked_at_slice(data: bytes, wanted: importer.Options) -> dict[str, Any]:
    """Look at the beginning of a file, or of the file in a replay bundle."""
    if replay := bundles.read(io.BytesIO(data)):
        data = bundles.beginning(io.BytesIO(data), replay, SLICE_BYTES)
        wanted = replay.options
    return looked(io.BytesIO(data), wanted, whole=len(data) < SLICE_BYTES)


def looked(file: BinaryIO, wanted: importer.Options, *, whole: bool) -> dict[str, Any]:
    """Look at a file, or at its beginning. Returns the JSON of the response."""
    connection = db.session.connection().connection.driver_connection
    look = importer.look(file, wanted, whole=whole, connection=connection)
    template = import_templates.offered(look.names) if look.names else None
    return {
        "verdict": look.verdict.to_json(),
        "problem": look.problem or None,
        "cures": look.cures,
        "certain": look.certain,
        "candidates": look.candidates,
        "understood": look.understood.to_json() if look.understood else None,
        "columns": look.columns.called() if look.columns else {},
        "meanings": look.columns.meaning() if look.columns else {},
        "questions": importer.questions_to_json(look.questions),
        "names": look.names,
        "facts": [column.to_json() for column in look.facts],
        "rows": look.rows,
        "stored": [row.to_json() for row in look.stored],
        "looked_at": look.looked_at,
        "rejected": look.rejected,
        "rejections": look.rejections,
        "refused": look.rejected,
        "refusals": look.rejections,
        "warnings": look.warnings,
        "members": look.members,
        "template": template.name if template else None,
        "profile": template.name if template else None,
    }
