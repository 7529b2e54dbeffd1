"""A file that a command sends to a Catalog elsewhere arrives whole over a line that breaks, and nothing is sent twice."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli import main
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.remote import upload
from catalog.models import Import, PartialUpload, db
from catalog.people import tokens, users
from catalog.people.actors import COMMAND_LINE
from tests.conftest import EMAIL, PASSWORD
from tests.support.cutting import line

MIB = 1024**2


def test_a_cut_upload_continues_where_it_stopped(
    app: Flask, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "spring.csv"
    rows = "".join(f'A{n},Lamp {n},"{n:05}{"x" * (MIB // 10)}"\n' for n in range(60))
    file.write_text(f"sku,name,description\n{rows}")
    size = file.stat().st_size
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)
    token = tokens.create(COMMAND_LINE, user, "cli", "write")[1]
    monkeypatch.setattr(upload, "PART_BYTES", 2 * MIB)
    server = urlsplit(address)
    cuts = [MIB, 3 * MIB + 70_000, 5 * MIB]
    with line((server.hostname or "", server.port or 0), cuts) as (through, broken):
        env = {"CATALOG_URL": through, "CATALOG_TOKEN": token}
        result = CliRunner().invoke(main, ["import", str(file)], env=env)
    assert result.exit_code == 0, result.output
    row = db.session.query(Import).one()
    assert (row.created, row.filename) == (60, "spring.csv")
    assert row.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert broken.broken == len(cuts)
    # What was on the line when it broke is sent once more: a block of the server each time, and the heads of requests.
    assert size < broken.sent < size + len(cuts) * MIB + 100_000
    assert db.session.query(PartialUpload).count() == 0


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
