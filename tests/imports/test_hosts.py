"""Web processes and a worker that share a bucket, a database and Redis, but no disk."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3
from flask import Flask

from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime import PROJECT, Settings
from tests.conftest import EMAIL, PASSWORD
from tests.support.bucket import bucket
from tests.support.live import environment, web_server
from tests.support.remote import Remote

ROWS = 40_000
FILE = b"sku,name,description\n" + b"".join(
    b'A%d,Lamp %d,"%s"\n' % (number, number, b"long text " * 20) for number in range(ROWS)
)
FILE += b",No SKU,x\n"


@contextmanager
def worker(settings: Settings) -> Iterator[None]:
    """A worker with a home of its own."""
    command = [sys.executable, "worker.py", "imports", "quick"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(settings))
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_what_one_host_received_others_continue_import_and_serve(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    token = tokens.create(COMMAND_LINE, user, "hosts", "write")[1]
    settings = app.config["SETTINGS"]
    homes = [settings.model_copy(update={"home": tmp_path / name}) for name in "abc"]
    with bucket() as server:
        monkeypatch.setenv("STORAGE_URL", server.url)
        with web_server(homes[0]) as a, web_server(homes[1]) as b, worker(homes[2]):
            first, second = Remote.at(a, token), Remote.at(b, token)
            begun = first.ask("POST", "/uploads", Upload_Length=str(len(FILE)), Upload_Metadata="filename YS5jc3Y=")
            upload = begun.headers["Location"].rpartition("/")[2]
            sent = first.add(upload, 0, FILE[:6_000_000])
            assert second.ask("HEAD", f"/uploads/{upload}").headers["Upload-Offset"] == str(sent) == "6000000"
            server.faults = ["slow_down", "away"]
            assert second.add(upload, sent, FILE[sent:]) == len(FILE)
            body, kind = urllib3.encode_multipart_formdata({"upload": upload})
            row = json.loads(second.ask("POST", "/imports", body, Content_Type=kind).data)
            done = first.ended(row["id"])
            assert (done["state"], done["created"], done["rejected"]) == ("completed", ROWS, 1)
            assert b"No SKU" in first.ask("GET", f"/imports/{row['id']}/errors.csv").data
            packed = first.ask("GET", f"/imports/{row['id']}/bundle.zip").data
            with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
                assert hashlib.sha256(bundle.read("file/a.csv")).digest() == hashlib.sha256(FILE).digest()
            assert second.ask("GET", f"/imports/{row['id']}/file").data == FILE
    assert [path for home in homes for path in (home.home / "uploads").glob("*")] == []
