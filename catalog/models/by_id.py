"""Find a row by its id, or raise an error that names what is missing."""

from typing import TypeVar

from catalog.models.base import Base, db
from catalog.models.bulk import BulkJob
from catalog.models.import_templates import ImportTemplate
from catalog.models.imports import Import
from catalog.models.people import User
from catalog.models.sources import ImportSource
from catalog.models.webhooks import WebhookEndpoint
from catalog.whole_numbers import LARGEST_ID

NAMES: dict[type[Base], str] = {
    BulkJob: "job",
    Import: "import",
    ImportTemplate: "template",
    ImportSource: "source",
    User: "user",
    WebhookEndpoint: "webhook",
}
"""What people call a row of a table."""

Row = TypeVar("Row", bound=Base)


class NotFound(Exception):
    """There is no row with this id."""

    def __init__(self, name: str, called: str = "") -> None:
        super().__init__(f"There is no {name} {called}." if called else f"There is no such {name}.")


def find(table: type[Row], id: int) -> Row:
    """The row as it is now. Raises NotFound."""
    row = db.session.get(table, id, populate_existing=True) if 0 < id <= LARGEST_ID else None
    if row is None:
        raise NotFound(NAMES[table])
    return row
