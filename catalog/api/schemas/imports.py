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
    map = fields.List(
        Text(),
        load_default=list,
        metadata={"description": "FIELD=COLUMN, where the names differ; repeated."},
    )
    upload = Text(
        load_default="",
        metadata={"description": "Instead of a file: the id of a finished upload."},
    )


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
    seconds = Seconds(
        attribute="queued_at",
        metadata={"description": "From the queue to the end."},
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
