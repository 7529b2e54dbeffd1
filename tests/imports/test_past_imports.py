"""The past of imports: found, downloaded, told as a log, run again, bundled, and forgotten after its time."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import text

from catalog import steward
from catalog.changes import old_values
from catalog.changes.undo import rules as undo_rules
from catalog.cli.command_line import main
from catalog.importer import Options, Wanted
from catalog.imports import control, past, retention, reviews, scratch_tables
from catalog.imports.intake import bundles, uploads
from catalog.imports.report import log as import_log
from catalog.imports.run import whole_file
from catalog.models import ChangeSet, Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from catalog.runtime import Settings
from catalog.web.rendering.filters import filesize
from tests.conftest import EMAIL, catalog, counts, create, csrf
from tests.support.live import environment
from tests.support.programs import Program, problem

Run = Callable[..., Import]
SCRATCH_SIZES = text("""
SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname ~ '^import_[0-9]' AND relkind = 'r'
""")
FILE = "sku,name,price\nA,Lamp,1.10\n,x,\nB,Chair,2\na,Lamp,1.20\n"


def found(**asked: str) -> list[int]:
    """The ids of the imports that match."""
    page = past.search(past.Query.of(asked))
    return [row.id for row in page.rows]


def age(days: int) -> None:
    """Let everything be so many days older."""
    with db.engine.begin() as connection:
        for table, column in (("imports", "finished_at"), ("change_sets", "created_at")):
            connection.execute(text(f"UPDATE {table} SET {column} = {column} - make_interval(days => {days})"))


def test_imports_are_found_by_what_one_knows_of_them(client: FlaskClient, run_import: Run) -> None:
    first = run_import(FILE)
    run_import("sku,name\nA,x\n", mode="update")
    waiting = create("sku,name\nC,y\n")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET filename = '100%_spring.csv', user_id = 1 WHERE id = 2"))
    assert found(q="spring") == found(q="%_") == found(q=EMAIL) == found(who="ann") == [2]
    assert found(q=first.sha256[:9].upper()) == [1] and found(q="#3") == [waiting.id]
    assert found(state="queued") == [3] and found(mode="update") == [2]
    today = f"{first.created_at:%Y-%m-%d}"
    assert found(since=today, until=today) == [3, 2, 1] == found(state="nonsense", since="x")
    assert found(until="2020-01-01") == [] == found(q="_s", state="queued")
    page = client.get("/imports?q=spring&mode=update").text
    assert "100%_spring.csv" in page and "test.csv" not in page
    assert "clear them to see all imports" in client.get("/imports?q=nobody").text


def test_pages_of_what_was_found_go_on_with_it(app: Flask, run_import: Run, reader: Program) -> None:
    for _ in range(3):
        create("sku,name\n")
    first = reader.ask("GET", "/imports?state=queued&limit=2").json
    second = reader.ask("GET", f"/imports?state=queued&limit=2&cursor={first['next_cursor']}").json
    assert [i["id"] for i in first["imports"] + second["imports"]] == [3, 2, 1]
    problem(reader.ask("GET", "/imports?state=nonsense"), 422, "invalid")


def test_the_file_is_downloaded_as_it_was_under_a_name_that_can_do_no_harm(
    client: FlaskClient, run_import: Run
) -> None:
    run_import(FILE)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET filename = '../../a\"b.csv'"))
    answer = client.get("/imports/1/file")
    assert answer.data.decode() == FILE and answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ab.csv"'
    uploads.storage().delete(control.get(1).storage_key)
    assert client.get("/imports/1/file").status_code == 404
    assert client.get("/imports/1/bundle.zip").status_code == 404


def test_a_completed_import_runs_again_as_a_new_one(client: FlaskClient, run_import: Run, writer: Program) -> None:
    run_import(FILE, blank="keep")
    token = csrf(client.get("/imports/1").text)
    answer = client.post("/imports/1/repeat", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/imports/2")
    uploads.storage().delete(control.get(1).storage_key)  # they share nothing
    whole_file.run(2)
    row = control.get(2)
    assert row is not None and row.options["blank"] == "keep"
    assert counts(row) == {"rows": 4, "unchanged": 2, "duplicates": 1, "rejected": 1}
    problem(writer.ask("POST", "/imports/1/repeat"), 404, "not_found")
    assert writer.ask("POST", "/imports/2/repeat").json["id"] == 3


def test_the_log_tells_the_run_from_the_row(client: FlaskClient, run_import: Run, reader: Program) -> None:
    run_import(FILE)
    lines = [line["words"] for line in reader.ask("GET", "/imports/1/log").json["lines"]]
    assert lines[0] == "Received test.csv, 53 bytes, on a page."
    assert lines[2].startswith("Read 4 rows; 1 rejected, 0 blank.")
    assert lines[-1] == "Completed: 4 rows = 2 created + 1 duplicate + 1 rejected."
    assert "Compared with the catalog." in client.get("/imports/1").text
    create(FILE)
    control.cancel(COMMAND_LINE, 2)
    assert import_log.log(control.get(2))[-1].words.startswith("Cancel was pressed")


def test_the_log_tells_who_lost_it_who_decided_and_who_took_it_back(
    app: Flask, client: FlaskClient, run_import: Run, writer: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = create(FILE, review=True)
    token = {"csrf_token": csrf(client.get("/imports/1").text)}
    client.post("/imports/1/cancel", data=token)
    writer.ask("POST", "/imports/1/retry")
    with db.engine.begin() as connection:  # a worker that dies in the middle
        connection.execute(
            text(
                "UPDATE imports SET state = 'reading', phase = 'reading', percent = 20, lease_owner = 'host:1',"
                " takes = 1, lease_expires_at = now() - interval '1 s'"
            )
        )
    whole_file.run(row.id)
    client.post("/imports/1/apply", data=token)
    whole_file.run(row.id)
    change = control.get(1).change_set_id
    jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change))
    run_import("sku,name\nA,z\n", review=True)
    client.post("/imports/2/discard", data=token)
    told = [line["words"] for line in writer.ask("GET", "/imports/1/log").json["lines"]]
    expected = [
        "Received test.csv",
        f"Cancel was pressed by {EMAIL} on a page.",
        f"Queued again by {EMAIL} through the API.",
        "Worker host:1 stopped responding (reading, 20%; its lease ended at",
        "Read 4 rows; 1 rejected, 0 blank.",
        "Verified that no row was lost",
        "Waited for another change to finish.",
        "Compared with the catalog.",
        "Prepared the review.",
        "Waiting for review.",
        f"The review was applied by {EMAIL} on a page.",
        "Worker ",
        "Wrote the changes.",
        "Completed: 4 rows = ",
    ]
    wrote = next(n for n, words in enumerate(told) if words.startswith("Wrote the"))
    lines = told[:12] + told[wrote:]  # to wait for 0 s once more is no line
    assert [words[: len(begin)] for words, begin in zip(lines, expected, strict=False)] == expected
    assert told[-1] == "Undone on the command line: change 2."
    shown = client.get("/imports/1").text
    assert all(str(escape(words)) in shown for words in told)
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    printed = CliRunner().invoke(main, ["log", "1", "--json"]).stdout.splitlines()
    assert [json.loads(line)["words"] for line in printed] == told
    assert import_log.log(control.get(2))[-1].words == f"The review was discarded by {EMAIL} on a page."


def timed(number: int, **seconds: float) -> None:
    """Let the last run that ended have taken so long, as if a clock of our own had been asked."""
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE import_events SET details = jsonb_set(details, '{timings}', CAST(:timings AS jsonb))"
                " WHERE id = (SELECT max(id) FROM import_events WHERE import_id = :id AND kind = 'ended')"
            ),
            {"id": number, "timings": json.dumps(seconds)},
        )


def phases(number: int) -> list[str]:
    """The phases that the log tells, of all runs one after the other."""
    begins = [words.rstrip(".") for words in import_log.PHASES.values()] + ["Read "]
    told = [line.words for line in import_log.log(control.get(number))]
    return [words for words in told if words.startswith(tuple(begins))]


READ_IN = {"reading": 0.002, "checking": 0.0, "waiting": 0.0, "planning": 0.003, "keeping": 0.001}
READ_LINES = [
    "Read 4 rows; 1 rejected, 0 blank. 0.002 s.",
    "Verified that no row was lost. 0.000 s.",
    "Waited for another change to finish. 0.000 s.",
    "Compared with the catalog. 0.003 s.",
    "Prepared the review. 0.001 s.",
]


def again(number: int) -> None:
    """Plan it once more."""
    reviews.apply(COMMAND_LINE, control.get(number), reviews.AGAIN)


def retry(number: int) -> None:
    """Let its plan go, and queue it once more."""
    control.cancel(COMMAND_LINE, number, kind="discarded")
    control.retry(COMMAND_LINE, number)


def lose(number: int) -> None:
    """Apply a plan that is not there any more."""
    with db.engine.begin() as connection:
        connection.execute(text(f'DROP TABLE "{reviews.scratch(control.get(number))}_plan"'))
    reviews.apply(COMMAND_LINE, control.get(number))


@pytest.mark.parametrize("begin", [again, retry, lose])
def test_a_run_that_begins_from_nothing_tells_all_its_phases_though_they_took_as_long(
    run_import: Run, begin: Callable[[int], None]
) -> None:
    run_import(FILE, review=True)
    timed(1, **READ_IN)
    begin(1)
    whole_file.run(1)
    timed(1, **READ_IN)
    assert control.get(1).state == "review" and phases(1) == READ_LINES * 2


def test_a_run_that_takes_a_plan_up_tells_only_what_it_took_itself(run_import: Run) -> None:
    run_import("sku,name\nA,Lamp\nB,Chair\n")
    run_import(FILE, review=True)
    timed(2, **READ_IN | {"waiting": 0.5})
    reviews.apply(COMMAND_LINE, control.get(2))
    editing.update(Actor("page"), 1, 1, {"name": "Sofa"})
    whole_file.run(2)  # there is a new conflict: it waits again
    assert control.get(2).state == "review"
    timed(2, **READ_IN | {"waiting": 0.5})
    reviews.apply(COMMAND_LINE, control.get(2), reviews.SKIP)
    whole_file.run(2)
    timed(2, **READ_IN | {"waiting": 0.75, "applying": 0.0})
    assert control.get(2).state == "completed"
    assert phases(2)[len(READ_LINES) :] == [
        "Waited for another change to finish. 0.250 s.",
        "Wrote the changes. 0.000 s.",
    ]


def test_a_run_from_nothing_does_not_tell_the_phases_of_the_one_before_as_its_own(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(FILE, review=True)
    again(1)
    seen: list[list[str]] = []
    with monkeypatch.context() as patch:
        patch.setattr(whole_file.Run, "carry_out", lambda *_: seen.append(phases(1)))
        whole_file.run(1)
    assert seen == [phases(1)[:5]]


def bundle_of(client: FlaskClient, **changed: object) -> bytes:
    """The bundle of import 1, with another manifest if that is changed."""
    packed = client.get("/imports/1/bundle.zip").data
    if not changed:
        return packed
    altered = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            if name == bundles.MANIFEST:
                told = json.dumps(json.loads(told) | changed).encode()
            new.writestr(name, told)
    return altered.getvalue()


def drop(client: FlaskClient, packed: bytes, **fields: str) -> object:
    """A file dropped on the page."""
    token = {"csrf_token": csrf(client.get("/imports/new").text)}
    file = {"file": (io.BytesIO(packed), "bundle.zip")}
    return client.post("/imports/new", data=token | file | fields)


def test_a_bundle_does_it_again_with_the_same_counts_by_page_api_and_command(
    app: Flask, client: FlaskClient, run_import: Run, writer: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even what had been guessed is a choice in it; whether to ask first is a choice of who brings it."""
    file = "Artikelnummer;name;Grösse\nA;Lampe;groß\n;x;\n".encode("cp1252")
    first = run_import(file, encoding="cp1252", extra="drop")
    packed = bundle_of(client)
    with zipfile.ZipFile(io.BytesIO(packed)) as zip_:
        assert zip_.read("errors.csv").count(b"\n") == 2
        manifest = json.loads(zip_.read(bundles.MANIFEST))
    assert manifest["report"]["created"] == 1 and manifest["sha256"] == first.sha256
    jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    looked = writer.ask("POST", "/imports/look", data={"file": (io.BytesIO(packed), "b.zip")}).json
    assert looked["names"] == ["Artikelnummer", "name", "Grösse"]
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed)
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    assert drop(client, packed, review="yes", mode="delete").location == "/imports/2"
    sent = {"file": (io.BytesIO(packed), "b.zip"), "review": "true"}
    assert writer.ask("POST", "/imports", data=sent).status_code == 202
    told = CliRunner().invoke(main, ["import", "--review", "--json", str(path)])
    assert json.loads(told.stdout)["state"] == "review"
    for number in (2, 3):
        whole_file.run(number)
    for number in (2, 3, 4):
        again = control.get(number)
        assert (again.state, counts(again)) == ("review", counts(first))
        assert (again.filename, again.sha256) == ("test.csv", first.sha256)
        assert (again.options["delimiter"], again.options["extra"]) == (";", "drop")


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"bundle": 99}, "another version"),
        ({"options": {"nonsense": 1}}, "manifest"),
        ({"options": {"skip": "x"}}, "is not a valid value for skip"),
        ({"options": {"joined": {"name": {"columns": "sku"}}}}, "is not a valid value for joined"),
        ({"options": {"encoding": "rot13"}}, "is not one of utf-8"),
        ({"sha256": "0"}, "does not match its checksum"),
        ({"file": "nowhere"}, "manifest"),
    ],
)
def test_a_bundle_that_is_none_is_rejected_and_nothing_of_it_is_kept(
    client: FlaskClient, run_import: Run, settings: Settings, writer: Program, changed: dict[str, object], words: str
) -> None:
    run_import(FILE)
    packed, before = bundle_of(client, **changed), set(settings.uploads.glob("*"))
    answer = drop(client, packed)
    assert answer.status_code == 422 and words in answer.text
    sent = {"file": (io.BytesIO(packed), "b.zip")}
    problem(writer.ask("POST", "/imports", data=sent), 422, "invalid")
    assert set(settings.uploads.glob("*")) == before


