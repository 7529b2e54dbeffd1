"""Web processes and a worker that share a bucket, a database and Redis, but no disk."""

import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3
from flask import Flask

from catalog.config import PROJECT, Settings
from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD
from tests.support.bucket import bucket
from tests.support.live import environment, web_server

ROWS = 40_000
FILE = b"sku,name,description\n" + b"".join(
    b'A%d,Lamp %d,"%s"\n' % (number, number, b"long text " * 20) for number in range(ROWS)
)
FILE += b",No SKU,x\n"
PATIENCE = 60


class Host:
    """A web process of its own, as a program sees it."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._url = f"http://{address[0]}:{address[1]}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> urllib3.BaseHTTPResponse:
        """One request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = urllib3.request(
            method, self._url + path, body=body or None, headers=self._headers | named, timeout=PATIENCE
        )
        assert answer.status < 300, answer.data
        return answer

    def add(self, upload: str, offset: int, data: bytes) -> int:
        """Send more of an upload; returns its size."""
        kind = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": str(offset)}
        return int(self.ask("PATCH", f"/uploads/{upload}", data, **kind).headers["Upload-Offset"])


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
            first, second = Host(a, token), Host(b, token)
            begun = first.ask("POST", "/uploads", Upload_Length=str(len(FILE)), Upload_Metadata="filename YS5jc3Y=")
            upload = begun.headers["Location"].rpartition("/")[2]
            sent = first.add(upload, 0, FILE[:6_000_000])
            assert second.ask("HEAD", f"/uploads/{upload}").headers["Upload-Offset"] == str(sent) == "6000000"
            server.faults = ["slow_down", "away"]
            assert second.add(upload, sent, FILE[sent:]) == len(FILE)
            body, kind = urllib3.encode_multipart_formdata({"upload": upload})
            row = json.loads(second.ask("POST", "/imports", body, Content_Type=kind).data)
            done = _ended(first, row["id"])
            assert (done["state"], done["created"], done["rejected"]) == ("completed", ROWS, 1)
            assert b"No SKU" in first.ask("GET", f"/imports/{row['id']}/errors.csv").data
            packed = first.ask("GET", f"/imports/{row['id']}/bundle.zip").data
            with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
                assert hashlib.sha256(bundle.read("file/a.csv")).digest() == hashlib.sha256(FILE).digest()
            assert second.ask("GET", f"/imports/{row['id']}/file").data == FILE
    assert [path for home in homes for path in (home.home / "uploads").glob("*")] == []


def _ended(host: Host, import_id: int) -> dict[str, object]:
    """The import after its end, as a host shows it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        row: dict[str, object] = json.loads(host.ask("GET", f"/imports/{import_id}").data)
        if row["state"] in ("completed", "failed", "cancelled"):
            return row
        assert time.monotonic() < deadline, row
        time.sleep(0.1)
