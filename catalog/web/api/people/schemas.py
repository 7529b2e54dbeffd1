"""Tokens and users."""

from marshmallow import Schema, ValidationError, fields, validate

from catalog.people import ROLES, emails, locales, tokens
from catalog.web.api.frame.schema_fields import Body, Flag, Number, Text

SCOPE = {"description": "At most the scope of the token in the request."}
DAYS = {"description": "Days until it expires; 0: when the token in the request expires. Never later than that."}


LOCALE = {"description": "Language and region for dates and numbers on pages; null: the browser's.", "example": "de-DE"}
ZONE = {"description": "Time zone of pages; null: the browser's.", "example": "Europe/Berlin"}


class Token(Schema):
    """A token without its secret; `prefix` identifies it."""

    id = fields.Integer()
    name = fields.String()
    prefix = fields.String()
    scope = fields.String(validate=validate.OneOf(tokens.SCOPES))
    created_at = fields.DateTime(format="iso")
    expires_at = fields.DateTime(format="iso", allow_none=True)
    last_used_at = fields.DateTime(format="iso", allow_none=True)
    revoked_at = fields.DateTime(format="iso", allow_none=True)


class Tokens(Schema):
    """Your tokens, newest first."""

    tokens = fields.List(fields.Nested(Token))


class TokenWithSecret(Token):
    """A new token; `token` is shown only once."""

    token = fields.String()


class NewToken(Body):
    """A token to create."""

    name = Text(required=True, validate=validate.Length(1, tokens.LONGEST_NAME))
    scope = fields.String(load_default="read", validate=validate.OneOf(tokens.SCOPES), metadata=SCOPE)
    days = Number(load_default=0, validate=validate.Range(0, 3650), metadata=DAYS)


class _Person(Schema):
    """What a user and an account have in common."""

    id = fields.Integer()
    email = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    second_factor = fields.Boolean()
    locale = fields.String(allow_none=True, metadata=LOCALE)
    time_zone = fields.String(allow_none=True, metadata=ZONE)


class User(_Person):
    """A user who may sign in."""

    created_at = fields.DateTime(format="iso")
    disabled_at = fields.DateTime(format="iso", allow_none=True)
    has_password = fields.Boolean()
    sessions = fields.Integer(metadata={"description": "Number of sessions of the user."})
    last_seen_at = fields.DateTime(format="iso", allow_none=True)


class Account(_Person):
    """The user of the token, and what the token allows: at most its scope and the role of the user."""

    scope = fields.String(validate=validate.OneOf(tokens.SCOPES))
    token = fields.Nested(Token)


class Users(Schema):
    """All users, by address."""

    users = fields.List(fields.Nested(User))


class UserWithLink(User):
    """A user and the link by which they choose a password, once, within seven days."""

    link = fields.String()


def _is_address(email: str) -> None:
    """Check an address as the form does: no invisible characters."""
    if not emails.is_address(email):
        raise ValidationError("Not a valid email address.")


def _is_locale(tag: str) -> None:
    if tag not in locales.locales():
        raise ValidationError("Not a known language and region, such as de-DE.")


def _is_zone(name: str) -> None:
    if not locales.zone(name):
        raise ValidationError("Not a time zone, such as Europe/Berlin.")


class NewUser(Body):
    """A user to invite."""

    email = Text(
        required=True, validate=validate.And(validate.Email(), validate.Length(max=emails.LONGEST), _is_address)
    )
    role = fields.String(load_default="viewer", validate=validate.OneOf(ROLES))


class UserPatch(Body):
    """Changes to a user."""

    role = fields.String(validate=validate.OneOf(ROLES))
    disabled = Flag()
    second_factor = fields.Boolean(
        validate=validate.OneOf([False]), metadata={"description": "false: turns the second factor of the user off."}
    )
    locale = fields.String(allow_none=True, validate=_is_locale, metadata=LOCALE)
    time_zone = fields.String(allow_none=True, validate=_is_zone, metadata=ZONE)


class Ended(Schema):
    """How many sessions were ended."""

    ended = fields.Integer()