def test_a_bundle_names_no_place_outside_its_folder() -> None:
    assert bundles.plain_name("../..\\etc/passwd") == "passwd"
    assert bundles.plain_name("..") == bundles.plain_name("") == "file"
    assert Options.from_json(Options().to_json()) == Options()


def test_after_its_time_a_file_and_old_values_go_and_undo_says_why(
    client: FlaskClient, run_import: Run, settings: Settings
) -> None:
    run_import(FILE)
    run_import("sku,name\nA,New lamp\n")
    age(31)
    run_import("sku,name\nA,Newer lamp\n")
    before = catalog()
    kept = retention.disk_use()
    assert kept.uploads > 0 and kept.old_values > 0
    done = steward.tick()
    assert (done["files_pruned"], done["old_values_pruned"]) == (2, 2)
    assert [past.has_file(control.get(i)) for i in (1, 2, 3)] == [False, False, True]
    reason = undo_rules.why_not(db.session.get_one(ChangeSet, 2))
    assert reason is not None and "were deleted on" in reason
    assert catalog() == before and steward.tick()["old_values_pruned"] == 0
    page = client.get("/products/1").text
    assert "old values are no longer kept" in page  # where the chain was cut
    assert "no longer" in client.get("/imports/1").text
    assert "Uploaded files, for 30 days" in client.get("/status").text
    assert jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=3)).updated == 1  # younger: it can
    assert [row[1] for row in catalog()] == ["New lamp", "Chair"]


