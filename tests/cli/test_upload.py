"""A file uploaded by a command to another Catalog arrives whole over a connection that breaks; little is sent twice."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.remote import unfinished, upload
from catalog.cli.command_line import main
from catalog.models import Import, PartialUpload, db
from catalog.people import tokens, users
from catalog.people.actors import COMMAND_LINE
from tests.conftest import EMAIL, PASSWORD
from tests.support.proxy import proxy

MIB = 1024**2


def _spring(folder: Path) -> Path:
    """A file of 6 MiB."""
    rows = "".join(f'A{n},Lamp {n},"{n:05}{"x" * (MIB // 10)}"\n' for n in range(60))
    file = folder / "spring.csv"
    file.write_text(f"sku,name,description\n{rows}")
    return file


def _token() -> str:
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)
    return tokens.create(COMMAND_LINE, user, "cli", "write")[1]


@pytest.mark.long
def test_a_cut_upload_continues_where_it_stopped(
    app: Flask, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _spring(tmp_path)
    size = file.stat().st_size
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(upload, "PART_BYTES", 2 * MIB)
    server = urlsplit(address)
    cuts = [MIB, 3 * MIB + 70_000, 5 * MIB]
    with proxy((server.hostname or "", server.port or 0), cuts=cuts) as line:
        env = {"CATALOG_URL": line.url, "CATALOG_TOKEN": _token()}
        result = CliRunner().invoke(main, ["import", str(file)], env=env)
    assert result.exit_code == 0, result.output
    row = db.session.query(Import).one()
    assert (row.created, row.filename) == (60, "spring.csv")
    assert row.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert line.to_server.broken == len(cuts)
    # What was on the line when it broke is sent once more: a block of the server each time, and the heads of requests.
    assert size < line.to_server.sent < size + len(cuts) * MIB + 100_000
    assert db.session.query(PartialUpload).count() == 0


def test_a_second_run_of_the_command_continues_the_upload(
    app: Flask, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _spring(tmp_path)
    size = file.stat().st_size
    monkeypatch.setattr(upload, "PART_BYTES", 2 * MIB)
    monkeypatch.setattr(upload, "PATIENCE_SECONDS", 0)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    server = urlsplit(address)
    with proxy((server.hostname or "", server.port or 0), cuts=[4 * MIB + 70_000]) as line:
        env = {"CATALOG_URL": line.url, "CATALOG_TOKEN": _token()}
        first = CliRunner().invoke(main, ["import", str(file)], env=env)
        assert first.exit_code == 1 and "does not answer" in first.stderr
        assert db.session.query(Import).count() == 0
        assert len(list(unfinished.folder().iterdir())) == 1
        monkeypatch.setattr(upload, "PATIENCE_SECONDS", 300)
        second = CliRunner().invoke(main, ["import", str(file)], env=env)
    assert second.exit_code == 0, second.output
    assert "The upload of spring.csv continues: " in second.stderr
    db.session.rollback()
    assert db.session.query(Import).one().sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert size < line.to_server.sent < size + MIB + 100_000
    assert db.session.query(PartialUpload).count() == 0
    assert list(unfinished.folder().iterdir()) == []


def test_an_upload_that_the_server_forgot_begins_again(
    app: Flask, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "small.csv"
    file.write_text("sku,name\nA1,Lamp\n")
    with unfinished.note(f"{address}/api/v1", file) as note:
        note.write("00000000000000000000000000000000")
    env = {"CATALOG_URL": address, "CATALOG_TOKEN": _token()}
    result = CliRunner().invoke(main, ["import", str(file)], env=env)
    assert result.exit_code == 0, result.output
    assert "continues" not in result.stderr


def test_a_changed_file_is_another_upload_and_a_second_command_gets_no_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "a.csv"
    file.write_text("sku,name\nA1,Lamp\n")
    with unfinished.note("http://a", file) as first:
        first.write("one")
        with unfinished.note("http://a", file) as second:
            assert second.upload_id == ""
            second.write("two")
    file_again = [unfinished.note("http://a", file), unfinished.note("http://b", file)]
    with file_again[0] as same, file_again[1] as elsewhere:
        assert (same.upload_id, elsewhere.upload_id) == ("one", "")
    file.write_text("sku,name\nA1,Lamb\n")
    with unfinished.note("http://a", file) as changed:
        assert changed.upload_id == ""


def test_a_failure_that_does_not_pass_is_not_waited_for() -> None:
    tries = []

    def call() -> None:
        tries.append(1)
        raise Failure("No.", "forbidden")

    with pytest.raises(Failure, match="No."):
        upload.patiently(call)
    assert len(tries) == 1


def test_a_server_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(upload, "FIRST_WAIT_SECONDS", 0.01)
    tries = []

    def call() -> None:
        tries.append(1)
        raise Failure("It does not answer.", upload.AWAY)

    with pytest.raises(Failure, match="does not answer"):
        upload.patiently(call)
    assert len(tries) > 3
