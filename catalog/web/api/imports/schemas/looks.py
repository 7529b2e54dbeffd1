"""A first look at a file: what is understood of it, and its first rows as they would be stored."""

from marshmallow import Schema, fields

from catalog.imports.shapes.outcome import FileWarning, Question
from catalog.web.api.imports.schemas.choices import OLD_NAME
from catalog.web.api.imports.schemas.rejected import RowError


class ArchiveMember(Schema):
    """A file of a ZIP archive."""

    name = fields.String()
    size = fields.Integer()
    left_out = fields.String(metadata={"description": "Why the file is not a table; empty: it is one."})


class WhyNotStored(Schema):
    """Why a row would be rejected; `field` is null where all of the row is wrong."""

    code = fields.String()
    message = fields.String()
    field = fields.String(allow_none=True)


class StoredRow(Schema):
    """A row as the catalog would keep it: only what the file has columns or constants for."""

    line = fields.Integer()
    product = fields.Dict()
    error = fields.Nested(WhyNotStored, allow_none=True)


class ColumnFacts(Schema):
    """What is known of a column of the file: of `rows` rows `filled` have a value, and there are `distinct` different ones."""

    name = fields.String()
    values = fields.List(fields.String(), metadata={"description": "The first three different values."})
    rows = fields.Integer()
    filled = fields.Integer()
    distinct = fields.Integer()


class Fix(Schema):
    """The choice that would help most, tried on the beginning of the file."""

    choices = fields.Dict(metadata={"description": "By their names here; columns may be numbers, such as #3."})
    message = fields.String(metadata={"description": "A question."})
    label = fields.String(metadata={"description": "Of a button."})
    ready = fields.Integer(metadata={"description": "Of the rows that were tried, those that become products."})
    rows = fields.Integer(metadata={"description": "That were tried."})


class Verdict(Schema):
    """How many rows would be taken, and why the others would not."""

    light = fields.String(metadata={"description": "green, amber or red."})
    message = fields.String()
    rows = fields.Integer(metadata={"description": "That were looked at, without blank ones."})
    ready = fields.Integer()
    rejected = fields.Integer()
    reasons = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "Code -> rows, the commonest first."}
    )
    whole = fields.Boolean(metadata={"description": "The file has no more rows."})
    asks_twice = fields.Boolean(metadata={"description": "More than 10 % of the rows would be rejected."})
    fix = fields.Nested(Fix, allow_none=True)


class Look(Schema):
    """What would be understood of a file, and what is wrong with that."""

    verdict = fields.Nested(Verdict)
    problem = fields.String(allow_none=True, metadata={"description": "Why it can't be imported like this."})
    cures = fields.List(fields.String(), metadata={"description": "Names of the choices that would solve the problem."})
    certain = fields.Boolean(metadata={"description": "Nothing needs to be asked."})
    candidates = fields.List(fields.String(), metadata={"description": "Encodings to choose from."})
    understood = fields.Dict(allow_none=True)
    columns = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Field -> name of its column in the file."},
    )
    meanings = fields.Dict(metadata={"description": "What each column would be imported as."})
    questions = fields.List(
        fields.Nested(Question),
        metadata={"description": "Questions that must be answered before the file can be read."},
    )
    names = fields.List(fields.String())
    facts = fields.List(fields.Nested(ColumnFacts), metadata={"description": "Of each column, in their order."})
    rows = fields.List(fields.List(fields.String()), metadata={"description": "As in the file."})
    stored = fields.List(fields.Nested(StoredRow), metadata={"description": "The same rows as they will be stored."})
    looked_at = fields.Integer(metadata={"description": "Number of rows that were looked at."})
    rejected = fields.Integer(metadata={"description": "How many of these rows would be rejected."})
    rejections = fields.List(
        fields.Nested(RowError), metadata={"description": "The first rejected rows, with their reasons."}
    )
    refused = fields.Integer(metadata={"deprecated": True, "description": "The name of `rejected` before."})
    refusals = fields.List(
        fields.Nested(RowError), metadata={"deprecated": True, "description": "The name of `rejections` before."}
    )
    warnings = fields.List(fields.Nested(FileWarning))
    members = fields.List(fields.Nested(ArchiveMember), metadata={"description": "Files of a ZIP archive."})
    template = fields.String(
        allow_none=True, metadata={"description": "Name of a template that was saved for this header."}
    )
    profile = fields.String(allow_none=True, metadata=OLD_NAME)
