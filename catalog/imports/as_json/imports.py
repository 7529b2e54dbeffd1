"""An import as JSON, and the lines of its log."""

from marshmallow import Schema, fields

from catalog.imports import reviews
from catalog.imports.as_json.choices import Choices
from catalog.imports.as_json.outcome import FileWarning, Question, Seconds, Stop
from catalog.imports.report import summary, wording
from catalog.imports.run import archive
from catalog.imports.waiting import forecast
from catalog.imports.waiting.order import PRIORITIES


class Import(Schema):
    """One file imported. rows = created + updated + unchanged + deleted + skipped + duplicates + rejected + blank."""

    id = fields.Integer()
    state = fields.String(metadata={"example": "completed"})
    phase = fields.String()
    percent = fields.Float()
    filename = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    source = fields.String()
    priority = fields.String(
        metadata={"enum": [*PRIORITIES], "description": "Imports of a higher priority start first."}
    )
    queue_place = fields.Function(
        lambda row: getattr(forecast.of(row), "number", None),
        metadata={
            "type": ["integer", "null"],
            "description": "Its place among the imports that wait for a worker: 1 is the next. null: it does not wait.",
        },
    )
    starts_in = fields.Function(
        lambda row: getattr(forecast.of(row), "seconds", None),
        metadata={
            "type": ["number", "null"],
            "description": "Seconds until it is expected to start, by the time that recent imports took;"
            " null: not known.",
        },
    )
    options = Choices()
    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    deleted = fields.Integer()
    skipped = fields.Integer()
    duplicates = fields.Integer()
    rejected = fields.Integer()
    blank = fields.Integer()
    deactivated = fields.Integer(
        metadata={
            "description": "Products that a sync deactivated because they are not in the file; not part of the sum."
        }
    )
    removed = fields.Integer(
        metadata={"description": "Products that a sync deleted because they are not in the file; not part of the sum."}
    )
    reasons = fields.Function(
        lambda row: reviews.Review.of(row).reasons if row.state == "review" else [],
        metadata={"description": "Why it waits in review.", "type": "array", "items": {"type": "string"}},
    )
    seconds = Seconds(attribute="queued_at", metadata={"description": "Seconds from the queue to the end."})
    timings = fields.Dict(metadata={"description": "Seconds of each phase."})
    understood = fields.Dict(
        metadata={"description": "Encoding, delimiter, number format and so on, as the file was read."}
    )
    columns = fields.Function(
        summary.columns,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Field -> name of its column in the file.",
        },
    )
    meanings = fields.Dict(
        attribute="columns", dump_only=True, metadata={"description": "What each column of the file was imported as."}
    )
    email = fields.String(
        attribute="user.email",
        dump_default=None,
        allow_none=True,
        metadata={"description": "Email address of the user; null: no user, see `source`."},
    )
    outcome = fields.Function(
        summary.outcome_of,
        metadata={
            "type": ["string", "null"],
            "enum": [*wording.OUTCOMES, None],
            "description": "Whether all, part or none of its rows were imported; null until that is known.",
        },
    )
    warnings = fields.List(
        fields.Nested(FileWarning), metadata={"description": "What looks wrong in rows that were imported."}
    )
    questions = fields.List(
        fields.Nested(Question),
        metadata={"description": "Questions that must be answered before the file can be read."},
    )
    stopped = fields.List(
        fields.Nested(Stop), metadata={"description": "Why it waits in review, failed or was cancelled."}
    )
    rerun = fields.Dict(
        attribute="reran",
        allow_none=True,
        metadata={"description": "Result of the last run of corrected rows: rows, taken, left_out, rejected, codes."},
    )
    error = fields.String(allow_none=True)
    cures = fields.List(
        fields.String,
        metadata={
            "description": "Names of choices with which the file can be read. Send one with a retry, `columns` as "
            "`map`; another `mode` needs a new import."
        },
    )
    same_as = fields.Integer(
        attribute="same_as_id", allow_none=True, metadata={"description": "An earlier import of exactly this file."}
    )
    batch = fields.Function(
        lambda row: [one.id for one in archive.siblings(row)],
        metadata={
            "type": "array",
            "items": {"type": "integer"},
            "description": "All imports of the same archive, including this one;"
            " empty if the file was not in an archive.",
        },
    )
    pruned_at = fields.DateTime(
        format="iso", allow_none=True, metadata={"description": "When the stored file was deleted."}
    )
    change_set_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")
    started_at = fields.DateTime(format="iso", allow_none=True)
    finished_at = fields.DateTime(format="iso", allow_none=True)


class LogLine(Schema):
    """A line of the log of a run."""

    at = fields.DateTime(format="iso")
    words = fields.String()