def test_a_failed_import_names_the_button_only_while_its_file_is_kept(client: FlaskClient, run_import: Run) -> None:
    run_import('sku,name\nA,"Lamp\n')
    page = client.get("/imports/1").text
    assert "press “Import again”" in page and 'action="/imports/1/retry"' in page
    age(31)
    assert steward.tick()["files_pruned"] == 1
    page = client.get("/imports/1").text
    assert "The file is no longer stored here." in page
    assert "press “Import again”" not in page and 'action="/imports/1/retry"' not in page


def test_a_json_file_is_called_json_and_has_no_header(client: FlaskClient, run_import: Run) -> None:
    run_import('[{"sku": "A", "name": "Lamp"}]')
    page = client.get("/imports/1").text
    assert "<dt>Format</dt><dd>JSON</dd>" in page and "<dt>Header</dt>" not in page


def test_an_undo_that_began_in_time_keeps_its_old_values(app: Flask, run_import: Run) -> None:
    run_import("sku,name\nA,One\n")
    moved = text("UPDATE change_sets SET created_at = now() - make_interval(days => :days)")
    days = app.config["SETTINGS"].undo_days
    for age, pruned in ((days, 0), (days + 1, 1)):
        with db.engine.begin() as connection:
            connection.execute(moved, {"days": age})
        assert old_values.prune_values() == pruned


