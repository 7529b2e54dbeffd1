"""A first look at a file: how it would be read, and its first rows as they would be stored."""

from marshmallow import Schema, fields

from catalog.imports import outcome_json
from catalog.web.api.imports.schemas.choices import OLD_NAME
from catalog.web.api.imports.schemas.rejected import RowError


class ArchiveMember(Schema):
    """A file of a ZIP archive."""

    name = fields.String()
    size = fields.Integer()
    left_out = fields.String(metadata={"description": "Why the file is not a table; empty: it is one."})


class WhyNotStored(Schema):
    """Why a row would be rejected; `field` is null if the whole row is wrong."""

    code = fields.String()
    message = fields.String()
    field = fields.String(allow_none=True)


class StoredRow(Schema):
    """A row as it would be stored: only fields for which the file has a column or a constant."""

    line = fields.Integer()
    product = fields.Dict()
    error = fields.Nested(WhyNotStored, allow_none=True)


class ColumnFacts(Schema):
    """A column of the file: `filled` of its `rows` rows have a value, `distinct` values differ."""

    name = fields.String()
    values = fields.List(fields.String(), metadata={"description": "The first three different values."})
    rows = fields.Integer()
    filled = fields.Integer()
    distinct = fields.Integer()


class Fix(Schema):
    """The choice that would help most, tried on the beginning of the file."""

    choices = fields.Dict(
        metadata={"description": "The choices by their names in the API; columns may be numbers, such as #3."}
    )
    message = fields.String(metadata={"description": "The choice as a question for people."})
    label = fields.String(metadata={"description": "Label of a button for this choice."})
    ready = fields.Integer(metadata={"description": "Rows that become products with this choice, among `rows`."})
    rows = fields.Integer(metadata={"description": "Rows on which the choice was tried."})


class Verdict(Schema):
    """How many rows would be imported, and why the others would be rejected."""

    light = fields.String(metadata={"description": "green, amber or red."})
    message = fields.String()
    rows = fields.Integer(metadata={"description": "Rows that were looked at, without blank rows."})
    ready = fields.Integer()
    rejected = fields.Integer()
    reasons = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "Error code -> number of rows, the most frequent first."},
    )
    whole = fields.Boolean(metadata={"description": "true: these are all rows of the file."})
    asks_twice = fields.Boolean(
        metadata={"description": "true: more than 10% of the rows would be rejected, so pages ask twice."}
    )
    fix = fields.Nested(Fix, allow_none=True)


class Look(Schema):
    """How a file would be read, and what is wrong with it."""

    verdict = fields.Nested(Verdict)
    problem = fields.String(allow_none=True, metadata={"description": "Why it can't be imported like this."})
    cures = fields.List(fields.String(), metadata={"description": "Names of the choices that would solve the problem."})
    certain = fields.Boolean(metadata={"description": "true: there is no question about the file."})
    candidates = fields.List(fields.String(), metadata={"description": "Encodings to choose from."})
    understood = fields.Dict(allow_none=True)
    columns = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Field -> name of its column in the file."},
    )
    meanings = fields.Dict(metadata={"description": "What each column would be imported as."})
    questions = fields.List(
        fields.Nested(outcome_json.Question),
        metadata={"description": "Questions that must be answered before the file can be read."},
    )
    names = fields.List(fields.String())
    facts = fields.List(
        fields.Nested(ColumnFacts), metadata={"description": "Values of each column, in the order of the file."}
    )
    rows = fields.List(fields.List(fields.String()), metadata={"description": "The first rows as in the file."})
    stored = fields.List(fields.Nested(StoredRow), metadata={"description": "The same rows as they will be stored."})
    looked_at = fields.Integer(metadata={"description": "Number of rows that were looked at."})
    rejected = fields.Integer(metadata={"description": "How many of these rows would be rejected."})
    rejections = fields.List(
        fields.Nested(RowError), metadata={"description": "The first rejected rows, with their reasons."}
    )
    refused = fields.Integer(
        metadata={"deprecated": True, "description": "The old name of `rejected`, for one release."}
    )
    refusals = fields.List(
        fields.Nested(RowError),
        metadata={"deprecated": True, "description": "The old name of `rejections`, for one release."},
    )
    warnings = fields.List(fields.Nested(outcome_json.FileWarning))
    members = fields.List(fields.Nested(ArchiveMember), metadata={"description": "Files of a ZIP archive."})
    template = fields.String(
        allow_none=True, metadata={"description": "Name of a template that was saved for this header."}
    )
    profile = fields.String(allow_none=True, metadata=OLD_NAME)
