"""How many rows may be refused, the same file again, and files to begin with."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import jobs
from catalog.cli import results
from catalog.importer import Rejected, hold_to_policy
from catalog.imports import control, past
from catalog.imports.intake import receive
from catalog.imports.rejected import rows as rejected_rows
from catalog.imports.run import turns
from catalog.models import Import, db
from tests.cli.test_cli import invoke
from tests.conftest import EMAIL, catalog, counts, csrf
from tests.support.programs import Program

Run = Callable[..., Import]
FILE = "sku,name\nA1,Lamp\n\n,x\n,y\nA2,Chair\n"


@pytest.mark.parametrize(
    "limit, rows, rejected, whole, stops",
    [
        ("", 10, 10, True, False),
        ("3", 10, 3, True, False),
        ("3", 10, 4, False, True),
        ("0", 10, 1, False, False),  # all of them are told
        ("0", 10, 1, True, True),
        ("0", 10, 0, True, False),
        ("2%", 100, 2, True, False),
        ("2%", 100, 3, True, True),
        ("2%", 100, 99, False, False),  # not known yet
        ("0.5%", 1000, 6, True, True),
    ],
)
def test_the_limit(limit: str, rows: int, rejected: int, whole: bool, stops: bool) -> None:
    if not stops:
        hold_to_policy(limit, rows, rejected, whole=whole)
        return
    with pytest.raises(Rejected, match="nothing was changed"):
        hold_to_policy(limit, rows, rejected, whole=whole)


@pytest.mark.parametrize(
    "limit, rows, rejected, whole, words",
    [
        ("0", 1, 1, True, "1 of 1 row was rejected, but none may be"),
        ("0", 2, 1, True, "1 of 2 rows was rejected, but none may be"),
        ("1", 2, 2, True, "2 of 2 rows were rejected, but at most 1 may be"),
        ("1", 2, 2, False, "2 of the first 2 rows were rejected"),
    ],
)
def test_the_limit_counts_in_words(limit: str, rows: int, rejected: int, whole: bool, words: str) -> None:
    with pytest.raises(Rejected, match=f"^{words}"):
        hold_to_policy(limit, rows, rejected, whole=whole)


@pytest.mark.parametrize(
    "limit, state", [("0", "failed"), ("1", "failed"), ("49%", "failed"), ("50%", "completed"), ("2", "completed")]
)
def test_too_many_rejected_rows_change_nothing_and_are_kept(run_import: Run, limit: str, state: str) -> None:
    row = run_import(FILE, max_errors=limit)
    assert row.state == state and len(catalog()) == (2 if state == "completed" else 0)
    assert rejected_rows.codes(row.id) == {"sku_blank": 2}
    if state == "failed":
        assert str(row.error).startswith("2 of ") and counts(row)["rejected"] == 2


def upload(client: FlaskClient, **fields: str):
    """A file by the form."""
    data = {"file": (io.BytesIO(FILE.encode()), "x.csv"), "csrf_token": csrf(client.get("/imports/new").text)}
    return client.post("/imports/new", data=data | fields)


def test_the_form_has_the_limit(client: FlaskClient) -> None:
    assert upload(client, rejected="limit", max_errors="many").status_code == 422
    upload(client, rejected="limit", max_errors="2%")
    upload(client, rejected="none")
    upload(client)
    found = past.search(past.Query()).rows
    assert [i.options["max_errors"] for i in found] == ["", "0", "2%"]


def test_the_same_file_is_asked_about_and_run_again(client: FlaskClient) -> None:
    upload(client, ask_same="yes")
    jobs.run_import(1)
    assert upload(client).location == "/imports/2"  # a script is not asked
    answer = upload(client, ask_same="yes")
    page = client.get(answer.location).text
    assert "This file was imported before" in page and "as import 1 (x.csv)" in page
    assert "Open the earlier import" in page
    db.session.expire_all()
    assert [i.state for i in past.search(past.Query()).rows] == ["cancelled", "queued", "completed"]
    client.post(f"{answer.location}/retry", data={"csrf_token": csrf(page)})
    turns.run(3)
    done = control.get(3)
    assert done is not None and (done.state, done.same_as_id) == ("completed", 1)
    assert counts(done)["unchanged"] == 2


@pytest.mark.parametrize(
    "source, user_id, who",
    [
        ("page", 1, f"by {EMAIL} on a page"),
        ("api", 1, f"by {EMAIL} through the API"),
        ("cli", None, "on the command line"),
        ("url", None, "from a source"),
    ],
)
def test_who_brought_the_same_file_is_told_alike_here_and_elsewhere(
    client: FlaskClient, reader: Program, run_import: Run, source: str, user_id: int | None, who: str
) -> None:
    before = db.session.get_one(Import, run_import(FILE).id)
    before.source, before.user_id = source, user_id
    db.session.commit()
    said = receive.when(before)
    assert f" UTC, {who}, as import 1 (test.csv)." in said
    assert results.before(reader.ask("GET", "/imports/1").json) == said


def test_the_command_says_so_and_goes_on_or_not(app: Flask, run_import: Run, tmp_path: Path) -> None:
    run_import(FILE)
    path = tmp_path / "x.csv"
    path.write_text(FILE)
    for option, state in (("--skip-same", '"id": 1'), ("--all-or-nothing", '"failed"')):
        done = invoke(app, "import", "--json", option, str(path))
        assert "The same file was imported on" in done.stderr and state in done.stdout
    assert '"same_as": 1' in done.stdout and done.returncode == 1


def test_the_template_and_the_sample_can_be_imported(client: FlaskClient, run_import: Run) -> None:
    header = client.get("/imports/template.csv").text
    sample = client.get("/imports/sample.csv").text
    assert header.startswith("sku,name,") and sample.startswith(header)
    row = run_import(sample)
    assert counts(row) == {"rows": 20, "created": 20}


def test_several_files_queue_in_their_order(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    files = [(io.BytesIO(f"sku,name\nA{i},x\n".encode()), f"{i}.csv") for i in (1, 2, 3)]
    answer = client.post("/imports/new", data={"file": files, "csrf_token": token})
    assert answer.location == "/imports"
    assert [i.filename for i in past.search(past.Query()).rows] == ["3.csv", "2.csv", "1.csv"]
    data = {"file": [(io.BytesIO(b"sku,name\nB,x\n"), f"{n}.csv") for n in "ab"], "hold": "yes", "csrf_token": token}
    listed = client.post("/imports/new", data=data).location
    assert listed == "/imports/new?imports=4,5"
    page = client.get(f"{listed},99,4,x").text
    assert "2 files" in page and page.count("<li data-location=") == 2 and 'data-location="/imports/5"' in page
    for number in (1, 2, 3):
        jobs.run_import(number)
    assert [p[0] for p in catalog()] == ["A1", "A2", "A3"]
