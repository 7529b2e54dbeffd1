"""The story of a product as JSON: its changes, and the change that each of its values comes from."""

from typing import Any

from marshmallow import Schema, fields, validate

ACTIONS = ["created", "updated", "deleted", "restored"]


def _email(place: str) -> fields.String:
    """The user who made a change."""
    return fields.String(
        attribute=place,
        dump_default=None,
        allow_none=True,
        metadata={"description": "Email address of the user; null: the command line."},
    )


def origin(entry: str = "") -> Any:
    """A schema with the origin of a change set; `entry` is the path from the object to its entry, with a final dot."""
    found: dict[str, fields.Field[Any]] = {
        "kind": fields.String(attribute=f"{entry}change_set.kind"),
        "source": fields.String(attribute=f"{entry}change_set.source"),
        "email": _email(f"{entry}change_set.user.email"),
        "import_id": fields.Integer(attribute=f"{entry}source.import_id", allow_none=True),
        "filename": fields.String(attribute=f"{entry}source.filename"),
    }
    return Schema.from_dict(found)


_Origin: Any = origin("entry.")


class StoryChange(_Origin):  # type: ignore[misc]  # marshmallow makes its base from fields, as Any
    """A change of a product, and where it came from."""

    change_set_id = fields.Integer(attribute="entry.change_set.id")
    at = fields.DateTime(format="iso", attribute="entry.change_set.created_at")
    line = fields.Integer(allow_none=True, metadata={"description": "Line in the file of the import."})
    member = fields.String(metadata={"description": "File of a joined archive that contains the line."})
    action = fields.String(validate=validate.OneOf(ACTIONS))


class Value(fields.Raw):
    """A value; a price is text with all decimals."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        plain = value is None or isinstance(value, str | bool | dict | list)
        return value if plain else str(value)


class StoryStep(Schema):
    """A field with its old and new value; `known`: whether the new value is known."""

    field = fields.String()
    is_attribute = fields.Boolean()
    old = Value(allow_none=True)
    new = Value(allow_none=True)
    known = fields.Boolean()


class StoryChanged(StoryChange):
    """A change with its old and new values."""

    steps = fields.List(fields.Nested(StoryStep))


class ValueOrigin(Schema):
    """A field, or an attribute, and the change that gave it its value; null: not known any more."""

    field = fields.String()
    is_attribute = fields.Boolean()
    changed = fields.Nested(StoryChange, allow_none=True)


class ProductStory(Schema):
    """Where each value comes from, and all changes, newest first."""

    origins = fields.List(fields.Nested(ValueOrigin))
    changes = fields.List(fields.Nested(StoryChanged))
