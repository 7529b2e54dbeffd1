"""Big files over the API: in parts, by tus, and then an import like any other."""

import hashlib
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.imports.run import whole_file
from catalog.models import Import, db
from tests.support.programs import Program, problem

FILE = b"sku,name\n" + b"A1,Lamp\n" * 500
TUS = {"Tus-Resumable": "1.0.0"}


def begin(program: Program) -> str:
    """The place of a new upload."""
    details = {"Upload-Length": str(len(FILE)), "Upload-Metadata": "filename YS5jc3Y="}
    answer = program.ask("POST", "/uploads", headers=TUS | details)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"].removeprefix("/api/v1"))


def add(program: Program, place: str, offset: int, data: bytes) -> Any:
    """Send more of it."""
    headers = TUS | {"Upload-Offset": str(offset)}
    kind = "application/offset+octet-stream"
    return program.ask("PATCH", place, data=data, content_type=kind, headers=headers)


def test_a_file_in_parts_becomes_one_import(writer: Program) -> None:
    place = begin(writer)
    assert add(writer, place, 0, FILE[:1000]).status_code == 204
    unfinished = {"upload": place.rsplit("/", 1)[1], "blank": "keep"}
    problem(writer.ask("POST", "/imports", data=unfinished), 422, "invalid")
    there = writer.ask("HEAD", place, headers=TUS).headers["Upload-Offset"]
    assert add(writer, place, int(there), FILE[1000:]).status_code == 204
    answers = [writer.ask("POST", "/imports", data=unfinished) for _ in range(2)]
    assert [(a.status_code, a.json["id"]) for a in answers] == [(202, 1)] * 2
    row = db.session.scalars(select(Import)).one()
    assert row.sha256 == hashlib.sha256(FILE).hexdigest()
    assert (row.filename, row.source, row.options["blank"]) == ("a.csv", "api", "keep")


def test_the_same_file_in_parts_is_rejected_if_that_is_wanted_and_imported_if_not(writer: Program) -> None:
    for number in (1, 2):
        place = begin(writer)
        assert add(writer, place, 0, FILE).status_code == 204
        sent = {"upload": place.rsplit("/", 1)[1]}
        if number == 2:
            told = problem(writer.ask("POST", "/imports", data=sent | {"if_same": "reject"}), 409, "same_file")
            assert told["same_as"] == 1
        assert writer.ask("POST", "/imports", data=sent).json["id"] == number  # the rejected upload is still there
        whole_file.run(number)


@pytest.mark.parametrize(
    "headers, status, kind",
    [
        ({"Upload-Offset": "5"}, 409, "misplaced"),
        ({"Tus-Resumable": "9"}, 412, "tus_version"),
        ({"Upload-Checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk="}, 460, "damaged"),
    ],
)
def test_rejections_are_problems(writer: Program, headers: dict[str, str], status: int, kind: str) -> None:
    place = begin(writer)
    sent = TUS | {"Upload-Offset": "0"} | headers
    media = "application/offset+octet-stream"
    answer = writer.ask("PATCH", place, data=b"x", content_type=media, headers=sent)
    problem(answer, status, kind)


def test_only_who_may_write_may_send(app: Flask, reader: Program) -> None:
    problem(reader.ask("POST", "/uploads", headers=TUS), 403, "forbidden")


def test_methods_that_a_proxy_stops_come_by_post(writer: Program, reader: Program) -> None:
    place, kind = begin(writer), "application/offset+octet-stream"
    headers = TUS | {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    denied = reader.ask("POST", place, data=FILE, content_type=kind, headers=headers)
    problem(denied, 403, "forbidden")
    sent = writer.ask("POST", place, data=FILE, content_type=kind, headers=headers)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(FILE)))
    made = writer.ask("POST", "/imports", data={"upload": place.rsplit("/", 1)[1]})
    assert made.status_code == 202
    other = begin(writer)
    headers = TUS | {"X-HTTP-Method-Override": "DELETE"}
    assert writer.ask("POST", other, headers=headers).status_code == 204
    assert writer.ask("HEAD", other, headers=TUS).status_code == 404


def test_a_key_belongs_to_one_upload_and_its_answer_comes_back_whole(writer: Program) -> None:
    headers = TUS | {"Upload-Length": "10", "Idempotency-Key": "upload-1"}
    first = writer.ask("POST", "/uploads", headers=headers)
    again = writer.ask("POST", "/uploads", headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "Upload-Expires", "Tus-Resumable"):
        assert again.headers[name] == first.headers[name]
    for other in ({"Upload-Length": "11"}, {"Upload-Metadata": "filename YS5jc3Y="}):
        problem(writer.ask("POST", "/uploads", headers=headers | other), 422, "key_reused")
