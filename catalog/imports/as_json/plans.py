"""The lines of a plan as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog import importer


class Cell(fields.Field[Any]):
    """A value of a product: text, a price as text, a boolean, or null."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return importer.plain(value)


class PlanCell(Schema):
    """One field or attribute, before and after."""

    field = fields.String()
    old = Cell(allow_none=True)
    new = Cell(allow_none=True)
    now = Cell(allow_none=True, metadata={"description": "With a conflict: the value in the catalog now."})


class PlanLine(Schema):
    """What the plan does with one product."""

    n = fields.Integer(metadata={"description": "The number of this line."})
    action = fields.String(validate=validate.OneOf(importer.ACTIONS))
    line = fields.Integer(
        allow_none=True, metadata={"description": "Line of the file; null: the product is not in the file."}
    )
    member = fields.String(metadata={"description": "File of a joined archive that contains the line."})
    product_id = fields.Integer(allow_none=True)
    sku = fields.String()
    name = fields.String()
    conflict = fields.Boolean(metadata={"description": "The product has changed since the plan was made."})
    cells = fields.List(fields.Nested(PlanCell))
    overwritten_by = fields.Integer(
        allow_none=True, metadata={"description": "With a duplicate: the line of the file that wins."}
    )
    overwritten_in = fields.String(metadata={"description": "File of a joined archive that contains that line."})
