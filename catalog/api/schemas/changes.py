"""The feed of changes, and change sets."""

from marshmallow import Schema, fields, validate

from catalog.api.schemas.base import Body, Text, limit, next_cursor


class FeedQuery(Body):
    """Where in the feed to go on."""

    after = Text(
        load_default="0-0",
        validate=validate.Regexp(
            "^[0-9]{1,9}-[0-9]{1,18}$", error="This is not a cursor of the feed."
        ),
        metadata={"description": "The cursor of the last change that you know."},
    )
    limit = limit()


class Change(Schema):
    """What a change set did to one product."""

    cursor = fields.String(metadata={"example": "17-4712"})
    change_set_id = fields.Integer()
    product_id = fields.Integer()
    sku = fields.String()
    action = fields.String(
        validate=validate.OneOf(["created", "updated", "deleted", "restored"])
    )
    version = fields.Integer(
        metadata={"description": "By now; of a deleted product its last."}
    )


class Feed(Schema):
    """Some changes in their order. Ask again with next_cursor; `more`: at once."""

    changes = fields.List(fields.Nested(Change))
    next_cursor = fields.String()
    more = fields.Boolean()


class ChangeSet(Schema):
    """One change of the catalog as people speak of it."""

    id = fields.Integer()
    kind = fields.String()
    source = fields.String()
    created_at = fields.DateTime(format="iso")
    created = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    undoes_id = fields.Integer(allow_none=True)
    undone_by_id = fields.Integer(allow_none=True)


class KeptProduct(Schema):
    """A product that an undo leaves alone."""

    product_id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    reason = fields.String(
        validate=validate.OneOf(["changed", "deleted", "sku_taken"]),
        metadata={"description": "Since then, or its SKU is another product's by now."},
    )
    change_set_id = fields.Integer(allow_none=True)
    changed_at = fields.DateTime(format="iso", allow_none=True)
    email = fields.String(
        allow_none=True, metadata={"description": "Who; null: the command line."}
    )


class UndoPreview(Schema):
    """What an undo would do, in products: bring back, put back, remove, keep."""

    created = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    skipped = fields.Integer()
    kept = fields.List(fields.Nested(KeptProduct))
    next_cursor = next_cursor()
