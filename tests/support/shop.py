"""A shop of three products, a file for it, and what people do beside an import."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from catalog import importer
from catalog.imports import control, reviews
from catalog.imports.run import whole_file
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from tests.conftest import catalog

Run = Callable[..., Import]


SHOP = "sku,name,price,colour\nA,Lamp,1,red\nB,Stool,2,\nC,Table,3,\n"
FILE = "sku,name,price\na,Lamp,1\nB,Chair,2\nD,Desk,4\nd,Desk,5\n,x,\n"


@pytest.fixture
def shop(run_import: Run) -> None:
    """Three products."""
    run_import(SHOP)


def kept_tables() -> list[str]:
    """What an import left beside the tables that are always there."""
    query = text("SELECT relname FROM pg_class WHERE relname ~ '^import_[0-9]' AND relkind = 'r' ORDER BY 1")
    with db.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def edit(sku: str, /, **values: str) -> None:
    """A user changes a product by hand."""
    product = editing.by_sku(sku)
    assert product is not None
    editing.update(Actor("page"), product.id, product.version, values)


def remove(sku: str) -> None:
    """A user deletes a product by hand."""
    product = editing.by_sku(sku)
    assert product is not None
    editing.delete(Actor("page"), product.id, product.version)


def make(sku: str, name: str) -> None:
    """A user creates a product by hand."""
    editing.create(Actor("page"), {"sku": sku, "name": name})


def names() -> dict[str, object]:
    """The catalog as SKU -> name."""
    return {str(row[0]): row[1] for row in catalog()}


def decide(row: Import, choice: str = "") -> Import:
    """Apply a plan as a worker would, here and now."""
    reviews.apply(COMMAND_LINE, control.get(row.id), choice)
    whole_file.run(row.id)
    ended = control.get(row.id)
    assert ended is not None
    db.session.expunge(ended)
    return ended


def lines(row: Import, **wanted: object) -> list[tuple[str, str, dict[str, object]]]:
    """The plan as people read it: what, SKU, and each cell, old and new."""
    page = reviews.page(row, importer.Wanted(**wanted))
    return [(line.action, line.sku, {c.field: (c.old, c.new) for c in line.cells}) for line in page.rows]