def test_old_values_of_a_large_change_set_go_in_parts(
    run_import: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_values, "ROWS_AT_ONCE", 2)
    run_import("sku,name\nA,Lamp\nB,Chair\nC,Table\n")
    run_import("sku,name\nA,New lamp\nB,New chair\nC,New table\n")
    age(31)
    run_import("sku,name\nA,Newer lamp\n")
    left = []
    for _ in range(3):
        steward.tick()
        left.append(logged())
        assert undo_rules.why_not(db.session.get_one(ChangeSet, 2, populate_existing=True)) is not None
        db.session.rollback()
    assert left == [[(2, 1), (3, 1)], [(3, 1)], [(3, 1)]]


def logged() -> list[tuple[int, int]]:
    """Change sets in the log of old values, and the number of their products."""
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT change_set_id, count(*) FROM product_changes GROUP BY 1 ORDER BY 1"))
        return [(change_set, products) for change_set, products in found]


def test_the_bytes_that_an_undo_takes_are_about_those_of_the_old_values(client: FlaskClient, run_import: Run) -> None:
    """Also of a table that was never analyzed, as it is after the first import."""
    run_import("sku,name\n" + "".join(f"A{n},x\n" for n in range(300)))
    row = run_import("sku,name\n" + "".join(f"A{n},y\n" for n in range(200)))
    assert 200 * 40 < retention.of_import(row) < 200 * 400
    assert "Old values for undo" in client.get(f"/imports/{row.id}").text


