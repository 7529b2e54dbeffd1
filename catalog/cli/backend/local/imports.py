"""Imports of this machine's Catalog: sent, looked at, cancelled, run again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError

from catalog import importer, jobs
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Row
from catalog.imports import lifecycle, past
from catalog.imports.intake import bundles, import_templates, receive, uploads
from catalog.imports.report import log as import_log
from catalog.imports.shapes import imports as shapes
from catalog.imports.sources import fetching
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.runtime.work import queue

AWAY_SECONDS = 60  # a recovery takes less
BLOCK_BYTES = 1024**2


class Imports:
    """What a Backend does with imports."""

    pace = 0.2

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._away_since = 0.0

    def send(self, file: Path, given: Row) -> Row:
        """Start an import of a file."""
        options = chosen(importer.Options(), given)
        db.session.remove()  # nothing is held while a large file is copied
        with file.open("rb") as stream, uploads.receiving() as upload:
            upload.take(stream)
        return _received(upload, file.name, options)

    def send_url(self, url: str, given: Row) -> Row:
        """Fetch a file, and start an import of it."""
        options = chosen(importer.Options(), given)
        with uploads.receiving() as upload:
            fetched = fetching.fetch(url, fetching.Known(), upload.write, self._app.config["SETTINGS"])
        return _received(upload, fetched.filename, options)

    def same(self, sha256: str) -> Row | None:
        """The last import of the very same bytes that was completed and not undone."""
        before = receive.same(sha256)
        return shape(before) if before else None

    def found(self, number: int) -> Row:
        """An import as it is now."""
        return shape(row_of(number))

    def look(self, number: int) -> Row | None:
        """An import as it is now; None while a database that restarts is waited for: the import waits too."""
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
        """Carry the import out here if no worker does."""
        if queue.IMPORTS in queue.listened():
            yield lambda: True
            return
        thread = threading.Thread(target=self._run, args=(number,), name="import")
        thread.start()
        yield lambda: thread.is_alive() or queue.IMPORTS in queue.listened()  # a worker may have been quicker

    def _run(self, number: int) -> None:
        with self._app.app_context():
            jobs.run_import(number)

    def cancel(self, number: int) -> None:
        """Cancel an import."""
        lifecycle.cancel(COMMAND_LINE, number)

    def retry(self, number: int, given: Row) -> Row:
        """Run an import again, with the choices that are given in place of those of before."""
        row = row_of(number)
        wanted = chosen(importer.Options.from_json(row.options), given)
        if not lifecycle.retry(COMMAND_LINE, number, wanted):
            raise Failure(lifecycle.not_retried(row), "ended")
        return self.found(number)

    def past(self, asked: dict[str, str], limit: int) -> Iterator[Row]:
        """Imports, newest first."""
        for row in past.search(past.Query.of(asked), None, limit).rows:
            yield shape(row)

    def log(self, number: int) -> list[Row]:
        """The lines of the log of an import."""
        lines: list[Row] = shapes.LogLine(many=True).dump(import_log.log(row_of(number)))
        return lines

    def bundle(self, number: int) -> Iterator[bytes]:
        """The replay bundle of an import."""
        with bundles.write(row_of(number)) as packed:
            while block := packed.read(BLOCK_BYTES):
                yield block


def shape(row: Import) -> Row:
    """An import as the API answers it."""
    found: Row = shapes.Import().dump(row)
    return found


def row_of(number: int) -> Import:
    """The import of this number. Raises Failure."""
    row = lifecycle.get(number) if 0 < number < 2**31 else None
    if row is None:
        raise Failure(f"There is no import {number}.", "not_found")
    return row


def chosen(before: importer.Options, given: Row) -> importer.Options:
    """The choices of before, or those of the template, overruled by what is given. Raises importer.BadChoice."""
    return import_templates.with_given(before, given)


def _received(upload: uploads.Upload, name: str, options: importer.Options) -> Row:
    return shape(receive.receive(COMMAND_LINE, upload, name, options))
