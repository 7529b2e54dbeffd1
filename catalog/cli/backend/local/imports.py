"""Imports of this machine's Catalog: send, look, cancel, run again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError

from catalog import imports
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.local.here import Here, shape
from catalog.cli.backend.protocol import Row
from catalog.imports import (
    bundles,
    control,
    import_json,
    import_log,
    import_templates,
    past,
    receive,
    uploads,
)
from catalog.models import Import, db, find

AWAY_SECONDS = 60  # a recovery of the database takes less
BLOCK_BYTES = 1024**2


class Imports(Here):
    """The part of the Backend for imports."""

    pace = 0.2

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._away_since = 0.0

    def send(self, file: Path, given: Row) -> Row:
        """Start an import of a file."""
        options = import_templates.chosen(given)
        db.session.remove()  # no connection is open while a large file is copied
        with file.open("rb") as stream, uploads.receiving() as upload:
            upload.take(stream)
        turn = import_templates.turn(given)
        return shape(receive.receive(self.actor, upload, file.name, options, turn=turn))

    def send_url(self, url: str, given: Row) -> Row:
        """Fetch a file, and start an import of it."""
        options = import_templates.chosen(given)
        with uploads.receiving() as upload:
            fetched = imports.fetching.fetch(url, imports.fetching.Known(), upload.write, self._app.config["SETTINGS"])
        turn = import_templates.turn(given)
        return shape(receive.receive(self.actor, upload, fetched.filename, options, turn=turn))

    def same(self, sha256: str) -> Row | None:
        """The last import of exactly these bytes that was completed and not undone."""
        before = receive.same(sha256)
        return shape(before) if before else None

    def found(self, number: int) -> Row:
        """An import as it is now."""
        return shape(find(Import, number))

    def look(self, number: int) -> Row | None:
        """An import as it is now. None while the database restarts; the import waits too."""
        try:
            row = self.found(number)
            db.session.rollback()
        except DBAPIError:
            self._away_since = self._away_since or time.monotonic()
            if time.monotonic() > self._away_since + AWAY_SECONDS:
                raise
            db.session().invalidate()
            return None
        self._away_since = 0.0
        return row

    @contextmanager
    def working(self, number: int) -> Iterator[Callable[[], bool]]:
        """Run the import in this process if there is no worker."""
        if control.has_worker():
            yield lambda: True
            return
        thread = threading.Thread(target=self._run, args=(number,), name="import")
        thread.start()
        yield lambda: thread.is_alive() or control.has_worker()  # a worker may have been quicker

    def _run(self, number: int) -> None:
        from catalog.imports import turns  # with pandas, which a command beside a worker never needs

        with self._app.app_context():
            turns.run(number)

    def cancel(self, number: int) -> None:
        """Cancel an import."""
        control.cancel(self.actor, number)

    def retry(self, number: int, given: Row) -> Row:
        """Run an import again; given choices replace the previous ones."""
        row = find(Import, number)
        wanted = import_templates.chosen(given, row.options)
        if not control.retry(self.actor, number, wanted):
            raise Failure(control.not_retried(row), "ended")
        return self.found(number)

    def past(self, asked: dict[str, str], limit: int) -> Iterator[Row]:
        """Imports, newest first."""
        for row in past.search(past.Query.of(asked), None, limit).rows:
            yield shape(row)

    def log(self, number: int) -> list[Row]:
        """The lines of the log of an import."""
        lines: list[Row] = import_json.LogLine(many=True).dump(import_log.log(find(Import, number)))
        return lines

    def bundle(self, number: int) -> Iterator[bytes]:
        """The replay bundle of an import."""
        with bundles.write(find(Import, number)) as packed:
            while block := packed.read(BLOCK_BYTES):
                yield block
