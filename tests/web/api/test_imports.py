"""Imports over the API: streamed to storage, counted as everywhere, cancelled, run again."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.cli import results
from catalog.cli.backend.local.imports import shape
from catalog.imports import control
from catalog.imports.run import whole_file
from catalog.models import Import, db
from tests.support.programs import Program, problem

FILE = b"sku,name,price\nA1,Lamp,1.50\na1,Lamp,2\n,x,1\nA3,y,much\n\n"


def send(program: Program, file: bytes = FILE, **options: Any) -> Any:
    """Upload a file."""
    headers = options.pop("headers", {})
    data = {"file": (io.BytesIO(file), "spring.csv")} | options
    return program.ask("POST", "/imports", data=data, headers=headers)


def stored(app: Flask) -> set[Path]:
    """The files in storage."""
    return set(app.config["SETTINGS"].uploads.glob("*"))


def test_a_file_is_imported_and_counted_by_the_names_of_the_command(
    app: Flask, writer: Program, reader: Program
) -> None:
    answer = send(writer)
    assert answer.status_code == 202 and answer.json["state"] == "queued"
    place = answer.headers["Location"].removeprefix("/api/v1")
    whole_file.run(answer.json["id"])
    done = reader.ask("GET", place).json
    row = control.get(done["id"])
    assert row is not None and row.source == "api" and row.user_id == 1
    assert {one["code"] for one in done["warnings"]} == {"alike_skus", "repeated_skus"}
    summary = results.summary(shape(row))
    assert {name: done[name] for name in summary} == summary
    assert (done["created"], done["duplicates"], done["rejected"]) == (1, 1, 2)
    (listed,) = reader.ask("GET", "/imports").json["imports"]
    assert listed | {"warnings": done["warnings"]} == done


def test_the_choices_reach_the_import(writer: Program) -> None:
    send(writer, active="false", blank="keep", extra="drop", delimiter=";", map=["sku=part", "name=title"])
    options = db.session.scalars(select(Import)).one().options
    chosen = ("active", "blank", "extra", "delimiter", "columns")
    assert [options[name] for name in chosen] == [False, "keep", "drop", ";", {"sku": "part", "name": "title"}]


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"blank": "maybe"}, "blank"),
        ({"delimiter": "ab"}, "delimiter"),
        ({"map": "colour=x"}, "map"),
        ({"mode": "upside-down"}, "mode"),
    ],
)
def test_a_choice_that_can_not_be_is_named_and_no_file_stays(
    app: Flask, writer: Program, fields: dict[str, str], field: str
) -> None:
    before = stored(app)
    told = problem(send(writer, **fields), 422, "invalid")
    assert told["errors"][0]["field"] == field and stored(app) == before


def test_without_a_file_nothing_is_imported(app: Flask, writer: Program) -> None:
    for options in ({"data": {"blank": "keep"}}, {"json": {"file": "x"}}, {}):
        told = problem(writer.ask("POST", "/imports", **options), 422, "invalid")
        assert told["errors"][0]["field"] == "file"


def test_a_reader_stores_nothing(app: Flask, reader: Program) -> None:
    before = stored(app)
    problem(send(reader), 403, "forbidden")
    assert stored(app) == before


def test_too_large_a_file_is_rejected(app: Flask, writer: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    small = app.config["SETTINGS"].model_copy(update={"max_upload_bytes": 1000})
    monkeypatch.setitem(app.config, "SETTINGS", small)
    before = stored(app)
    problem(send(writer, b"x" * 2000), 413, "too_large")
    assert stored(app) == before


def test_rejected_rows_come_in_pages(writer: Program, reader: Program) -> None:
    whole_file.run(send(writer).json["id"])
    first = reader.ask("GET", "/imports/1/errors?limit=1").json
    rest = reader.ask("GET", f"/imports/1/errors?cursor={first['next_cursor']}").json
    errors = first["errors"] + rest["errors"]
    assert [(e["row"], e["column"], e["code"]) for e in errors] == [
        (3, "sku", "sku_blank"),
        (4, "price", "price_invalid"),
    ]
    assert rest["next_cursor"] is None and rest["columns"] == ["sku", "name", "price"]
    assert errors[1]["cells"] == ["A3", "y", "much"] and errors[1]["corrected"] is None
    assert rest["codes"] == {"price_invalid": 1, "sku_blank": 1}
    some = reader.ask("GET", "/imports/1/errors?code=price_invalid").json
    assert some["errors"] == errors[1:]
    text = reader.ask("GET", "/imports/1/errors.csv").text
    assert text.lstrip("\ufeff").splitlines()[0] == "sku,name,price,error_code,error"


def test_cancel_and_retry(writer: Program) -> None:
    send(writer)
    problem(writer.ask("POST", "/imports/1/retry"), 409, "ended")
    assert writer.ask("POST", "/imports/1/cancel").json["state"] == "cancelled"
    problem(writer.ask("POST", "/imports/1/cancel"), 409, "ended")
    assert writer.ask("POST", "/imports/1/retry").json["state"] == "queued"
    problem(writer.ask("POST", "/imports/2/cancel"), 404, "not_found")


def test_a_failed_import_is_looked_at_and_run_again_in_another_way(writer: Program) -> None:
    whole_file.run(send(writer, b"Lamp|Nice\nTea|Good\n", delimiter="|").json["id"])
    assert writer.ask("GET", "/imports/1").json["state"] == "failed"
    wanted = {"header": False, "mapping": {"columns": {"sku": "1", "name": "2"}}}
    assert writer.ask("POST", "/imports/1/look").json["problem"]
    seen = writer.ask("POST", "/imports/1/look", wanted).json
    assert (seen["problem"], seen["rows"][0]) == (None, ["Lamp", "Nice"])
    for wrong in ({"encoding": "klingon"}, {"template": "none"}, {"mapping": {"x": 1}}):
        told = problem(writer.ask("POST", "/imports/1/retry", wrong), 422, "invalid")
        assert told["errors"][0]["field"] == next(iter(wrong))
    again = writer.ask("POST", "/imports/1/retry", wanted).json
    assert (again["state"], again["options"]["delimiter"]) == ("queued", "|")
    whole_file.run(1)
    done = writer.ask("GET", "/imports/1").json
    assert (done["state"], done["created"]) == ("completed", 2)


def test_the_history_is_paged(writer: Program, reader: Program) -> None:
    for _ in range(3):
        send(writer)
    page = reader.ask("GET", "/imports?limit=2").json
    assert [row["id"] for row in page["imports"]] == [3, 2]
    page = reader.ask("GET", f"/imports?limit=2&cursor={page['next_cursor']}").json
    assert [row["id"] for row in page["imports"]] == [1] and not page["next_cursor"]


def test_the_same_file_is_rejected_if_that_is_wanted(writer: Program) -> None:
    whole_file.run(send(writer).json["id"])
    for word in ("reject", "refuse"):  # refuse: the old name
        told = problem(send(writer, if_same=word), 409, "same_file")
        assert told["same_as"] == 1
    assert send(writer, max_errors="2%").json["same_as"] == 1
    problem(send(writer, max_errors="some"), 422, "invalid")
    assert writer.ask("GET", "/imports/sample.csv").text.count("sku") >= 1


def test_json_lines_are_the_body_itself(app: Flask, writer: Program) -> None:
    lines = b'{"part": "J1", "name": "Lamp", "size": {"w": 3}}\n{"part": "J2", "name": "Desk"}\n'
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "once"}
    answer = writer.ask("POST", "/imports?map=sku=part&active=false", data=lines, headers=headers)
    assert answer.status_code == 202 and answer.json["filename"] == "products.jsonl"
    whole_file.run(answer.json["id"])
    row = db.session.scalars(select(Import)).one()
    assert (row.created, row.options["columns"], row.options["active"]) == (2, {"sku": "part"}, False)
    assert row.understood["format"] == "json" and row.understood["names"] == ["part", "name", "size.w"]
    again = writer.ask("POST", "/imports?map=sku=part&active=false", data=lines, headers=headers)
    assert again.json["id"] == row.id and len(stored(app)) == 1
    wrong = writer.ask("POST", "/imports?colour=red", data=lines, headers={"Content-Type": "application/x-ndjson"})
    assert wrong.status_code == 422 and len(stored(app)) == 1
