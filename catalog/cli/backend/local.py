"""An import as the command line sees it: handed over, watched with a bar, told in a sentence or as JSON."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from catalog import importer, jobs
from catalog.config import Settings
from catalog.imports import lifecycle, reviews
from catalog.imports.intake import receive, uploads
from catalog.imports.rejected import corrections
from catalog.imports.report import summary as report, wording
from catalog.imports.run import archive
from catalog.imports.sources import fetching
from catalog.models import ABSENT_COUNTS, ACTIVE_STATES, COUNTS, Import, db
from catalog.people.actors import COMMAND_LINE
from catalog.plurals import plural
from catalog.runtime.terminal import one_line
from catalog.runtime.work import queue

WATCH_SECONDS = 0.2
AWAY_SECONDS = 60  # a recovery takes less
BAR = "{desc}: {percentage:3.0f}%|{bar}| {postfix}"


def import_file(app: Flask, file: Path, options: importer.Options) -> Import:
    """Import a file through the queue, or here if no worker waits at it; returns the row once it has ended.

    A signal to stop cancels the import, so that nothing of it goes on later. Raises uploads.TooLarge.
    """
    db.session.remove()  # nothing is held while a large file is copied
    with file.open("rb") as stream, uploads.receiving() as upload:
        upload.take(stream)
    row = receive.receive(COMMAND_LINE, upload, file.name, options)
    return follow(app, row.id, file.name)


def import_url(app: Flask, url: str, options: importer.Options) -> Import:
    """Fetch a file and import it as `import_file` does. Raises uploads.TooLarge, and answers.Failed."""
    settings: Settings = app.config["SETTINGS"]
    with uploads.receiving() as upload:
        fetched = fetching.fetch(url, fetching.Known(), upload.write, settings)
    row = receive.receive(COMMAND_LINE, upload, fetched.filename, options)
    return follow(app, row.id, fetched.filename)


def with_batch(app: Flask, row: Import) -> Iterator[Import]:
    """An import that has ended or waits, and then the others of its archive; a cancel of the first is meant for all."""
    yield row
    others = [(o.id, o.filename) for o in archive.siblings(row) if o.id != row.id]
    for number, name in others:
        if row.state == "cancelled":
            lifecycle.cancel(COMMAND_LINE, number)
        yield follow(app, number, name)


def follow(app: Flask, import_id: int, name: str) -> Import:
    """Show an import until it has ended or waits, and carry it out here if no worker does; a signal to stop cancels it."""
    here = None if queue.IMPORTS in queue.listened() else _run_here(app, import_id)
    with _signals_interrupt():
        try:
            return _watch(import_id, name, here)
        except KeyboardInterrupt:
            lifecycle.cancel(COMMAND_LINE, import_id)
            return _watch(import_id, name, here)


def apply(app: Flask, row: Import, choice: str, chosen: reviews.Chosen | None = None) -> Import:
    """Carry out the plan of an import that waits, and watch it. Raises reviews.NotWaiting and reviews.Conflicts."""
    reviews.apply(COMMAND_LINE, row, choice, chosen)
    return follow(app, row.id, row.filename)


def run_again(app: Flask, import_id: int) -> Import:
    """Run the corrected rows of an import, as `import_file` does a file. Raises corrections.NotNow."""
    corrections.run_again(COMMAND_LINE, import_id)
    return follow(app, import_id, "corrected rows")


def summary(row: Import) -> dict[str, Any]:
    """What `--json` prints; `seconds` are those from the queue to the end."""
    names = ("rows", *COUNTS, *ABSENT_COUNTS)
    counts = {name: getattr(row, name) for name in names}
    review = reviews.Review.of(row)
    return {
        "id": row.id,
        "state": row.state,
        **counts,
        "seconds": lifecycle.seconds(row),
        "error": row.error,
        **({"cures": row.cures} if row.cures else {}),
        **report.of(row),
        **({"reasons": review.reasons} if row.state == "review" else {}),
    }


def sentence(row: Import) -> str:
    """How it went, for people."""
    return wording.sentence(summary(row))


def _run_here(app: Flask, import_id: int) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            jobs.run_import(import_id)

    thread = threading.Thread(target=run, name="import")
    thread.start()
    return thread


def _watch(import_id: int, name: str, here: threading.Thread | None) -> Import:
    """Move a bar on stderr until the import has ended. Raises RuntimeError if no worker works on it any more."""
    with tqdm(total=100, desc=one_line(name), bar_format=BAR, file=sys.stderr) as bar:
        while True:
            alive = here is None or here.is_alive()  # looked at before the row: it may end in between
            row = _row(import_id, bar)
            bar.set_postfix_str(f"{row.phase}, {plural(row.rows, 'row')}", refresh=False)
            bar.update(row.percent - bar.n)
            if row.held or row.state == "review" or row.state not in ACTIVE_STATES:
                return row
            if not alive:
                raise RuntimeError(
                    f"Import {import_id} stopped in the middle; the log above says why. `catalog up` goes on with it."
                )
            time.sleep(WATCH_SECONDS)


def _row(import_id: int, bar: "tqdm[Any]") -> Import:
    """The import as it is now. A database that restarts is waited for: the import waits too."""
    until = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            row = lifecycle.get(import_id)
            db.session.rollback()
        except DBAPIError:
            if time.monotonic() > until:
                raise
            db.session().invalidate()
            bar.set_postfix_str("waiting for the database")
            time.sleep(WATCH_SECONDS)
        else:
            assert row is not None
            return row


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal are told like Ctrl-C."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
