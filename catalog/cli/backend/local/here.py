"""The base of all parts of the local backend: the application, the actor, and the JSON of the API."""

from flask import Flask

from catalog.cli.backend.protocol import Row
from catalog.imports import Import, import_json
from catalog.people import COMMAND_LINE, Actor


class Here:
    """A part of the backend of this machine."""

    actor: Actor = COMMAND_LINE

    def __init__(self, app: Flask) -> None:
        self._app = app


def shape(row: Import) -> Row:
    """An import in the JSON of the API."""
    found: Row = import_json.Import().dump(row)
    return found
