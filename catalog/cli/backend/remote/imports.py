"""Imports of another Catalog: send, look, cancel, run again."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Row
from catalog.cli.backend.remote import form, unfinished, upload
from catalog.cli.backend.remote.http import AWAY, MOST, Server
from catalog.cli.backend.remote.people import People

AWAY_SECONDS = 60  # a restart takes less


class Imports(People):
    """The part of the Backend for imports and their plans."""

    pace = 0.5

    def __init__(self, server: Server) -> None:
        self._server = server
        self._away_since = 0.0

    def send(self, file: Path, given: Row) -> Row:
        """Upload a file, and start an import of it."""
        with unfinished.note(self._server.base, file) as note:
            return self._upload(file, file.name, given, note)

    def send_url(self, url: str, given: Row) -> Row:
        """Fetch the file at a URL from this machine, and start an import of it."""
        from catalog.cli.backend.service_errors import reported
        from catalog.imports import fetching

        with tempfile.NamedTemporaryFile(prefix="catalog-") as target:
            with reported():
                got = fetching.fetch(url, fetching.Known(), target.write, self._server.settings)
            target.flush()
            return self._upload(Path(target.name), got.filename, given, unfinished.Note(None))

    def _upload(self, file: Path, name: str, given: Row, note: unfinished.Note) -> Row:
        """Upload a file in parts, then start the import. A repeat after a lost response starts no second one."""
        body = form.encoded(given | {"upload": upload.send(self._server, file, name, note)})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": secrets.token_hex(16)}
        row: Row = upload.patiently(lambda: self._server.send("POST", "/imports", headers, body)).json()
        note.delete()
        return row

    def same(self, sha256: str) -> Row | None:
        """The last import of exactly these bytes that was completed and not undone."""
        query = urlencode({"q": sha256, "state": "completed", "limit": 1})
        found = self._server.ask("GET", f"/imports?{query}")["imports"]
        return found[0] if found and found[0]["sha256"] == sha256 else None

    def found(self, number: int) -> Row:
        """An import as it is now."""
        return self._server.ask("GET", f"/imports/{number}")

    def look(self, number: int) -> Row | None:
        """An import as it is now; None while the other Catalog does not answer."""
        try:
            row = self.found(number)
        except Failure as failure:
            self._away_since = self._away_since or time.monotonic()
            if failure.kind not in (AWAY, "unavailable") or time.monotonic() > self._away_since + AWAY_SECONDS:
                raise
            return None
        self._away_since = 0.0
        return row

    @contextmanager
    def working(self, number: int) -> Iterator[Callable[[], bool]]:
        """The workers of the other Catalog run the import."""
        yield lambda: True

    def cancel(self, number: int) -> None:
        """Cancel an import."""
        with suppress(Failure):  # it has ended
            self._server.ask("POST", f"/imports/{number}/cancel")

    def retry(self, number: int, given: Row) -> Row:
        """Run an import again; given choices replace the previous ones."""
        return self._server.ask("POST", f"/imports/{number}/retry", given)

    def plan(self, number: int, conflicts: bool) -> Iterator[Row]:
        """The lines of the plan of an import that waits for review."""
        cursor: str | None = ""
        only = {"conflicts": "true"} if conflicts else {}
        while cursor is not None:
            query = urlencode(only | {"limit": MOST} | ({"cursor": cursor} if cursor else {}))
            page = self._server.ask("GET", f"/imports/{number}/plan?{query}")
            yield from page["lines"]
            cursor = page["next_cursor"]

    def apply(self, number: int, conflicts: str, each: dict[int, str]) -> Row:
        """Start to carry out the plan of an import that waits for review."""
        return self._server.ask("POST", f"/imports/{number}/apply", {"conflicts": conflicts, "each": each})

    def discard(self, number: int) -> None:
        """Discard an import that waits."""
        row = self.found(number)
        if row["state"] != "review" and not row["questions"]:
            raise Failure("This import is not waiting for a decision.", "not_waiting")
        self._server.ask("POST", f"/imports/{number}/cancel")

    def past(self, asked: dict[str, str], limit: int) -> Iterator[Row]:
        """Imports, newest first."""
        named = {name: value for name, value in asked.items() if value}
        cursor: str | None = ""
        while cursor is not None and limit > 0:
            page = {"cursor": cursor} if cursor else {}
            query = urlencode(named | page | {"limit": min(limit, MOST)})
            found = self._server.ask("GET", f"/imports?{query}")
            yield from found["imports"]
            cursor, limit = found["next_cursor"], limit - len(found["imports"])

    def log(self, number: int) -> list[Row]:
        """The lines of the log of an import."""
        lines: list[Row] = self._server.ask("GET", f"/imports/{number}/log")["lines"]
        return lines

    def bundle(self, number: int) -> Iterator[bytes]:
        """The replay bundle of an import."""
        return self._server.stream(f"/imports/{number}/bundle.zip")
