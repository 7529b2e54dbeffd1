"""Cells that were pasted on the page are an import that waits for the look at it."""

import re

from flask.testing import FlaskClient

from catalog.imports import control
from tests.conftest import csrf


def test_cells_of_a_spreadsheet_are_an_import(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    cells = 'SKU\tName\tPrice\r\nZ1\t"Two\r\nlines"\t1.50\r\n'
    answer = client.post("/imports/paste", data={"csrf_token": token, "cells": cells})
    assert (answer.status_code, answer.location) == (303, "/imports/1")
    row = control.get(1)
    assert row is not None and row.held and re.fullmatch(r"Pasted cells, \d\d? \w{3} \d\d:\d\d", row.filename)
    page = client.get("/imports/1").text
    assert "The only row is ready." in page and "Two\nlines" in page.replace("\r", "")


def test_no_cells_are_no_import(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    answer = client.post("/imports/paste", data={"csrf_token": token, "cells": " \r\n"}, follow_redirects=True)
    assert "Paste the cells into the field first." in answer.text and control.get(1) is None
