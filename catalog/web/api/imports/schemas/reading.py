"""How a file is read: the choices of an import in JSON, for what is not sent with a file."""

from marshmallow import fields, validate

from catalog import importer
from catalog.web.api.frame.fields import Body, Choices, Flag, Number, Text

MAPPING = {
    "description": "columns, attributes, joined, constants, transforms, numbers: see Importing files in the documentation."
}


class Reading(Body):
    """How a file is read; what is not said is recognised."""

    encoding = Text(
        validate=validate.Length(max=40), metadata={"description": "utf-8, cp1252 and the like; empty: recognised."}
    )
    delimiter = Text(validate=validate.Length(max=2), metadata={"description": "One character; empty: recognised."})
    header = Flag(metadata={"description": "false: no line names the columns."})
    skip = Number(
        allow_none=True,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "Lines above the header; null: recognised."},
    )
    sheet = Text(
        validate=validate.Length(max=200),
        metadata={"description": "Of a workbook by name or number, of a ZIP by name."},
    )
    members = fields.String(
        validate=validate.OneOf(["", *importer.MEMBERS]),
        metadata={"description": "Tables of a ZIP: each an import of its own, or joined to one."},
    )
    numbers = fields.String(
        validate=validate.OneOf(["", *importer.NUMBERS]),
        metadata={"description": "How prices are written; empty: recognised."},
    )
    mapping = fields.Dict(metadata=MAPPING)


class Again(Choices, Reading):
    """Another way to read a stored file. What is not said stays as it was, or is as in the profile."""

    profile = Text(validate=validate.Length(max=200), metadata={"description": "By its name."})


class Rules(Reading):
    """How a file is read, and what its rows may do."""

    mode = fields.String(validate=validate.OneOf(importer.MODES))
    absent = fields.String(
        validate=validate.OneOf(["deactivate", "delete"]),
        metadata={"description": "What a sync does to products not in the file."},
    )
    active = Flag(metadata={"description": "What new products are."})
    blank = fields.String(validate=validate.OneOf(["clear", "keep"]))
    extra = fields.String(validate=validate.OneOf(["keep", "drop"]))
    review = Flag(metadata={"description": "Stop after the plan, and wait."})
    max_errors = Text(
        validate=validate.Regexp(f"^{importer.POLICY}$", error="Not a number such as 100, nor a share such as 2%."),
        metadata={"description": "Rejected rows that are allowed: 100 or 2%; 0: none."},
    )