def test_an_import_whose_file_is_gone_keeps_what_is_known_of_it(
    client: FlaskClient, run_import: Run, writer: Program
) -> None:
    row = run_import('sku,name\n,x\nA,"open\n')
    kept = (row.state, row.rows, row.rejected)
    age(31)
    assert steward.tick()["files_pruned"] == 1
    assert "Retry" not in client.get(f"/imports/{row.id}").text
    retried = client.post(
        f"/imports/{row.id}/retry", data={"csrf_token": csrf(client.get("/products/new").text)}, follow_redirects=True
    )
    assert uploads.FILE_GONE in retried.text
    answer = writer.ask("POST", f"/imports/{row.id}/retry")
    problem(answer, 409, "ended")
    assert answer.get_json()["detail"] == uploads.FILE_GONE
    after = control.get(row.id)
    assert after is not None and (after.state, after.rows, after.rejected) == kept


def test_a_plan_that_nobody_decides_about_goes_after_its_time_and_the_history_says_so(
    client: FlaskClient, run_import: Run, reader: Program
) -> None:
    run_import(FILE)
    for _ in range(2):
        run_import("sku,name\nA,New lamp\nC,New\n", review=True)
    db.session.get_one(Import, create(FILE).id).held = True
    db.session.commit()
    with db.engine.connect() as connection:
        sizes = connection.execute(SCRATCH_SIZES).all()
    assert {name.rsplit("_", 1)[1] for name, _ in sizes} == {"plan", "blocks"}
    assert retention.disk_use().scratch == sum(size for _, size in sizes) > 0
    assert steward.tick()["plans_pruned"] == 0
    assert f"{filesize(retention.disk_use().scratch)}</dd>" in client.get("/status").text
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE imports SET started_at = started_at - interval '31 days',"
                " queued_at = queued_at - interval '31 days' WHERE id <> 3"
            )
        )
    assert steward.tick()["plans_pruned"] == 2
    (gone, kept), held = map(control.get, (2, 3)), control.get(4)
    assert (gone.state, counts(gone), kept.state) == ("cancelled", {"rows": 2}, "review")
    assert str(gone.error).startswith("The review was not applied or discarded for 30 days")
    assert (held.state, held.error) == ("cancelled", retention.UNSEEN.format("24 hours"))
    assert scratch_tables.sweep() == 0 and reviews.page(kept, Wanted()).rows
    assert "The review was not applied or discarded" in client.get("/imports/2").text
    assert control.retry(COMMAND_LINE, 2)  # its file is still there


def test_a_file_that_no_import_ever_knew_goes_after_a_day(app: Flask, settings: Settings) -> None:
    known = create(FILE)
    upload = uploads.begin()
    upload.take(io.BytesIO(b"x"))
    stored = upload.finish()
    assert retention.prune_orphans() == 0
    long_ago = time.time() - 2 * 24 * 3600
    for key in (stored.key, known.storage_key):
        os.utime(settings.uploads / key, (long_ago, long_ago))
    assert steward.tick()["orphans_deleted"] == 1
    assert uploads.storage().exists(known.storage_key)
    assert not uploads.storage().exists(stored.key)
