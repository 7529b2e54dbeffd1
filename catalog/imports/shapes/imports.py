"""An import as JSON, and the lines of its log."""

from marshmallow import Schema, fields

from catalog.imports import reviews
from catalog.imports.report import summary, wording
from catalog.imports.run import archive
from catalog.imports.shapes.outcome import FileWarning, Question, Seconds, Stop


class Import(Schema):
    """One file on its way in. rows = created + updated + unchanged + deleted + skipped + duplicates + rejected + blank."""

    id = fields.Integer()
    state = fields.String(metadata={"example": "completed"})
    phase = fields.String()
    percent = fields.Float()
    filename = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    source = fields.String()
    options = fields.Dict()
    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    deleted = fields.Integer()
    skipped = fields.Integer()
    duplicates = fields.Integer()
    rejected = fields.Integer()
    blank = fields.Integer()
    deactivated = fields.Integer(metadata={"description": "By a sync, not being in the file; not in the sum."})
    removed = fields.Integer(metadata={"description": "By a sync, not being in the file; not in the sum."})
    reasons = fields.Function(
        lambda row: reviews.Review.of(row).reasons if row.state == "review" else [],
        metadata={"description": "Why it waits in review.", "type": "array", "items": {"type": "string"}},
    )
    seconds = Seconds(attribute="queued_at", metadata={"description": "From the queue to the end."})
    timings = fields.Dict(metadata={"description": "Seconds of each phase."})
    understood = fields.Dict(metadata={"description": "Encoding, delimiter, numbers ... as they were taken."})
    columns = fields.Function(
        summary.columns,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Field -> what the file calls its column.",
        },
    )
    meanings = fields.Dict(
        attribute="columns", dump_only=True, metadata={"description": "What each column of the file was taken for."}
    )
    email = fields.String(
        attribute="user.email",
        dump_default=None,
        allow_none=True,
        metadata={"description": "Who; null: no user, `source` says how it came."},
    )
    outcome = fields.Function(
        summary.outcome_of,
        metadata={
            "type": ["string", "null"],
            "enum": [*wording.OUTCOMES, None],
            "description": "How far its rows were taken; null while none was decided.",
        },
    )
    warnings = fields.List(
        fields.Nested(FileWarning), metadata={"description": "What looks wrong in rows that were taken."}
    )
    questions = fields.List(
        fields.Nested(Question), metadata={"description": "What is to be answered before it can be read."}
    )
    stopped = fields.List(
        fields.Nested(Stop), metadata={"description": "Why it waits in review, failed or was cancelled."}
    )
    rerun = fields.Dict(
        attribute="reran",
        allow_none=True,
        metadata={"description": "What the last run of corrected rows came to: rows, taken, rejected, codes."},
    )
    error = fields.String(allow_none=True)
    cures = fields.List(
        fields.String,
        metadata={"description": "Choices that would let the file in, by their names here: send one with a retry."},
    )
    same_as = fields.Integer(
        attribute="same_as_id", allow_none=True, metadata={"description": "An earlier import of the very same file."}
    )
    batch = fields.Function(
        lambda row: [one.id for one in archive.siblings(row)],
        metadata={
            "type": "array",
            "items": {"type": "integer"},
            "description": "All imports of the archive that it came in, itself among them; empty if it came alone.",
        },
    )
    pruned_at = fields.DateTime(format="iso", allow_none=True, metadata={"description": "When the stored file went."})
    change_set_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")
    started_at = fields.DateTime(format="iso", allow_none=True)
    finished_at = fields.DateTime(format="iso", allow_none=True)


class LogLine(Schema):
    """A line of the log of a run."""

    at = fields.DateTime(format="iso")
    words = fields.String()
