"""Reviews: the plan of an import, and what is decided about it."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog import importer
from catalog.imports import reviews
from catalog.web.api.frame.fields import Choices, PageQuery, Text, next_cursor


class Cell(fields.Field[Any]):
    """A value of a product: text, a price as text, a boolean, or null."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return importer.plain(value)


class PlanQuery(PageQuery):
    """Which part of a plan."""

    q = Text(load_default="", metadata={"description": "Words in SKU or name."})
    action = fields.List(
        fields.String(validate=validate.OneOf(importer.ACTIONS)),
        load_default=list,
        metadata={"description": "What is done; repeated. Default: all that changes something."},
    )
    field = fields.String(
        load_default="",
        validate=validate.OneOf(["", *importer.COLUMNS]),
        metadata={"description": "A field that changes."},
    )
    conflicts = fields.Boolean(
        load_default=False, metadata={"description": "Only products that changed since the plan."}
    )


class PlanCell(Schema):
    """One field or attribute, before and after."""

    field = fields.String()
    old = Cell(allow_none=True)
    new = Cell(allow_none=True)
    now = Cell(allow_none=True, metadata={"description": "Of a conflict: as it is in the catalog now."})


class PlanLine(Schema):
    """What the plan does with one product."""

    n = fields.Integer(metadata={"description": "The number of this line."})
    action = fields.String(validate=validate.OneOf(importer.ACTIONS))
    line = fields.Integer(allow_none=True, metadata={"description": "null: it is not in the file."})
    member = fields.String(metadata={"description": "File of a joined archive that the line is in."})
    product_id = fields.Integer(allow_none=True)
    sku = fields.String()
    name = fields.String()
    conflict = fields.Boolean(metadata={"description": "It was changed since the plan was made."})
    cells = fields.List(fields.Nested(PlanCell))
    overwritten_by = fields.Integer(
        allow_none=True, metadata={"description": "Of a duplicate: the line of the file that wins."}
    )
    overwritten_in = fields.String(metadata={"description": "File of a joined archive that has that line."})


class PlanPage(Schema):
    """A part of the plan, in its order."""

    lines = fields.List(fields.Nested(PlanLine), attribute="rows")
    next_cursor = next_cursor()


class Decision(Choices):
    """Carry the plan out."""

    conflicts = fields.String(
        load_default="",
        validate=validate.OneOf(["", *reviews.CHOICES]),
        metadata={
            "description": "What becomes of products that changed since: skip, overwrite, or plan everything again."
        },
    )
    each = fields.Dict(
        keys=fields.Integer(validate=validate.Range(1, 2**31 - 1)),
        values=fields.String(validate=validate.OneOf([reviews.SKIP, reviews.OVERWRITE])),
        load_default=dict,
        metadata={"description": "The same for single products, by the `n` of their lines: skip or overwrite."},
    )
