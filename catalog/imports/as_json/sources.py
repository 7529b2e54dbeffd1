"""Sources and their runs as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.imports.as_json.choices import Choices
from catalog.imports.sources import registry, results
from catalog.models import OUTCOMES, PAUSES


class Source(Schema):
    """A source; its URL is shown without secrets."""

    id = fields.Integer()
    name = fields.String()
    shown_url = fields.String()
    schedule = fields.String()
    time_zone = fields.String()
    enabled = fields.Boolean()
    owner = fields.String(metadata={"description": "User that the source runs as; empty: the command line."})
    paused_reason = fields.String(
        allow_none=True,
        validate=validate.OneOf(PAUSES),
        metadata={"description": "Why the owner may not import now."},
    )
    why_paused = fields.Function(
        registry.why_paused,
        metadata={
            "type": "string",
            "description": "The same in words, and what to do; empty while the source may run.",
        },
    )
    options = Choices()
    next_run_at = fields.DateTime(format="iso", allow_none=True)
    wanted_at = fields.DateTime(format="iso", allow_none=True)
    retry_at = fields.DateTime(format="iso", allow_none=True)
    last_import_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")


class SourceRun(Schema):
    """One run of a source; `unchanged`: it is the file that was imported last."""

    id = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    by_hand = fields.Boolean()
    started_at = fields.DateTime(format="iso")
    finished_at = fields.DateTime(format="iso", allow_none=True)
    bytes: Any = fields.Integer()
    import_id = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    result = fields.Function(
        lambda run: results.of_runs([run])[run.id],
        metadata={
            "type": "string",
            "enum": [*results.WORDS],
            "description": "Result of the run, including its import.",
        },
    )
    warnings = fields.Function(
        lambda run: results.warnings([run])[run.id],
        metadata={
            "type": "array",
            "items": {"type": "object"},
            "description": "Warnings of its import: kind, count, message, examples.",
        },
    )
    waits_since = fields.Function(
        lambda run: (at := results.waits_since(run)) and at.isoformat(),
        metadata={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "While it runs: the time since which the server has sent nothing.",
        },
    )
    try_number = fields.Integer()
    retry_at = fields.DateTime(
        format="iso", allow_none=True, metadata={"description": "When a failed run is tried again."}
    )
