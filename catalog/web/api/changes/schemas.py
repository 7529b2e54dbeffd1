"""The feed of changes, and change sets."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.changes import history
from catalog.changes.shapes import ACTIONS, StoryStep, origin
from catalog.web.api.frame.fields import Body, Text, cursor, limit, next_cursor


class FeedQuery(Body):
    """Where in the feed to go on."""

    after = Text(
        load_default="0-0",
        validate=validate.Regexp("^[0-9]{1,9}-[0-9]{1,18}$", error="This is not a cursor of the feed."),
        metadata={"description": "The cursor of the last change that you know."},
    )
    limit = limit()


class Change(Schema):
    """What a change set did to one product."""

    cursor = fields.String(metadata={"example": "17-4712"})
    change_set_id = fields.Integer()
    product_id = fields.Integer()
    sku = fields.String()
    action = fields.String(validate=validate.OneOf(ACTIONS))
    version = fields.Integer(metadata={"description": "By now; of a deleted product its last."})


class Feed(Schema):
    """Some changes in their order. Ask again with next_cursor; `more`: at once."""

    changes = fields.List(fields.Nested(Change))
    next_cursor = fields.String()
    more = fields.Boolean()


_Origin: Any = origin()


class ChangeSet(_Origin):
    """One change of the catalog as people speak of it."""

    id = fields.Integer(attribute="change_set.id")
    created_at = fields.DateTime(format="iso", attribute="change_set.created_at")
    created = fields.Integer(attribute="change_set.created")
    updated = fields.Integer(attribute="change_set.updated")
    deleted = fields.Integer(attribute="change_set.deleted")
    undoes_id = fields.Integer(attribute="change_set.undoes_id", allow_none=True)
    undone_by_id = fields.Integer(attribute="change_set.undone_by_id", allow_none=True)


class ChangeSetQuery(Body):
    """Which change sets."""

    kind = fields.String(load_default="", validate=validate.OneOf(["", *history.KINDS]))
    cursor = cursor()


class ChangeSetPage(Schema):
    """Some change sets, the newest first."""

    change_sets = fields.List(fields.Nested(ChangeSet), attribute="entries")
    next_cursor = next_cursor()


class MemberQuery(Body):
    """A page of the products of a change set."""

    cursor = cursor()


class Member(Schema):
    """What a change set did to one product: its fields from old to new where it was updated."""

    product_id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    exists = fields.Boolean(metadata={"description": "By now."})
    action = fields.String(validate=validate.OneOf(ACTIONS))
    line = fields.Integer(allow_none=True, metadata={"description": "Of the file of the import."})
    steps = fields.List(fields.Nested(StoryStep))


class MemberPage(Schema):
    """Some products of a change set, by their number."""

    products = fields.List(fields.Nested(Member), attribute="changed")
    next_cursor = next_cursor()


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
    email = fields.String(allow_none=True, metadata={"description": "Who; null: the command line."})


class UndoPreview(Schema):
    """What an undo would do, in products: bring back, put back, remove, keep."""

    created = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    skipped = fields.Integer()
    kept = fields.List(fields.Nested(KeptProduct))
    next_cursor = next_cursor()
