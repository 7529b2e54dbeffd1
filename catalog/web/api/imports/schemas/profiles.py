"""Profiles: choices of an import under a name."""

from marshmallow import Schema, fields, validate

from catalog.imports.intake.profiles import NAME_LENGTH
from catalog.imports.shapes.profiles import Profile
from catalog.web.api.frame.fields import Body, Number, Text


def _name() -> fields.String:
    return Text(required=True, validate=validate.Length(1, NAME_LENGTH))


class NewProfile(Body):
    """A profile to be: the choices of an import, or a mapping."""

    name = _name()
    import_id = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Keep the choices of this import."},
    )
    mapping = fields.Dict(
        load_default=dict,
        metadata={"description": "Without an import: columns, attributes, joined, constants, transforms, numbers."},
    )
    header = fields.List(
        Text(),
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"description": "Offer it by itself for files with these columns."},
    )


class ProfileName(Body):
    """Another name."""

    name = _name()


class ProfileList(Schema):
    """All of them, by name."""

    profiles = fields.List(fields.Nested(Profile))
