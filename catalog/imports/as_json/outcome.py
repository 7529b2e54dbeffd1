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
    """One example of a warning."""

    line = fields.Integer(allow_none=True)
    member = fields.String(metadata={"description": "File of a joined archive that contains the line."})
    column = fields.String()
    value = fields.String()


class FileWarning(Schema):
    """One kind of warning, the number of cells or rows, and the first examples."""

    kind = fields.String(attribute="code", metadata={"example": "lost_zeros"})
    code = fields.String(dump_only=True, metadata={"description": "The same as `kind`."})
    count = fields.Integer()
    message = fields.Function(
        lambda one: importer.warning_words(get_value(one, "code"), get_value(one, "count")),
        metadata={"type": "string", "description": "What it means."},
    )
    examples = fields.List(fields.Nested(WarningExample))


class Question(Schema):
    """A question about the file. To answer, send /retry with `option` set to one of `choices`.

    For the option `columns`, send `map`: the choice `sku=EAN` is `{"map": {"sku": "EAN"}}`.
    """

    kind = fields.String(metadata={"example": "encoding"})
    field = fields.String(metadata={"description": "Field of a product; empty: the question is about the whole file."})
    message = fields.String()
    choices = fields.List(fields.String())
    option = fields.String(metadata={"example": "encoding"})
    combined = fields.List(
        fields.String(),
        metadata={
            "description": "Columns that may be joined to `field` instead, with `joined` of `mapping`: brand and model."
        },
    )


class Stop(Schema):
    """Why an import waits in review, failed or was cancelled."""

    kind = fields.String(metadata={"example": "rejected"})
    message = fields.String()
    examples = fields.List(fields.Dict())
