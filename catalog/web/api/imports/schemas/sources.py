"""Sources: files that are fetched from a URL."""

from marshmallow import Schema, fields, validate

from catalog.imports.shapes.sources import Source, SourceRun
from catalog.web.api.frame.fields import Flag, Text
from catalog.web.api.imports.schemas.reading import Rules


class SourceBody(Rules):
    """Where a file lies, when it is fetched, and what to do with it."""

    name = Text(validate=validate.Length(max=200))
    url = Text(
        validate=validate.Length(1, 2000), metadata={"description": "https; may hold user and password. Never shown."}
    )
    schedule = Text(
        validate=validate.Length(max=100),
        metadata={"description": "Cron text; empty: by hand.", "example": "0 6 * * *"},
    )
    time_zone = Text(validate=validate.Length(max=100), metadata={"example": "Europe/Berlin"})


class NewSource(SourceBody):
    """A source to be made."""

    url = Text(
        required=True,
        validate=validate.Length(1, 2000),
        metadata={"description": "https; may hold user and password. Never shown."},
    )


class SourcePatch(SourceBody):
    """What is to change."""

    enabled = Flag(metadata={"description": "false pauses the schedule."})


class Sources(Schema):
    """All of them."""

    sources = fields.List(fields.Nested(Source))


class SourceRuns(Schema):
    """The last runs, the latest first."""

    runs = fields.List(fields.Nested(SourceRun))
