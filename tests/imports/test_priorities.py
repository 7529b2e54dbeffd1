"""Priority and supplier of an import at every door, and how many imports of a user may wait."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog import importer
from catalog.imports import control, drafts
from catalog.imports.intake import import_templates, receive
from catalog.imports.rejected import corrections
from catalog.imports.report import log
from catalog.imports.waiting.turn import TooManyWaiting
from catalog.models import AuditEvent, Import, ImportSourceRun, db
from catalog.people import COMMAND_LINE, Actor
from tests.conftest import EMAIL, browser_of, create, csrf
from tests.support.programs import Program, problem
from tests.support.suppliers import Supplier, run as run_source, source
from tests.web.api.test_imports import send

Run = Callable[..., Import]


def audited() -> list[tuple[str | None, str]]:
    """Who changed a priority, and which."""
    query = select(AuditEvent.email, AuditEvent.subject).where(AuditEvent.action == "import priority")
    return [tuple(row) for row in db.session.execute(query.order_by(AuditEvent.id))]


def test_programs_choose_a_priority_and_change_it(writer: Program, reader: Program) -> None:
    made = send(writer, priority="low").json
    assert (made["priority"], made["queue_place"], made["starts_in"]) == ("low", 1, None)
    place = f"/imports/{made['id']}"
    changed = writer.ask("PATCH", place, json={"priority": "high"})
    assert (changed.status_code, changed.json["priority"]) == (200, "high")
    assert reader.ask("PATCH", place, json={"priority": "low"}).status_code == 403
    problem(writer.ask("PATCH", place, json={"priority": "urgent"}), 422, "invalid")
    problem(send(writer, priority="urgent"), 422, "invalid")
    writer.ask("POST", f"{place}/cancel")
    problem(writer.ask("PATCH", place, json={"priority": "low"}), 409, "ended")
    assert audited() == [(EMAIL, f"import {made['id']}, high, through the API")]
    assert [line.words for line in log.log(control.get(made["id"]))][-2:][0].endswith("through the API: high.")


def test_an_editor_moves_a_waiting_import_to_the_front_and_back(app: Flask, client: FlaskClient) -> None:
    first, second = create("sku,name\nA,Lamp\n").id, create("sku,name\nB,Lamp\n").id
    listed = client.get("/imports").text
    assert "2nd in the queue" in listed and listed.count("Move to front") == 1  # the first one is there already
    token = {"csrf_token": csrf(listed)}
    done = client.post(
        f"/imports/{second}/priority", data=token | {"priority": "high", "list": "1"}, follow_redirects=True
    )
    assert done.request.path == "/imports"
    assert f"Import {second} has high priority now. Next in the queue." in done.text
    assert "Back to normal priority" in done.text and "Move to front" in (page := client.get(f"/imports/{first}").text)
    assert "Queued" in (title := page.partition("</h1>")[0].partition("<h1")[2]) and "In progress" not in title
    done = client.post(f"/imports/{second}/priority", data=token | {"priority": "normal"}, follow_redirects=True)
    assert done.request.path == f"/imports/{second}" and "2nd in the queue" in done.text
    assert client.post(f"/imports/{second}/priority", data=token | {"priority": "now"}).status_code == 422
    assert [subject for _, subject in audited()] == [
        f"import {second}, high, on a page",
        f"import {second}, normal, on a page",
    ]


def test_a_viewer_sees_the_place_and_no_button(app: Flask) -> None:
    one = [create(f"sku,name\n{n},Lamp\n").id for n in range(2)][1]
    viewer = browser_of(app, "viewer")
    for path in ("/imports", f"/imports/{one}"):
        shown = viewer.get(path).text
        assert "2nd in the queue" in shown and "Move to front" not in shown


def test_the_supplier_is_the_source_or_the_template(
    app: Flask, allowed: Any, supplier: Supplier, writer: Program
) -> None:
    done: ImportSourceRun = run_source(source(supplier.url))
    assert db.session.get_one(Import, done.import_id).supplier == f"source {done.source_id}"
    template = import_templates.save(COMMAND_LINE, "Acme", importer.Options(), ["sku", "name"])
    known = f"template {template.id}"
    assert db.session.get_one(Import, send(writer, template="acme").json["id"]).supplier == known
    row = create("sku,name\nA,Lamp\n", held=True)
    drafts.keep(row, drafts.Draft.of(row).with_template(importer.Options(), template.id))
    drafts.run(COMMAND_LINE, row, importer.Options())
    db.session.refresh(row)
    assert row.supplier == known
    assert receive.repeat(COMMAND_LINE, row, importer.Options(extra="drop")).supplier == known


@pytest.fixture
def narrow(app: Flask) -> Iterator[Flask]:
    """A Catalog in which one import of each user may wait."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"user_imports_waiting": 1})
    yield app
    app.config["SETTINGS"] = before


def test_programs_are_denied_beyond_the_limit_and_keep_their_upload(narrow: Flask, writer: Program) -> None:
    first = send(writer).json["id"]
    denied = send(writer)
    assert problem(denied, 429, "too_many_waiting")["detail"].startswith("You already have 1 waiting import")
    assert denied.headers["Retry-After"] == "60"
    assert db.session.scalars(select(Import.id)).all() == [first]
    assert len(list(narrow.config["SETTINGS"].uploads.glob("*"))) == 1  # nothing is left of the file
    problem(writer.ask("POST", f"/imports/{first}/repeat"), 429, "too_many_waiting")
    writer.ask("POST", f"/imports/{first}/cancel")
    assert writer.ask("POST", f"/imports/{first}/retry").status_code == 202
    create("sku,name\nA,Lamp\n")  # by nobody: commands on the server have no limit
    create("sku,name\nB,Lamp\n")


def test_people_are_told_at_the_form_and_in_the_steps(narrow: Flask, client: FlaskClient) -> None:
    def upload(hold: str) -> Any:
        form = client.get("/imports/new").text
        file = {"file": (io.BytesIO(b"sku,name\nA,Lamp\n"), "a.csv"), "csrf_token": csrf(form)}
        return client.post("/imports/new", data=file | ({"hold": "1"} if hold else {}))

    assert upload("").status_code == 303
    denied = upload("")
    assert denied.status_code == 429 and "You already have 1 waiting import" in denied.text
    assert upload("hold").status_code == 303  # it waits for the person, not for a worker
    held = db.session.scalars(select(Import).where(Import.held)).one()
    with pytest.raises(TooManyWaiting):
        drafts.run(Actor("page", 1), held, importer.Options())
    failed = create("sku,name\n")
    control.cancel(COMMAND_LINE, failed.id)
    with pytest.raises(TooManyWaiting):
        control.retry(Actor("page", 1), failed.id)
    with pytest.raises(TooManyWaiting):
        corrections.run_again(Actor("page", 1), failed.id)


def test_a_running_or_finished_import_takes_no_place(narrow: Flask, writer: Program) -> None:
    send(writer)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET state = 'reading', lease_expires_at = now() + interval '1 h'"))
    assert send(writer).status_code == 202
