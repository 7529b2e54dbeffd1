"""The choices of an import as fields of requests, derived from the importer's model: in a form and in JSON."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from catalog import importer
from catalog.web.api.frame.schema_fields import Flag, Number, Text

LONGEST = 200  # characters of a text
LINES = validate.Range(0, 2**31 - 1)
ONE_BY_ONE = ("blank", "columns", "blanks", "numbers")
"""Choices with fields of their own here."""

OLD_NAME = {"deprecated": True, "description": "The old name of `template`, for one release."}


def in_form() -> dict[str, fields.Field[Any]]:
    """The fields of a form with a file. All are text."""
    found: dict[str, fields.Field[Any]] = {name: _form_field(name) for name in _plain("rows", "reading", "asking")}
    words = f"{importer.CHOICES['blank'].help} clear, keep or COLUMN=keep."
    found["blank"] = fields.List(Text(), metadata={"description": words})
    found["map"] = fields.List(Text(), metadata={"description": f"FIELD=COLUMN. {importer.CHOICES['columns'].help}"})
    found["mapping"] = Text(metadata={"description": f"As a JSON object. {_mapping()}"})
    found["template"] = Text(metadata={"description": "The name of a template; other choices override it."})
    found["profile"] = Text(metadata=OLD_NAME)
    return found


def in_json(*about: str) -> dict[str, fields.Field[Any]]:
    """The fields of a JSON object."""
    found: dict[str, fields.Field[Any]] = {name: _json_field(name) for name in _plain(*about)}
    found["map"] = _columns("Is added to the columns chosen so far. ")
    found["mapping"] = fields.Dict(metadata={"description": _mapping()})
    found["template"] = Text(
        validate=validate.Length(max=LONGEST), metadata={"description": "Start with the choices of this template."}
    )
    found["profile"] = Text(validate=validate.Length(max=LONGEST), metadata=OLD_NAME)
    if "rows" in about:
        found["blank"] = fields.Raw(
            metadata={
                "type": ["string", "array"],
                "items": {"type": "string"},
                "description": importer.CHOICES["blank"].help,
            }
        )
        found["columns"] = _columns("Replaces all columns. ")
        found["blanks"] = fields.Dict(
            keys=Text(),
            values=fields.String(validate=validate.OneOf(["keep", "clear"])),
            metadata={"description": importer.CHOICES["blanks"].help},
        )
    return found


def _plain(*about: str) -> list[str]:
    """The choices whose value is a text, a number or a boolean."""
    return [
        name
        for name, one in importer.CHOICES.items()
        if name == "numbers" or one.about in about and name not in ONE_BY_ONE
    ]


def _columns(begins: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(importer.FIELDS)),
        values=Text(),
        metadata={"description": f"{begins}Field -> name or number of its column."},
    )


def _mapping() -> str:
    return f"What happens to columns: {', '.join(importer.MAPPING)}. See Importing files in the documentation."


def _form_field(name: str) -> fields.Field[Any]:
    default = getattr(importer.Options(), name)
    if isinstance(default, bool):
        return fields.String(validate=validate.OneOf(["true", "false"]), metadata=_metadata(name))
    if default is None:
        return fields.Integer(validate=LINES, metadata=_metadata(name))
    return _text_field(name)


def _json_field(name: str) -> fields.Field[Any]:
    default = getattr(importer.Options(), name)
    if isinstance(default, bool):
        return Flag(metadata=_metadata(name))
    return Number(allow_none=True, validate=LINES, metadata=_metadata(name)) if default is None else _text_field(name)


def _text_field(name: str) -> fields.Field[Any]:
    if listed := importer.choice_values(name):
        return fields.String(validate=validate.OneOf(listed), metadata=_metadata(name))
    return Text(validate=[validate.Length(max=LONGEST), _valid(name)], metadata=_metadata(name))


def _valid(name: str) -> Any:
    """A validator for the value of a choice, the same as for pages and commands."""

    def check(value: str) -> None:
        try:
            importer.read_choice(name, value)
        except importer.BadChoice as bad:
            raise ValidationError(str(bad)) from None

    return check


def _metadata(name: str) -> dict[str, Any]:
    choice, default = importer.CHOICES[name], getattr(importer.Options(), name)
    words = choice.default or {True: "true", False: "false"}.get(default, default)
    return {"description": f"{choice.help} Default: {words}."}
