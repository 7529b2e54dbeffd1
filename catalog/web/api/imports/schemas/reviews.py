"""Reviews: the plan of an import, and the decision about it."""

from marshmallow import Schema, fields, validate

from catalog import importer
from catalog.imports import plan_json, reviews
from catalog.web.api.frame.schema_fields import Choices, PageQuery, Text, next_cursor


class PlanQuery(PageQuery):
    """A page of a plan, and filters."""

    q = Text(load_default="", metadata={"description": "Text in SKU or name."})
    action = fields.List(
        fields.String(validate=validate.OneOf(importer.ACTIONS)),
        load_default=list,
        metadata={"description": "Actions to list; may be repeated. Default: all that change something."},
    )
    field = fields.String(
        load_default="",
        validate=validate.OneOf(["", *importer.COLUMNS]),
        metadata={"description": "Only products in which this field changes."},
    )
    conflicts = fields.Boolean(
        load_default=False, metadata={"description": "Only conflicts: products that changed since the plan."}
    )


class PlanPage(Schema):
    """A part of the plan, in its order."""

    lines = fields.List(fields.Nested(plan_json.PlanLine), attribute="rows")
    next_cursor = next_cursor()


class Decision(Choices):
    """What to do with conflicts."""

    conflicts = fields.String(
        load_default="",
        validate=validate.OneOf(["", *reviews.CHOICES]),
        metadata={
            "description": "What to do with products that changed since the plan: skip them, overwrite them,"
            " or plan everything again."
        },
    )
    each = fields.Dict(
        keys=fields.Integer(validate=validate.Range(1, 2**31 - 1)),
        values=fields.String(validate=validate.OneOf([reviews.SKIP, reviews.OVERWRITE])),
        load_default=dict,
        metadata={"description": "The same for single products: the `n` of a line -> skip or overwrite."},
    )
