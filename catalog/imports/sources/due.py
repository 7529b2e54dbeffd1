"""The steward's threads that run due sources in parallel, so that a slow server delays only itself."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.imports.sources import links, owners, registry, running
from catalog.models import db
from catalog.runtime import Settings, outages

log = structlog.get_logger()

LINK = "(link)"  # in place of the host
HOST_SHARE = 2  # one host gets at most half of the threads

DUE = text("""
SELECT id, substring(shown_url FROM '://([^/]*)') AS host FROM import_sources
WHERE wanted_at IS NOT NULL OR retry_at <= now() OR (enabled AND next_run_at <= now())
ORDER BY coalesce(wanted_at, least(retry_at, next_run_at))
""")


@dataclass
class _Flight:
    """A run in a thread of its own."""

    host: str
    thread: threading.Thread = field(init=False)
    done: bool = False  # this process ran it


class Runners:
    """The runs of sources in this process, at most CATALOG_SOURCE_THREADS."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._most: int = app.config["SETTINGS"].source_threads
        self._flying: dict[int, _Flight] = {}  # by the id of the source; for a link, by minus the id of its import
        self.done = 0

    def start_due(self) -> int:
        """Start due sources, as many as the limits allow; returns the number of running ones."""
        self._land()
        with db.engine.connect() as connection:
            due = connection.execute(DUE).all()
        for source_id, host in due:
            if source_id not in self._flying and self._has_room(host):
                self._start(source_id, host)
        return len(self._flying)

    def start_links(self) -> None:
        """Start to fetch the files of links that people gave, within the same limits."""
        for import_id in links.due():
            if -import_id not in self._flying and self._has_room(LINK):
                self._start(-import_id, LINK)

    def wait(self) -> None:
        """Wait until all runs have ended."""
        for flight in self._flying.values():
            flight.thread.join()
        self._land()

    def _land(self) -> None:
        ended = [n for n, one in self._flying.items() if not one.thread.is_alive()]
        self.done += sum(self._flying.pop(number).done for number in ended)

    def _has_room(self, host: str) -> bool:
        same = sum(flight.host == host for flight in self._flying.values())
        share = max(self._most // HOST_SHARE, 1)
        return len(self._flying) < self._most and same < share

    def _start(self, source_id: int, host: str) -> None:
        flight = self._flying[source_id] = _Flight(host)
        flight.thread = threading.Thread(target=self._run, args=(source_id, flight), daemon=True)
        flight.thread.start()

    def _run(self, source_id: int, flight: _Flight) -> None:
        with self._app.app_context():
            try:
                flight.done = links.run(-source_id) if source_id < 0 else running.run(source_id) is not None
            except DBAPIError as error:
                log.warning("a source could not be run now", error=outages.reason(error))
            except Exception:
                log.exception("a source could not be run", source=source_id)


def run_due() -> int:
    """Run due sources, as many as the limits allow, and wait for them; returns how many ran."""
    owners.pause()
    runners = Runners(current_app._get_current_object())  # type: ignore[attr-defined]  # the threads need the app itself
    runners.start_due()
    runners.start_links()
    runners.wait()
    return runners.done


def start(app: Flask, stop: threading.Event) -> threading.Thread:
    """Run due sources until `stop` is set, in a thread beside the steward, which must not wait for downloads."""
    thread = threading.Thread(target=_run, args=(app, stop), name="sources", daemon=True)
    thread.start()
    return thread


def _run(app: Flask, stop: threading.Event) -> None:
    settings: Settings = app.config["SETTINGS"]
    runners = Runners(app)
    with app.app_context(), suppress(DBAPIError):
        registry.hide_again()
    while not stop.is_set():
        with app.app_context():
            try:
                owners.pause()
                runners.start_due()
                runners.start_links()
            except DBAPIError as error:
                log.warning("sources have to wait", error=outages.reason(error))
        stop.wait(settings.steward_seconds)
