"""Imports: what a file comes with, how it goes, which rows were refused."""

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from catalog import imports
from catalog.api.schemas.base import Body, Text, next_cursor


class Seconds(fields.Float):
    """How long an import took."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> float:
        return imports.seconds(obj)


class ImportForm(Body):
    """The choices of an import, beside its file."""

    active = fields.String(
        load_default="true",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "What a new product is when the file does not say."},
    )
    blank = fields.String(
        load_default="clear", validate=validate.OneOf(["clear", "keep"])
    )
    extra = fields.String(
        load_default="keep", validate=validate.OneOf(["keep", "drop"])
    )
    delimiter = Text(
        load_default="",
        metadata={"description": "One character; recognised if it is not given."},
    )
    encoding = Text(
        load_default="",
        metadata={"description": "utf-8, cp1252 ...; recognised if it is not given."},
    )
    header = fields.String(
        load_default="yes",
        validate=validate.OneOf(["yes", "no"]),
        metadata={"description": "Whether a line names the columns."},
    )
    skip = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 1000),
        metadata={"description": "Lines above; recognised if it is not given."},
    )
    sheet = Text(
        load_default="",
        metadata={"description": "Sheet of a workbook, or file of an archive."},
    )
    mapping = Text(
        load_default="",
        metadata={
            "description": "What becomes of columns, as a JSON object with columns, attributes, joined, constants, transforms, "
            "numbers: see Importing files in the documentation."
        },
    )
    profile = Text(
        load_default="",
        metadata={"description": "The name of a profile; other choices overrule it."},
    )
    map = fields.List(
        Text(),
        load_default=list,
        metadata={"description": "FIELD=COLUMN, where the names differ; repeated."},
    )


class ImportUpload(ImportForm):
    """A file and what to do with it."""

    file = Upload(required=True)


class WarningExample(Schema):
    """One place that a warning is about."""

    line = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()


class FileWarning(Schema):
    """One kind of doubt about a file, in how many cells or rows, and the first of them."""

    code = fields.String(metadata={"example": "lost_zeros"})
    count = fields.Integer()
    examples = fields.List(fields.Nested(WarningExample))


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
    seconds = Seconds(
        attribute="queued_at",
        metadata={"description": "From the queue to the end."},
    )
    understood = fields.Dict(
        metadata={"description": "Encoding, delimiter, numbers ... as they were taken."}
    )
    columns = fields.Dict(
        metadata={"description": "What each column of the file was taken for."}
    )
    warnings = fields.List(
        fields.Nested(FileWarning),
        metadata={"description": "What looks wrong in rows that were taken."},
    )
    error = fields.String(allow_none=True)
    change_set_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")
    started_at = fields.DateTime(format="iso", allow_none=True)
    finished_at = fields.DateTime(format="iso", allow_none=True)


class ImportPage(Schema):
    """Some imports, newest first."""

    imports = fields.List(fields.Nested(Import))
    next_cursor = next_cursor()


class RowError(Schema):
    """A refused row and its reason."""

    line = fields.Integer()
    row = fields.Integer()
    column = fields.String(allow_none=True)
    code = fields.String()
    value = fields.String(allow_none=True)
    message = fields.String()


class RowErrorPage(Schema):
    """Some refused rows in the order of the file."""

    errors = fields.List(fields.Nested(RowError))
    next_cursor = next_cursor()


class Look(Schema):
    """What would be understood of a file, and what is wrong with that."""

    problem = fields.String(
        allow_none=True, metadata={"description": "Why it can't be imported like this."}
    )
    certain = fields.Boolean(metadata={"description": "There is nothing to ask."})
    candidates = fields.List(
        fields.String(), metadata={"description": "Encodings to choose from."}
    )
    understood = fields.Dict(allow_none=True)
    columns = fields.Dict(
        metadata={"description": "What each column would be taken for."}
    )
    names = fields.List(fields.String())
    rows = fields.List(fields.List(fields.String()))
    looked_at = fields.Integer(metadata={"description": "Rows of the beginning."})
    refused = fields.Integer(metadata={"description": "Of them."})
    refusals = fields.List(fields.Nested(RowError))
    warnings = fields.List(fields.Nested(FileWarning))
    profile = fields.String(
        allow_none=True,
        metadata={"description": "A profile that was saved for such a header."},
    )
