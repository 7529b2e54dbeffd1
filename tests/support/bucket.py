"""moto's S3 server in a process of its own, behind a little proxy that breaks what a test wants broken."""

import http.client
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import quote, unquote

import pytest
from flask import Flask

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key-of-tests",
    "AWS_SECRET_ACCESS_KEY": "secret-of-tests",
    "AWS_EC2_METADATA_DISABLED": "true",
}
ANYBODY = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
"""Of a client of Google's, which signs nothing here; moto wants it said, and does not check it."""
SERVE = """
import sys, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


class Faulty(ThreadingHTTPServer):
    """A proxy before the bucket. `faults` are taken one a request: slow_down, cut (half a body), away (no answer)."""

    daemon_threads = True

    def __init__(self, target: int, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.target = target
        self.faults: list[str] = []
        self.is_away = False
        self.requests: list[str] = []
        self.heard: Callable[[], None] = lambda: None  # called at each request, before it is answered
        self.name = f"bucket-{uuid.uuid4().hex[:8]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", target)
        connection.request("PUT", f"/{self.name}")
        assert connection.getresponse().status == 200

    @property
    def url(self) -> str:
        """STORAGE_URL of a bucket behind it."""
        return f"s3://{self.name}/uploads?endpoint=http://{self.server_address[0]}:{self.server_port}"

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://{self.server_address[0]}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A cut connection is what was asked for."""


class _Handler(BaseHTTPRequestHandler):
    server: Faulty
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        self.server.heard()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = "away" if self.server.is_away else self.server.faults.pop(0) if self.server.faults else ""
        if fault == "away":
            self.close_connection = True
            return
        if fault == "slow_down":
            self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target)
        path, question, query = self.path.partition("?")
        plain = quote(unquote(path))  # Google's client writes / and - as %2F and %2D
        signed = self.headers.get("Authorization", "")
        headers = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
        headers["Authorization"] = signed if signed.startswith("AWS4") else ANYBODY
        connection.request(self.command, f"{plain}{question}{query}", body, headers)
        answer = connection.getresponse()
        data = answer.read()
        headers = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server")
        }
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self._answer(answer.status, headers, data, half=fault == "cut", length=length)

    def _answer(
        self, status: int, headers: dict[str, str], data: bytes, *, half: bool = False, length: str | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if half else data)
        self.close_connection = half

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def with_storage(app: Flask, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an application store its files there; empty: in its folder."""
    settings = app.config["SETTINGS"].model_copy(update={"storage_url": url})
    monkeypatch.setitem(app.config, "SETTINGS", settings)


@contextmanager
def bucket(address: str = "127.0.0.1") -> Iterator[Faulty]:
    """An empty bucket at an address of this host, with its credentials in the environment."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin and process.stdout
    try:
        proxy = Faulty(int(process.stdout.readline()), address)
        with mock.patch.dict(os.environ, CREDENTIALS):
            yield proxy
        proxy.shutdown()
        proxy.server_close()
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()
