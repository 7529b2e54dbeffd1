"""Past imports: the query of the list, and the log of an import."""

from marshmallow import Schema, fields, validate

from catalog.imports import import_json, past, wording
from catalog.web.api.frame.schema_fields import PageQuery, Text


class ImportQuery(PageQuery):
    """A page of imports that match all given conditions."""

    q = Text(
        load_default="",
        metadata={
            "description": "Text in the file name or the user's email address, the beginning of a sha256, or an id."
        },
    )
    state = fields.String(load_default="", validate=validate.OneOf(["", *past.STATES]))
    outcome = fields.String(load_default="", validate=validate.OneOf(["", *wording.OUTCOMES]))
    mode = fields.String(load_default="", validate=validate.OneOf(["", *past.MODES]))
    who = Text(load_default="", metadata={"description": "Text in the user's email address."})
    since = fields.Date(load_default=None, metadata={"description": "A date (UTC)."})
    until = fields.Date(load_default=None, metadata={"description": "A date (UTC). This day is included."})


class ImportLog(Schema):
    """The log of an import, oldest line first."""

    lines = fields.List(fields.Nested(import_json.LogLine))
