"""Bulk jobs: their requests, and their progress."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.importer import DECLARED
from catalog.web.api.frame.schema_fields import Body, Number, Text, next_cursor
from catalog.web.api.products.product_schemas import ProductFilter, given

LARGEST_ID = 2**63 - 1


class Attribute(Body):
    """An attribute; an empty value removes it."""

    key = Text(required=True)
    value = Text(required=True)


_Settable: Any = Body.from_dict({field.name: given(field) for field in DECLARED if field.can_be_set})


class BulkValues(_Settable):
    """The one field that is set."""

    attribute = fields.Nested(Attribute)


class NewBulkJob(Body):
    """An action and its products: `ids`, or all that match `filter`."""

    action = fields.String(required=True, validate=validate.OneOf(["set", "delete"]))
    ids = fields.List(Number(validate=validate.Range(1, LARGEST_ID)), validate=validate.Length(1))
    filter = fields.Nested(ProductFilter)
    values = fields.Nested(BulkValues)


class BulkJob(Schema):
    """A change of many products. total = created + updated + deleted + unchanged + skipped."""

    id = fields.Integer()
    kind = fields.String()
    state = fields.String()
    percent = fields.Float()
    total = fields.Integer()
    done = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    unchanged = fields.Integer()
    skipped = fields.Integer()
    error = fields.String(allow_none=True)
    undoes_id = fields.Integer(allow_none=True)
    change_set_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime(format="iso")
    finished_at = fields.DateTime(format="iso", allow_none=True)


class BulkJobPage(Schema):
    """Some jobs, the newest first."""

    jobs = fields.List(fields.Nested(BulkJob), attribute="rows")
    next_cursor = next_cursor()
