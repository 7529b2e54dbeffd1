"""Sources: files that are fetched from a URL."""

from marshmallow import Schema, fields, validate

from catalog.imports import source_json
from catalog.web.api.frame.schema_fields import Flag, Text
from catalog.web.api.imports.schemas.reading import Rules


class SourceBody(Rules):
    """The URL of a file, its schedule, and the choices of its imports."""

    name = Text(validate=validate.Length(max=200))
    url = Text(
        validate=validate.Length(1, 2000),
        metadata={"description": "An https URL. It may contain a user and password, and is never shown."},
    )
    schedule = Text(
        validate=validate.Length(max=100),
        metadata={"description": "Cron schedule; empty: the source runs only by hand.", "example": "0 6 * * *"},
    )
    time_zone = Text(validate=validate.Length(max=100), metadata={"example": "Europe/Berlin"})


class NewSource(SourceBody):
    """A new source."""

    url = Text(
        required=True,
        validate=validate.Length(1, 2000),
        metadata={"description": "An https URL. It may contain a user and password, and is never shown."},
    )


class SourcePatch(SourceBody):
    """Changes to a source."""

    enabled = Flag(metadata={"description": "false: the schedule is paused."})


class Sources(Schema):
    """The whole list."""

    sources = fields.List(fields.Nested(source_json.Source))


class SourceRuns(Schema):
    """The last runs, the latest first."""

    runs = fields.List(fields.Nested(source_json.SourceRun))
