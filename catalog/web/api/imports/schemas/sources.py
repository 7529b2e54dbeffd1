"""Sources: files that are fetched from a URL."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.imports.sources import results
from catalog.models import OUTCOMES, PAUSES
from catalog.web.api.frame.fields import Flag, Text
from catalog.web.api.imports.schemas.reading import Rules


class SourceBody(Rules):
    """Where a file lies, when it is fetched, and what to do with it."""

    name = Text(validate=validate.Length(max=200))
    url = Text(
        validate=validate.Length(1, 2000), metadata={"description": "https; may hold user and password. Never shown."}
    )
    schedule = Text(
        validate=validate.Length(max=100),
        metadata={"description": "Cron text; empty: by hand.", "example": "0 6 * * *"},
    )
    time_zone = Text(validate=validate.Length(max=100), metadata={"example": "Europe/Berlin"})


class NewSource(SourceBody):
    """A source to be made."""

    url = Text(
        required=True,
        validate=validate.Length(1, 2000),
        metadata={"description": "https; may hold user and password. Never shown."},
    )


class SourcePatch(SourceBody):
    """What is to change."""

    enabled = Flag(metadata={"description": "false pauses the schedule."})


class Source(Schema):
    """A source; of its URL only what is no secret."""

    id = fields.Integer()
    name = fields.String()
    shown_url = fields.String()
    schedule = fields.String()
    time_zone = fields.String()
    enabled = fields.Boolean()
    owner = fields.String(metadata={"description": "In whose name it imports; empty: the command line."})
    paused_reason = fields.String(
        allow_none=True,
        validate=validate.OneOf(PAUSES),
        metadata={"description": "What became of an owner who may not import now."},
    )
    options = fields.Dict()
    next_run_at = fields.DateTime(format="iso", allow_none=True)
    wanted_at = fields.DateTime(format="iso", allow_none=True)
    retry_at = fields.DateTime(format="iso", allow_none=True)
    last_import_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")


class Sources(Schema):
    """All of them."""

    sources = fields.List(fields.Nested(Source))


class SourceRun(Schema):
    """One try to fetch a source; `unchanged` is the file that was imported last."""

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
        metadata={"type": "string", "enum": [*results.WORDS], "description": "What became of it, its import included."},
    )
    warnings = fields.Function(
        lambda run: results.warnings([run])[run.id],
        metadata={
            "type": "array",
            "items": {"type": "object"},
            "description": "Of its import: kind, count, message, examples.",
        },
    )
    waits_since = fields.Function(
        lambda run: (at := results.waits_since(run)) and at.isoformat(),
        metadata={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "While it runs: since when the server has sent nothing.",
        },
    )
    try_number = fields.Integer()
    retry_at = fields.DateTime(
        format="iso", allow_none=True, metadata={"description": "It failed, and is tried again then."}
    )


class SourceRuns(Schema):
    """The last runs, the latest first."""

    runs = fields.List(fields.Nested(SourceRun))
