"""What the scripts of pages get: JSON, so that they search none of our HTML for words."""

import io
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import csrf

ASKS = {"Accept": "application/json"}


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    """What a script of the import page gets for a form."""
    form = {"csrf_token": csrf(client.get("/imports/new").text), **fields}
    return client.post(path, data=form, headers=ASKS, content_type="multipart/form-data")


def file(text: str, name: str = "spring.csv") -> tuple[io.BytesIO, str]:
    """A file of a form."""
    return io.BytesIO(text.encode()), name


def test_a_file_that_became_an_import_is_told_as_its_place(client: FlaskClient) -> None:
    answer = post(client, "/imports/new", file=file("sku,name\nA1,Lamp\n"))
    assert answer.status_code == 201
    assert answer.json == {"id": 1, "location": "/imports/1", "held": False, "verdict": ""}


def test_an_upload_that_is_gone_is_a_problem_in_words(client: FlaskClient) -> None:
    answer = post(client, "/imports/new", upload="gone")
    assert answer.status_code == 422
    assert answer.json == {"problem": "This upload no longer exists. Send the file again."}


def test_an_error_page_is_a_problem_in_words(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers=ASKS)
    assert answer.status_code == 404 and answer.json["problem"].startswith("Page not found. ")
