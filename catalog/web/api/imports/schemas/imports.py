"""Imports: what a file comes with, how it goes, what is understood of it."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from catalog import importer
from catalog.imports import reviews
from catalog.imports.report import summary, wording
from catalog.imports.run import archive
from catalog.web.api.frame.fields import Body, Text, next_cursor
from catalog.web.api.imports.schemas.outcome import FileWarning, Question, Seconds, Stop


class ImportForm(Body):
    """The choices of an import, beside its file."""

    mode = fields.String(
        load_default="upsert",
        validate=validate.OneOf(importer.MODES),
        metadata={
            "description": "What rows may do: all, only make new products, only change known ones, remove the listed, or be all that stays (sync)."
        },
    )
    active = fields.String(
        load_default="true",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "What a new product is when the file does not say."},
    )
    absent = fields.String(
        load_default="deactivate",
        validate=validate.OneOf(["deactivate", "delete"]),
        metadata={"description": "What a sync does to products not in the file."},
    )
    review = fields.String(
        load_default="false",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "Stop after the plan, and wait for /apply."},
    )
    confirmed = fields.String(
        load_default="false",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "Do not stop because much would change."},
    )
    blank = fields.List(
        Text(),
        load_default=list,
        metadata={
            "description": "What an empty cell does: clear (the default), keep, or COLUMN=keep for one column; repeated."
        },
    )
    extra = fields.String(load_default="keep", validate=validate.OneOf(["keep", "drop"]))
    delimiter = Text(load_default="", metadata={"description": "One character; recognised if it is not given."})
    max_errors = Text(
        load_default="",
        validate=validate.Regexp(f"^{importer.POLICY}$", error="Not a number such as 100, nor a share such as 2%."),
        metadata={"description": "Rejected rows that are allowed: 100 or 2%; 0 is all or nothing; empty any number."},
    )
    if_same = fields.String(
        load_default="import",
        validate=validate.OneOf(["import", "refuse"]),
        metadata={"description": "What to do if the very same file was imported before: refuse is a 409, same_file."},
    )
    mapping = Text(
        load_default="",
        metadata={
            "description": "What becomes of columns, as a JSON object with columns, attributes, joined, constants, transforms, "
            "numbers: see Importing files in the documentation."
        },
    )
    profile = Text(load_default="", metadata={"description": "The name of a profile; other choices overrule it."})
    map = fields.List(
        Text(), load_default=list, metadata={"description": "FIELD=COLUMN, where the names differ; repeated."}
    )
    encoding = Text(load_default="", metadata={"description": "utf-8, cp1252 and the like; recognised otherwise."})
    header = fields.String(
        load_default="true",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "false: no line names the columns."},
    )
    skip = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "Lines above the header; recognised otherwise."},
    )
    numbers = fields.String(
        load_default="",
        validate=validate.OneOf(["", *importer.NUMBERS]),
        metadata={"description": "How prices are written; recognised otherwise."},
    )
    sheet = Text(load_default="", metadata={"description": "Of a workbook by name or number, of a ZIP by name."})
    members = fields.String(
        load_default="",
        validate=validate.OneOf(["", *importer.MEMBERS]),
        metadata={
            "description": "Tables of a ZIP: each an import of its own, or joined to one. Needed where it has several."
        },
    )
    upload = Text(load_default="", metadata={"description": "Instead of a file: the id of a finished upload."})


class ImportUpload(ImportForm):
    """A file, or an upload, and what to do with it."""

    file = Upload()


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


class ImportPage(Schema):
    """Some imports, newest first."""

    imports = fields.List(fields.Nested(Import))
    next_cursor = next_cursor()
