"""Imports: a file with its choices, and lists of imports."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from catalog.imports import fair_order, import_json
from catalog.web.api.frame.schema_fields import Body, Text, next_cursor
from catalog.web.api.imports.schemas.choices import in_form


class ImportForm(Body):
    """The choices of an import, beside its file."""

    class Meta(Body.Meta):
        include = in_form()

    if_same = fields.String(
        load_default="import",
        validate=validate.OneOf(["import", "reject", "refuse"]),
        metadata={
            "description": "What to do if exactly this file was imported before. reject: the response is 409,"
            " same_file. refuse: the old name of reject, for one release."
        },
    )
    priority = fields.String(
        load_default="normal",
        validate=validate.OneOf(fair_order.PRIORITIES),
        metadata={
            "description": "Imports of a higher priority start first."
            " Among imports of one priority, users and suppliers take turns."
        },
    )
    upload = Text(load_default="", metadata={"description": "Instead of a file: the id of a finished upload."})


class ImportChange(Body):
    """What can be changed of an import that has not ended."""

    priority = fields.String(required=True, validate=validate.OneOf(fair_order.PRIORITIES))


class ImportUpload(ImportForm):
    """A file, or an upload, and what to do with it."""

    file = Upload()


class ImportPage(Schema):
    """Some imports, newest first."""

    imports = fields.List(fields.Nested(import_json.Import))
    next_cursor = next_cursor()
