"""What is said about an import: warnings, questions, why it stopped."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.utils import get_value

from catalog import importer
from catalog.imports import control


class Seconds(fields.Float):
    """How long an import took."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> float:
        return control.seconds(obj)


class WarningExample(Schema):
    """One place that a warning is about."""

    line = fields.Integer(allow_none=True)
    member = fields.String(metadata={"description": "File of a joined archive that contains the line."})
    column = fields.String()
    value = fields.String()


class FileWarning(Schema):
    """One kind of doubt about a file, in how many cells or rows, and the first of them."""

    kind = fields.String(attribute="code", metadata={"example": "lost_zeros"})
    code = fields.String(dump_only=True, metadata={"description": "The same as `kind`."})
    count = fields.Integer()
    message = fields.Function(
        lambda one: importer.warning_words(get_value(one, "code"), get_value(one, "count")),
        metadata={"type": "string", "description": "What it means."},
    )
    examples = fields.List(fields.Nested(WarningExample))


class Question(Schema):
    """What a person has to say before the file can be read: /retry with `option` set to one of `choices`."""

    kind = fields.String(metadata={"example": "encoding"})
    field = fields.String(metadata={"description": "Field of a product; empty: the question is about the whole file."})
    message = fields.String()
    choices = fields.List(fields.String())
    option = fields.String(metadata={"example": "encoding"})


class Stop(Schema):
    """Why an import waits in review, failed or was cancelled."""

    kind = fields.String(metadata={"example": "rejected"})
    message = fields.String()
    examples = fields.List(fields.Dict())
