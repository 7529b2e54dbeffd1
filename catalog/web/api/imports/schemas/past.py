"""The past of imports: what is looked for, and the log of a run."""

from marshmallow import Schema, fields, validate

from catalog.imports import past
from catalog.imports.report import wording
from catalog.imports.shapes.imports import LogLine
from catalog.web.api.frame.fields import PageQuery, Text


class ImportQuery(PageQuery):
    """A page of imports; all of what is named must hold."""

    q = Text(
        load_default="",
        metadata={"description": "In the file's name or the person's address; the beginning of a sha256; an id."},
    )
    state = fields.String(load_default="", validate=validate.OneOf(["", *past.STATES]))
    outcome = fields.String(load_default="", validate=validate.OneOf(["", *wording.OUTCOMES]))
    mode = fields.String(load_default="", validate=validate.OneOf(["", *past.MODES]))
    who = Text(load_default="", metadata={"description": "In the person's address."})
    since = fields.Date(load_default=None, metadata={"description": "A day, UTC."})
    until = fields.Date(load_default=None, metadata={"description": "Included."})


class ImportLog(Schema):
    """What happened to an import, in its order."""

    lines = fields.List(fields.Nested(LogLine))
