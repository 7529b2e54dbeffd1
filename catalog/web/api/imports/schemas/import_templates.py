"""Templates: choices of an import under a name."""

from marshmallow import Schema, fields, validate

from catalog.imports import import_templates, template_json
from catalog.web.api.frame.schema_fields import Body, Number, Text


def _name() -> fields.String:
    return Text(required=True, validate=validate.Length(1, import_templates.NAME_LENGTH))


class NewImportTemplate(Body):
    """A new template: the choices of an import, or a mapping."""

    name = _name()
    import_id = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Save the choices of this import."},
    )
    mapping = fields.Dict(
        load_default=dict,
        metadata={"description": "Without an import: columns, attributes, joined, constants, transforms, numbers."},
    )
    header = fields.List(
        Text(),
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"description": "Column names; the template is offered for files with these columns."},
    )


class ImportTemplateName(Body):
    """A new name."""

    name = _name()


class ImportTemplateList(Schema):
    """All templates by name."""

    templates = fields.List(fields.Nested(template_json.ImportTemplate))
    profiles = fields.List(
        fields.Nested(template_json.ImportTemplate),
        metadata={"deprecated": True, "description": "The old name of `templates`, for one release."},
    )
