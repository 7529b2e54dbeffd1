"""Rejected rows: their reasons and their corrections, of one row or of all rows with the same code."""

from marshmallow import Schema, fields, validate

from catalog.imports import fix_all
from catalog.web.api.frame.schema_fields import Body, PageQuery, Text, member, next_cursor


class RowError(Schema):
    """A rejected row and its reason."""

    line = fields.Integer()
    member = member()
    row = fields.Integer()
    column = fields.String(allow_none=True)
    code = fields.String()
    value = fields.String(allow_none=True)
    message = fields.String()
    cells = fields.List(
        fields.String(), allow_none=True, metadata={"description": "Cells as in the file; null if they are too long."}
    )
    corrected = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "Corrected cells, used when the row is imported again."},
    )


class Correction(Body):
    """A corrected row: all its cells, or some of them by the name or number of their column."""

    cells = fields.List(Text())
    set = fields.Dict(keys=Text(), values=Text())


class Replacement(Body):
    """Find and replace in one column of all rows rejected for `code`; an empty `find` finds empty cells."""

    code = Text(required=True)
    column = Text(required=True)
    find = Text(load_default="")
    replace = Text(load_default="")


class CommonFix(Body):
    """One fix for all rows rejected for `code`. Cells that were corrected before are kept, except by `replace`.

    `set`: the column gets `value`. `copy`: the column gets the cells of `other`. `replace`: `find` becomes `value`.
    `clear`: the column is emptied. `leave_out`: the rows are left out. `restore`: the corrections are removed.
    """

    code = Text(required=True)
    action = Text(required=True, validate=validate.OneOf(fix_all.ACTIONS))
    column = Text(load_default="")
    value = Text(load_default="")
    other = Text(load_default="")
    find = Text(load_default="")


class Replaced(Schema):
    """How many rows were corrected."""

    corrected = fields.Integer()


class ErrorQuery(PageQuery):
    """A page of rejected rows."""

    code = Text(load_default="", metadata={"description": "Only rows that were rejected with this code."})


class RowErrorPage(Schema):
    """Some rejected rows in the order of the file.

    `columns` are the columns of the file, `codes` the number of rows for each error code.
    """

    columns = fields.List(fields.String())
    codes = fields.Dict(keys=fields.String(), values=fields.Integer())
    errors = fields.List(fields.Nested(RowError))
    next_cursor = next_cursor()
