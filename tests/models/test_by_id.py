"""A row is found by its id, or the error says what there is none of; an id that no row can have leads nowhere."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.models import Import, NotFound, User, find
from catalog.models.by_id import NAMES
from catalog.whole_numbers import LARGEST, LARGEST_ID
from tests.conftest import create
from tests.support.programs import Program, problem


def test_a_row_is_found_by_its_id(app: Flask) -> None:
    row = create("sku,name\n")
    assert find(Import, row.id).id == row.id


@pytest.mark.parametrize("number", [0, -1, 7, LARGEST_ID, LARGEST_ID + 1, LARGEST])
def test_what_is_not_there_is_named(app: Flask, number: int) -> None:
    for table, name in NAMES.items():
        with pytest.raises(NotFound, match=f"There is no such {name}."):
            find(table, number)
    assert NAMES[User] == "user"


@pytest.mark.parametrize("number", [7, LARGEST_ID, LARGEST_ID + 1, LARGEST, 10**30])
def test_no_door_breaks_at_an_id(client: FlaskClient, admin: Program, number: int) -> None:
    for path in ("imports", "imports/sources", "bulk", "changes", "webhooks", "users", "products"):
        page = client.get(f"/{path}/{number}")
        assert (page.status_code, "Page not found" in page.text) == (404, True), path
    for path in ("imports", "sources", "bulk", "changes", "webhooks", "users", "products", "templates"):
        problem(admin.ask("GET", f"/{path}/{number}"), 404, "not_found")
