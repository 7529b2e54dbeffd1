"""The fields and bases of all schemas. Text must be storable, numbers are not text, and unknown names are an error."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

MOST = 200  # entries on one page


class Text(fields.String):
    """Text as PostgreSQL can store it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if "\0" in text:
            raise ValidationError("The text contains a NUL character.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("The text is not valid Unicode.") from None
        return text


class Flag(fields.Boolean):
    """A boolean: only true or false."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class Number(fields.Integer):
    """An integer; text is not accepted."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if isinstance(value, float) and value.is_integer():  # 8.0 is an integer in JSON
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Not an integer.")
        return value


class Moment(fields.AwareDateTime):
    """A time in ISO 8601, as UTC: PostgreSQL takes no offset of 16 hours and more."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        try:
            moment: datetime = super()._deserialize(value, *args, **kwargs)
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError("This time is before the year 1 or after the year 9999.") from None


class Price(fields.String):
    """A Decimal as text, with all its digits."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return f"{value:f}" if isinstance(value, Decimal) else value


def cursor(pattern: str = "^[0-9]{1,18}$") -> fields.String:
    """The field for a cursor."""
    return Text(
        load_default="",
        validate=validate.Regexp(pattern, error="This is not a valid cursor."),
        metadata={"description": "The next_cursor of the previous page."},
    )


def limit() -> fields.Integer:
    """The field for the size of a page."""
    return fields.Integer(load_default=50, validate=validate.Range(1, MOST))


def next_cursor() -> fields.String:
    """The field for the cursor of the next page."""
    return fields.String(
        allow_none=True, metadata={"description": "The cursor of the next page; null on the last page."}
    )


def member() -> fields.String:
    """The field for the file of a line, if several files were joined."""
    return fields.String(metadata={"description": "File of a joined archive that contains the line."})


class Body(Schema):
    """The body of a request. Unknown names are an error."""

    class Meta:
        unknown = RAISE


class Choices(Body):
    """A body in which every field is optional: it may be left out."""


class FieldProblem(Schema):
    """A field with an invalid value."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """An error (RFC 9457). Programs decide by `kind`."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    kind = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblem))
    product_id = fields.Integer(metadata={"description": "With sku_taken: the product that has the SKU."})


class Nothing(Body):
    """No parameters: any parameter is an error."""


class PageQuery(Body):
    """A page of a list."""

    cursor = cursor()
    limit = limit()
