"""Templates as JSON."""

from marshmallow import Schema, fields


class ImportTemplate(Schema):
    """Choices of an import under a name."""

    id = fields.Integer()
    name = fields.String()
    options = fields.Dict()
    fingerprint = fields.String(allow_none=True)
    created_at = fields.DateTime(format="iso")
    updated_at = fields.DateTime(format="iso")
