"""The feed of changes, and change sets."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.changes import change_json, history
from catalog.web.api.frame.schema_fields import Body, Text, cursor, limit, next_cursor


class FeedQuery(Body):
    """Where to start in the feed."""

    after = Text(
        load_default="0-0",
        validate=validate.Regexp("^[0-9]{1,9}-[0-9]{1,18}$", error="This is not a valid cursor of the feed."),
        metadata={"description": "Cursor of the last change that you have."},
    )
    limit = limit()


class Change(Schema):
    """What a change set did to one product."""

    cursor = fields.String(metadata={"example": "17-4712"})
    change_set_id = fields.Integer()
    product_id = fields.Integer()
    sku = fields.String()
    action = fields.String(validate=validate.OneOf(change_json.ACTIONS))
    version = fields.Integer(metadata={"description": "Current version; of a deleted product, its last."})


class Feed(Schema):
    """Some changes in order. Send next_cursor to get the next ones; `more`: the next page is ready."""

    changes = fields.List(fields.Nested(Change))
    next_cursor = fields.String()
    more = fields.Boolean()


_Origin: Any = change_json.origin()


class ChangeSet(_Origin):
    """One change of the catalog, such as an import or an edit."""

    id = fields.Integer(attribute="change_set.id")
    created_at = fields.DateTime(format="iso", attribute="change_set.created_at")
    created = fields.Integer(attribute="change_set.created")
    updated = fields.Integer(attribute="change_set.updated")
    deleted = fields.Integer(attribute="change_set.deleted")
    undoes_id = fields.Integer(attribute="change_set.undoes_id", allow_none=True)
    undone_by_id = fields.Integer(attribute="change_set.undone_by_id", allow_none=True)


class ChangeSetQuery(Body):
    """Conditions for change sets."""

    kind = fields.String(load_default="", validate=validate.OneOf(["", *history.KINDS]))
    cursor = cursor()


class ChangeSetPage(Schema):
    """Some change sets, the newest first."""

    change_sets = fields.List(fields.Nested(ChangeSet), attribute="rows")
    next_cursor = next_cursor()


class MemberQuery(Body):
    """A page of the products of a change set."""

    cursor = cursor()


class Member(Schema):
    """What a change set did to one product; for an update, the old and new values."""

    product_id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    exists = fields.Boolean(metadata={"description": "Whether the product is in the catalog now."})
    action = fields.String(validate=validate.OneOf(change_json.ACTIONS))
    line = fields.Integer(allow_none=True, metadata={"description": "Line in the file of the import."})
    steps = fields.List(fields.Nested(change_json.StoryStep))


class MemberPage(Schema):
    """Some products of a change set, by their number."""

    products = fields.List(fields.Nested(Member), attribute="rows")
    next_cursor = next_cursor()


class KeptProduct(Schema):
    """A product that an undo does not change."""

    product_id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    reason = fields.String(
        validate=validate.OneOf(["changed", "deleted", "sku_taken"]),
        metadata={"description": "What happened since then; or another product has its SKU now."},
    )
    change_set_id = fields.Integer(allow_none=True)
    changed_at = fields.DateTime(format="iso", allow_none=True)
    email = fields.String(
        allow_none=True, metadata={"description": "Email address of the user; null: the command line."}
    )


class UndoPreview(Schema):
    """Numbers of products that an undo would restore, change back, delete or keep."""

    created = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    skipped = fields.Integer()
    kept = fields.List(fields.Nested(KeptProduct))
    next_cursor = next_cursor()
