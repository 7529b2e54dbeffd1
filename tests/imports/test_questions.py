"""A file that leaves a question open waits, held, until a person answers: by command, API, source and page."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli import results
from catalog.cli.backend.local.imports import shape
from catalog.imports import control, retention, reviews
from catalog.imports.report import wording
from catalog.imports.run import whole_file
from catalog.imports.sources import registry, running
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from tests.cli.test_cli import invoke
from tests.conftest import catalog, counts, create, csrf
from tests.importer.test_formats import zipped
from tests.support.programs import Program
from tests.support.suppliers import Supplier
from tests.web.api.test_imports import send

Run = Callable[..., Import]

LETTERS = "sku,name\nA1,Я\nA2,x\n".encode("cp1251")
NUMBERS = b"sku,name,price\nA1,Lamp,1.234\nA2,Chair,2.500\n"
TABLES = zipped(**{"a.csv": b"sku,name\nA1,Lamp\n", "b.csv": b"sku,name\nB1,Chair\n"})
QUESTIONS = {
    "encoding": (LETTERS, "encoding", "cp1251"),
    "numbers": (NUMBERS, "numbers", "comma"),
    "members": (TABLES, "members", "joined"),
}


def held(row: Import | None) -> list[dict[str, Any]]:
    """The questions of an import that waits for their answers."""
    assert row is not None
    assert (row.state, row.held, row.error) == ("queued", True, None)
    assert counts(row) == {} and row.takes == 0 and row.lease_expires_at is None
    return row.questions


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_open_question_holds_the_import_and_its_answer_lets_it_go(app: Flask, kind: str) -> None:
    file, option, answer = QUESTIONS[kind]
    number = create(file).id
    whole_file.run(number)
    (question,) = held(control.get(number))
    assert (question["kind"], question["option"]) == (kind, option)
    assert answer in question["choices"] and "--" not in question["message"]
    whole_file.run(number)  # a bell that rings too often
    (question,) = held(control.get(number))
    row = control.get(number)
    assert row is not None and f"--{option}" in results.sentence(shape(row))
    options = importer.Options.from_json(row.options)
    assert control.retry(COMMAND_LINE, number)  # without an answer: it asks again
    whole_file.run(number)
    assert held(control.get(number)) == [question]
    assert control.retry(COMMAND_LINE, number, options.with_reading(**{option: answer}))
    whole_file.run(number)
    row = control.get(number)
    assert row is not None and (row.state, row.held, row.questions) == ("completed", False, [])
    assert counts(row) == {"rows": 2, "created": 2}


def test_a_member_of_an_archive_is_named_by_its_question(app: Flask) -> None:
    file = zipped(**{"a.csv": b"sku,name\nA1,Lamp\n", "b.csv": LETTERS})
    number = create(file, members="joined").id
    whole_file.run(number)
    (question,) = held(control.get(number))
    assert question["message"].startswith("b.csv: ")


def test_the_command_ends_with_3_and_retry_answers(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes(NUMBERS)
    done = invoke(app, "import", "--json", "--yes", str(file))  # --yes is no answer
    told = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    (question,) = told["questions"]
    assert question == {
        "kind": "numbers",
        "field": "price",
        "message": question["message"],
        "choices": ["point", "comma"],
        "option": "numbers",
    }
    assert (told["state"], told["outcome"], told["error"]) == ("queued", None, None)
    again = invoke(app, "retry", "1", "--numbers", "comma")
    assert again.returncode == 0 and "2 created" in again.stdout


def test_the_api_asks_and_takes_the_answer(app: Flask, writer: Program) -> None:
    number = send(writer, NUMBERS).json["id"]
    whole_file.run(number)
    told = writer.ask("GET", f"/imports/{number}").json
    assert told["state"] == "queued" and told["questions"][0]["option"] == "numbers"
    answer = writer.ask("POST", f"/imports/{number}/retry", json={"numbers": "point"})
    assert answer.status_code == 202 and answer.json["questions"] == []
    whole_file.run(number)
    done = writer.ask("GET", f"/imports/{number}").json
    assert (done["state"], done["created"], done["columns"]["price"]) == ("completed", 2, "price")
    look = writer.ask("POST", f"/imports/{number}/look", json={"numbers": ""}).json
    assert [one["kind"] for one in look["questions"]] == ["numbers"]


def test_brand_and_model_are_joined_by_page_command_and_api(client: FlaskClient, writer: Program) -> None:
    number = create("Part Number,Brand,Model\nPN-1,Bosch,GSR 12V\nPN-2,Bosch,GSR 18V\n").id
    whole_file.run(number)
    told = writer.ask("GET", f"/imports/{number}").json
    assert [one["combined"] for one in told["questions"]] == [["Brand", "Model"]]
    assert f"`catalog retry {number} --join name=Brand+Model`" in wording._asking(number, told["questions"])
    page = client.get(f"/imports/{number}").text
    (button,) = re.findall('name="answer" value="([^"]*)" data-answer>Brand \\+ Model: Bosch GSR 12V<', page)
    form = {"csrf_token": csrf(page), "at": "columns", "answer": unescape(button)}
    page = client.post(f"/imports/{number}/look", data=form, follow_redirects=True).text
    assert "data-blocked" not in page and "Bosch GSR 18V" in page
    joined = {"name": {"columns": ["Brand", "Model"], "separator": " "}}
    assert writer.ask("POST", f"/imports/{number}/retry", json={"mapping": {"joined": joined}}).status_code == 202
    whole_file.run(number)
    assert [row[1] for row in catalog()] == ["Bosch GSR 12V", "Bosch GSR 18V"]


@pytest.mark.usefixtures("allowed")
def test_a_source_leaves_its_file_to_a_person(app: Flask, supplier: Supplier) -> None:
    supplier.file = NUMBERS
    draft = registry.Draft("Acme", supplier.url, importer.Options(), "")
    source = registry.create(COMMAND_LINE, draft).id
    done = running.run(source)
    assert done is not None and done.import_id
    whole_file.run(done.import_id)
    held(control.get(done.import_id))
    again = running.run(source)  # the same file is not asked about twice
    assert again is not None and again.outcome == "unchanged"


def test_the_page_shows_the_question_and_a_way_to_answer(client: FlaskClient, run_import: Run) -> None:
    number = create(NUMBERS).id
    whole_file.run(number)
    page = client.get(f"/imports/{number}").text
    assert "can be read in two ways" in page and 'data-step="columns"' in page
    assert "--numbers" not in page
    answer = {"csrf_token": csrf(page), "again": "yes", "numbers": "comma", "header": "yes"}
    client.post(f"/imports/{number}/look", data=answer)
    row = control.get(number)
    assert row is not None and not row.held and row.questions == []
    whole_file.run(number)
    assert "2 products created" in client.get(f"/imports/{number}").text
    assert "Waiting for an answer: " in client.get(f"/imports/{number}").text


def test_receivers_hear_that_a_person_is_needed(app: Flask) -> None:
    number = create(NUMBERS).id
    whole_file.run(number)
    with db.engine.connect() as connection:
        ((payload,),) = connection.execute(
            text("SELECT CAST(payload AS jsonb) -> 'data' FROM webhook_events WHERE type = 'import.review'")
        )
    assert (payload["state"], payload["rows"], payload["outcome"]) == ("queued", 0, None)
    assert payload["questions"][0]["option"] == "numbers"


def test_a_question_without_an_answer_is_discarded_after_its_time(app: Flask) -> None:
    asked, plan = create(NUMBERS).id, create(b"sku,name\nA,x\n", review=True).id
    whole_file.run(asked)
    whole_file.run(plan)
    assert retention.prune_plans() == 0
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET started_at = started_at - interval '25 hours'"))
    assert retention.prune_plans() == 1
    row, waits = control.get(asked), control.get(plan)
    assert row is not None and waits is not None and waits.state == "review"
    assert (row.state, row.questions, row.held) == ("cancelled", [], False)
    assert row.stopped == [wording.Stop("expired", retention.UNSEEN.format("24 hours")).to_json()]


@pytest.mark.parametrize("kind", ["cancelled", "discarded"])
def test_a_question_can_be_cancelled_and_discarded(app: Flask, kind: str) -> None:
    number = create(NUMBERS).id
    whole_file.run(number)
    waits = control.get(number)
    assert waits is not None
    control.cancel(COMMAND_LINE, number) if kind == "cancelled" else reviews.discard(COMMAND_LINE, waits)
    row = control.get(number)
    assert row is not None and (row.state, wording.face(row)) == ("cancelled", kind)
