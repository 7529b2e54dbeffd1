"""Suppliers: real little HTTP servers with a file, and the sources that fetch from them."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask

from catalog import importer
from catalog.imports.run import whole_file
from catalog.imports.sources import registry, running
from catalog.models import ImportSource, db
from catalog.people import COMMAND_LINE

FILE = b"sku,name\nA1,Lamp\n"


class Supplier:
    """A real little HTTP server with one file; `answer` may be set to another way to answer."""

    def __init__(self) -> None:
        self.file, self.etag, self.asked = FILE, '"1"', []  # type: ignore[var-annotated]
        self.answer: Callable[[Any], bool] = lambda handler: False
        supplier = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                supplier.asked.append((self.path, dict(self.headers)))
                if not supplier.answer(self):
                    supplier.serve(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/lists/spring.csv"
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.02,), daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """The file, or that it is the one that is known."""
        known = self.etag and handler.headers.get("If-None-Match") == self.etag
        handler.send_response(304 if known else 200)
        if self.etag:
            handler.send_header("ETag", self.etag)
        handler.send_header("Content-Length", "0" if known else str(len(self.file)))
        handler.end_headers()
        if not known:
            handler.wfile.write(self.file)

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


def redirect(place: str) -> Callable[[Any], bool]:
    """An answer that sends elsewhere, once for each path."""

    def answer(handler: Any) -> bool:
        if handler.path == place:
            return False
        handler.send_response(302)
        handler.send_header("Location", place)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return answer


@pytest.fixture
def supplier() -> Iterator[Supplier]:
    """A supplier with a file."""
    supplier = Supplier()
    yield supplier
    supplier.close()


@pytest.fixture
def allowed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Loopback may be fetched from, with other settings as they are named."""

    def allow(**settings: object) -> None:
        update = {"source_allow": [ip_network("127.0.0.0/8")]} | settings
        changed = app.config["SETTINGS"].model_copy(update=update)
        monkeypatch.setitem(app.config, "SETTINGS", changed)

    allow()
    return allow


def source(url: str, cron: str = "") -> int:
    """The id of a source that was just made."""
    draft = registry.Draft("Acme", url, importer.Options(blank="keep"), cron)
    return registry.create(COMMAND_LINE, draft).id


def found(source_id: int) -> ImportSource:
    """The source as it is now."""
    row = registry.get(source_id)
    assert row is not None
    return row


def run(source_id: int) -> Any:
    """One run of it, and what it imported carried out."""
    done = running.run(source_id)
    assert done is not None
    db.session.refresh(done)
    db.session.expunge(done)
    if done.import_id:
        whole_file.run(done.import_id)
    return done
