"""The processes of all hosts. Each says in Redis who it is, every few seconds, and is forgotten when it falls silent.

All hosts need the same secret key and files. They are compared by fingerprints: Redis never has the values.
"""

import atexit
import hmac
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version

from flask import Flask
from redis import Redis, RedisError

from catalog.runtime import connections, outages, schema
from catalog.runtime.settings import Settings
from catalog.runtime.storage.identity import identity

SECONDS = 5  # between two signs of life
SILENT_SECONDS = 15  # after so many, a process is forgotten
KEY = "catalog:process:{host}:{pid}"


@dataclass(frozen=True)
class Process:
    """A process as it last announced itself. `secrets` are fingerprints of all keys that it accepts, its own first."""

    host: str
    pid: int
    role: str
    version: str
    secrets: list[str]
    files: str
    at: float  # seconds since the epoch

    @property
    def tables(self) -> str:
        """The version of the tables that its code needs."""
        return self.version.rpartition(" ")[2]

    @property
    def seen(self) -> datetime:
        """When it last announced itself."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True)
class Host:
    """The processes of one host: how many of each role, their versions, and when the host was last heard."""

    name: str
    roles: dict[str, int]
    versions: list[str]
    seen: datetime


def announce(app: Flask, role: str) -> Callable[[], None]:
    """From now on, say that this process lives, until it ends or calls the result. Redis may be away for a while."""
    settings: Settings = app.config["SETTINGS"]
    keys = [app.config["SECRET_KEY"], *settings.secret_key_fallbacks]
    # A connection of its own: a worker forks, and its job must not share this one.
    redis = connections.to_redis(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    me = _process(settings, role, keys)
    stop = threading.Event()
    _tell(redis, me)
    threading.Thread(target=_tell_until, args=(stop, redis, me), name="host", daemon=True).start()

    def end() -> None:
        if os.getpid() == me.pid:  # a forked process that ends is not this one
            stop.set()
            with suppress(RedisError):
                redis.delete(KEY.format(host=me.host, pid=me.pid))

    atexit.register(end)
    return end


def living(redis: Redis) -> list[Process]:
    """All processes that were heard lately, by host and role. Raises RedisError."""
    told = redis.mget([*redis.scan_iter(match=KEY.format(host="*", pid="*"))] or ["-"])
    found = [_read(one) for one in told if one]
    return sorted(found, key=lambda one: (one.host, one.role, one.pid))


def _read(told: bytes | str) -> Process:
    """A process as it announced itself; fields that only a newer version knows are left out."""
    known = {field.name for field in fields(Process)}
    return Process(**{name: value for name, value in json.loads(told).items() if name in known})


def by_host(processes: Iterable[Process]) -> list[Host]:
    """The hosts of processes, by name."""
    hosts: dict[str, list[Process]] = {}
    for one in processes:
        hosts.setdefault(one.host, []).append(one)
    return [
        Host(name, dict(Counter(p.role for p in its)), sorted({p.version for p in its}), max(p.seen for p in its))
        for name, its in sorted(hosts.items())
    ]


def conflicts(settings: Settings, secret: str, others: Iterable[Process]) -> list[str]:
    """Sentences that say why a process with these settings can't work beside those of other hosts."""
    mine = [fingerprint(key) for key in (secret, *settings.secret_key_fallbacks)]
    problems = []
    for host, its in _elsewhere(settings, others).items():
        if any(one.secrets[0] not in mine and mine[0] not in one.secrets for one in its):
            problems.append(f"Host {host} has another SECRET_KEY. All hosts need the same one.")
        if any(one.files != identity(settings) for one in its):
            problems.append(
                f"Host {host} keeps its uploads elsewhere."
                " All hosts need the same storage: one STORAGE_URL, or a shared folder."
            )
    return problems + too_old(settings, others)


def others(app: Flask) -> list[Process]:
    """All processes that were heard lately; none while Redis is away. Raises RedisError if its settings are wrong."""
    try:
        return living(app.extensions["redis"])
    except RedisError as error:
        if outages.advice(error):
            raise
        return []


def require_recent(app: Flask) -> None:
    """Check that no host runs whose code does not work with the tables of this one. Raises schema.WrongVersion."""
    if problems := too_old(app.config["SETTINGS"], others(app)):
        raise schema.WrongVersion(" ".join(problems))


def other_versions(settings: Settings, others: Iterable[Process]) -> list[str]:
    """Sentences that name hosts with another version: fine while an upgrade goes from host to host."""
    return [
        f"Host {host} runs version {_versions(its)}, this one {this_version()}."
        for host, its in _elsewhere(settings, others).items()
        if any(one.version != this_version() for one in its)
    ]


def too_old(settings: Settings, others: Iterable[Process]) -> list[str]:
    """Sentences that name hosts whose version does not work with the tables of this one."""
    return [
        f"Host {host} runs version {_versions(its)}, which does not work with tables {schema.newest()}. "
        f"Stop it, or upgrade it to a version with tables {schema.works_from()} first."
        for host, its in _elsewhere(settings, others).items()
        if any(one.tables < schema.works_from() for one in its)
    ]


def _versions(processes: Iterable[Process]) -> str:
    return ", ".join(sorted({one.version for one in processes}))


def _elsewhere(settings: Settings, processes: Iterable[Process]) -> dict[str, list[Process]]:
    """The processes of other hosts, by host."""
    found: dict[str, list[Process]] = {}
    for one in processes:
        if one.host != settings.this_host:
            found.setdefault(one.host, []).append(one)
    return found


def _process(settings: Settings, role: str, keys: list[str]) -> Process:
    secrets = [fingerprint(key) for key in keys]
    return Process(settings.this_host, os.getpid(), role, this_version(), secrets, identity(settings), time.time())


def this_version() -> str:
    """The version of the code and of its tables."""
    return f"{version('catalog')}, tables {schema.newest()}"


def fingerprint(secret: str) -> str:
    """The fingerprint of a secret key."""
    return hmac.digest(secret.encode(), b"which secret key", "sha256").hex()[:16]


def _tell_until(stop: threading.Event, redis: Redis, me: Process) -> None:
    while not stop.wait(SECONDS):
        _tell(redis, me)


def _tell(redis: Redis, me: Process) -> None:
    told = json.dumps(asdict(me) | {"at": time.time()})
    with suppress(RedisError):  # whatever needs Redis reports it
        redis.set(KEY.format(host=me.host, pid=me.pid), told, ex=SILENT_SECONDS)
