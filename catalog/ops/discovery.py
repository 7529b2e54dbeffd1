"""The lock that lets one process run the servers of a home, and the file by which commands find those servers."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from catalog.ops import machine
from catalog.ops.machine import ServerError
from catalog.ops.process_marks import NAME_MARK
from catalog.runtime import Settings

if TYPE_CHECKING:
    from flask import Flask

NOTE = Path("run", "up.json")
URLS = ("database_url", "redis_url")


class HomeInUse(ServerError):
    """Another account runs servers in this home."""


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Lock this home, so that no other process runs servers in it. Raises HomeInUse if another account already does."""
    mode = 0o700 if os.geteuid() else 0o711  # root runs its servers as another account
    home.mkdir(mode=mode, parents=True, exist_ok=True)
    (home / "run").mkdir(mode=mode, exist_ok=True)
    with open(home / "run" / "lock", "a+", opener=machine.private) as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = f"{home} (process {lock.read()})"
            raise HomeInUse(f"Catalog is already running in {owner}.") from None
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Let other commands of this home find these servers while this process lives."""
    note = {"process": os.getpid(), "started": psutil.Process().create_time()}
    note |= {name: getattr(settings, name) for name in URLS}
    path = settings.home / NOTE
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(note, file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def discover(settings: Settings) -> Settings:
    """A copy of `settings`: missing URLs are those of the `catalog up` of this home, if it runs."""
    with suppress(OSError, ValueError, KeyError, psutil.NoSuchProcess):
        note = json.loads((settings.home / NOTE).read_text())
        if psutil.Process(note["process"]).create_time() == note["started"]:
            urls = {name: getattr(settings, name) or note[name] for name in URLS}
            return settings.model_copy(update=urls)
    return settings


def require(settings: Settings) -> Settings:
    """A copy of `settings` with both URLs, given or discovered. Raises ServerError if one is missing."""
    settings = discover(settings)
    if not all(getattr(settings, name) for name in URLS):
        raise ServerError("No servers: set DATABASE_URL and REDIS_URL, or run `catalog up`.")
    return settings


def require_or_exit() -> Settings:
    """The settings of a program, with both URLs. If one is missing, say so and end the process."""
    try:
        return require(Settings())
    except ServerError as error:
        sys.exit(str(error))


def contact_or_exit(app: "Flask", code: int = 1) -> None:
    """End a program started by hand, with one line, if its settings for a server are wrong. A server may be away.

    A program of `catalog up` does not ask: `prepare` has.
    """
    if NAME_MARK in os.environ:
        return
    # Here, because the settings are checked first.
    from catalog.models import db
    from catalog.runtime import outages

    with app.app_context():
        for ask in (lambda: db.engine.connect().close(), app.extensions["redis"].ping):
            try:
                ask()
            except outages.AWAY as error:
                if advice := outages.advice(error):
                    words = f"{outages.server(error)} is not available now: {outages.reason(error)} {advice}"
                    print(words, file=sys.stderr)
                    sys.exit(code)
        db.engine.dispose()  # a process that forks must not share this connection
