"""Follow an import: a progress bar on stderr until it has ended or waits, and Ctrl-C."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tqdm import tqdm

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Backend, Row
from catalog.imports import queue_place
from catalog.notation import plural
from catalog.runtime import one_line

FIRST_LOOK_SECONDS = 0.05  # a small import takes no longer
GOING = ("queued", "reading", "applying")  # other states have ended, or wait for a person
BAR = "{desc}: {percentage:3.0f}%|{bar}| {unit}"


def follow(catalog: Backend, number: int, name: str) -> Row:
    """Show the progress of an import until it has ended or waits. A stop signal cancels it. Raises Failure."""
    with catalog.working(number) as is_alive, _signals_interrupt():
        try:
            return _watch(catalog, number, name, is_alive)
        except KeyboardInterrupt:
            catalog.cancel(number)
            return _watch(catalog, number, name, is_alive)


def with_batch(catalog: Backend, begun: Row) -> Iterator[Row]:
    """An import that has ended or waits, then the others of its archive. Cancelling the first cancels all."""
    row = follow(catalog, begun["id"], begun["filename"])
    yield row
    for number in row["batch"]:
        if number != row["id"]:
            if row["state"] == "cancelled":
                catalog.cancel(number)
            yield follow(catalog, number, catalog.found(number)["filename"])


def _watch(catalog: Backend, number: int, name: str, is_alive: Callable[[], bool]) -> Row:
    wait = FIRST_LOOK_SECONDS
    with tqdm(total=100, desc=one_line(name), unit="", bar_format=BAR, file=sys.stderr) as bar:
        while True:
            alive = is_alive()  # before the row is read, because the worker may end in between
            row = catalog.look(number)
            if row is None:
                _say(bar, "waiting for the database")
            else:
                _say(bar, _progress(row))
                bar.update(row["percent"] - bar.n)
                if row["questions"] or row["state"] not in GOING:
                    return row
                if not alive:
                    raise Failure(
                        f"Import {number} stopped before its end; the log above says why. `catalog up` continues it."
                    )
            time.sleep(wait)
            wait = min(2 * wait, catalog.pace)


def _say(bar: Any, words: str) -> None:
    """Show these words beside the bar, also while it does not move."""
    if words != bar.unit:
        bar.unit = words  # not its postfix, which begins with a comma
        bar.refresh()


def _progress(row: Row) -> str:
    """The place of an import in the queue, or its phase and rows."""
    place = row.get("queue_place")  # an older Catalog does not send it
    if place and row["state"] == "queued":
        return queue_place.Place(place, row["starts_in"]).words
    return f"{row['phase']}, {plural(row['rows'], 'row')}"


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Treat SIGTERM and a closed terminal like Ctrl-C."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
