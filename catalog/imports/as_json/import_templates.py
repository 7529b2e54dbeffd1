"""Templates as JSON."""

from typing import Any

from marshmallow import Schema, fields

from catalog import importer


def _contents(template: Any) -> str:
    """The choices in words."""
    return importer.choices_in_words(importer.Options.from_json(template.options))


class ImportTemplate(Schema):
    """Choices of an import under a name."""

    id = fields.Integer()
    name = fields.String()
    options = fields.Dict()
    contents = fields.Function(_contents, metadata={"type": "string", "description": "The options in words."})
    fingerprint = fields.String(allow_none=True)
    created_at = fields.DateTime(format="iso")
    updated_at = fields.DateTime(format="iso")
