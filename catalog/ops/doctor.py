"""Checks of an installation, with advice."""

import os
import shutil
import socket
import ssl
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

import psycopg2
from redis import Redis, RedisError

from catalog.config import Settings
from catalog.ops import ownership
from catalog.runtime import core, hosts, schema, storage
from catalog.runtime.work import queue

SPACE_BYTES = 2 * 1024**3
DASK_SECONDS = 3
ALONE = "Until then the worker of an import reads its file alone."


@dataclass(frozen=True)
class Finding:
    """The result of one check. `advice` says what to do if it failed."""

    fine: bool
    what: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Run all checks. They change nothing."""
    looks: list[Callable[[Settings], Finding]] = [_python, _home, _space, _storage, _secret]
    servers = [_database, _rights, _schema, _queue, _workers, _hosts]
    return [*(look(settings) for look in (*looks, *servers)), *dask(settings)]


def dask(settings: Settings) -> list[Finding]:
    """Whether Dask can read large files. Empty if CATALOG_DASK is not set."""
    if not settings.dask:
        return []
    is_there = find_spec("distributed") is not None
    installed = Finding(
        is_there,
        "Dask is installed" if is_there else "CATALOG_DASK is set, but Dask is not installed",
        f"Run in the project's folder: .venv/bin/pip install --editable '.[dask]'. {ALONE}",
    )
    return [installed] if settings.dask == "local" else [installed, _scheduler(settings)]


def _scheduler(settings: Settings) -> Finding:
    """Whether the scheduler speaks first, as those of Dask do; where it must over TLS, and accepting our certificate."""
    where = urlsplit(settings.dask)
    there = f"the Dask scheduler at {where.hostname}:{where.port}"
    try:
        context = _dask_certificates(settings) if where.scheme == "tls" else None
    except OSError as error:
        advice = "Check the files of CATALOG_DASK_CA, CATALOG_DASK_CERT and CATALOG_DASK_KEY."
        return Finding(False, f"the certificates for Dask can't be read: {error}", advice)
    try:
        speaks = _speaks(where.hostname or "", where.port or 0, context)
    except ssl.SSLError as error:
        advice = f"Start it with TLS and a certificate of the same CA: docs/scale.md. {ALONE}"
        return Finding(False, f"{there} and this host do not agree on TLS: {error.reason}", advice)
    except OSError as error:
        advice = f"Start it, or unset CATALOG_DASK: docs/scale.md. {ALONE}"
        return Finding(False, f"{there} does not answer: {error}", advice)
    answers = f"{there} answers over TLS" if context else f"{there} answers"
    return Finding(speaks, answers if speaks else f"{there} hangs up", f"Check CATALOG_DASK. {ALONE}")


def _speaks(host: str, port: int, context: ssl.SSLContext | None) -> bool:
    """Whether something that listens there sends the first byte. Raises OSError, of which ssl.SSLError is one."""
    with closing(socket.create_connection((host, port), DASK_SECONDS)) as plain:
        if context is None:
            return bool(plain.recv(1))
        with context.wrap_socket(plain) as sealed:
            return bool(sealed.recv(1))


def _dask_certificates(settings: Settings) -> ssl.SSLContext:
    """As Dask has it: who has a certificate of this CA is trusted under any name. Raises OSError, also for a bad certificate."""
    context = ssl.create_default_context(cafile=settings.dask_ca)
    context.check_hostname = False
    context.load_cert_chain(settings.dask_cert, settings.dask_key)
    return context


def _python(settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), f"Python is {version}", "Install Python 3.11 or newer.")


def _home(settings: Settings) -> Finding:
    parent = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    return Finding(
        os.access(parent, os.W_OK),
        f"CATALOG_HOME is {settings.home}",
        "Make the folder writable for this user, or set CATALOG_HOME.",
    )


def _space(settings: Settings) -> Finding:
    parent = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    free = shutil.disk_usage(parent).free
    return Finding(
        free > SPACE_BYTES,
        f"{free / 1024**3:.1f} GiB are free there",
        "Free disk space: an import needs about four times the size of its file.",
    )


def _storage(settings: Settings) -> Finding:
    trouble = storage.trouble(settings)
    advice = "Check STORAGE_URL, and the credentials of its bucket in the environment: docs/scale.md says which."
    return Finding(not trouble, trouble.rstrip(".") or f"uploads are in {storage.name(settings)}", advice)


def _secret(settings: Settings) -> Finding:
    path = settings.home / "secret"
    if settings.secret_key or not path.exists():
        return Finding(True, "the secret is in SECRET_KEY, or will be created")
    private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Finding(private, "only this user can read the secret", f"Run: chmod 600 {path}")


def _database(settings: Settings) -> Finding:
    start = "Start Catalog (catalog up), or check DATABASE_URL."
    if not settings.database_url:
        return Finding(False, "no database is running", start)
    try:
        with closing(psycopg2.connect(settings.libpq_url, connect_timeout=3)) as there:
            version = there.server_version
    except psycopg2.Error as error:
        return Finding(False, f"the database does not answer: {error}".strip(), start)
    return Finding(
        version >= schema.OLDEST_POSTGRES * 10_000,
        f"PostgreSQL is {version // 10000}.{version % 10000}",
        f"Use PostgreSQL {schema.OLDEST_POSTGRES} or newer.",
    )


def _rights(settings: Settings) -> Finding:
    try:
        with closing(psycopg2.connect(settings.libpq_url, connect_timeout=3)) as there:
            cursor = there.cursor()
            cursor.execute(ownership.IS_SUPERUSER)
            (is_superuser,) = cursor.fetchone() or (False,)
    except (psycopg2.Error, ValueError):
        return Finding(
            False,
            "the permissions of the database account are unknown",
            "Start Catalog (catalog up), or check DATABASE_URL.",
        )
    may = "is a superuser" if is_superuser else "is not a superuser"
    return Finding(
        not is_superuser,
        f"the database account {may}",
        "Give DATABASE_URL an account that owns the database and is not a superuser: docs/deploy.md says how.",
    )


def _schema(settings: Settings) -> Finding:
    advice = "Start Catalog once: catalog up brings the database up to date."
    newest = schema.newest()
    try:
        with closing(psycopg2.connect(settings.libpq_url, connect_timeout=3)) as there:
            cursor = there.cursor()
            cursor.execute("SELECT version_num FROM alembic_version")
            (version,) = cursor.fetchone() or (None,)
    except (psycopg2.Error, ValueError):
        return Finding(False, "the database has no tables of Catalog", advice)
    what = f"the tables are of version {version}, the newest is {newest}"
    return Finding(version == newest, what, advice)


def _queue(settings: Settings) -> Finding:
    start = "Start Catalog (catalog up), or check REDIS_URL."
    if not settings.redis_url:
        return Finding(False, "no Redis is running", start)
    try:
        version = Redis.from_url(settings.redis_url).info("server")["redis_version"]
    except RedisError as error:
        return Finding(False, f"Redis does not answer: {error}", start)
    return Finding(int(version.split(".")[0]) >= 5, f"Redis is {version}", "Use Redis 5 or newer.")


def _workers(settings: Settings) -> Finding:
    redis = Redis.from_url(settings.redis_url) if settings.redis_url else None
    queues = queue.listened(redis) if redis else set()
    return Finding(
        {queue.IMPORTS, queue.QUICK} <= queues,
        f"workers serve: {', '.join(sorted(queues)) or 'no queue'}",
        "Start Catalog (catalog up), or run: python worker.py",
    )


def _hosts(settings: Settings) -> Finding:
    """Whether the hosts that run can work together, and with this one."""
    try:
        running = hosts.living(Redis.from_url(settings.redis_url)) if settings.redis_url else []
    except RedisError:
        running = []
    if all(one.host == settings.this_host for one in running):
        return Finding(True, "no other host runs")
    problems = hosts.conflicts(settings, core.secret_of(settings), running) + hosts.other_versions(settings, running)
    if problems:
        advice = "Give all hosts the same SECRET_KEY and the same storage, and bring them to the same version: docs/deploy.md."
        return Finding(False, " ".join(problems), advice)
    return Finding(True, f"hosts: {', '.join(host.name for host in hosts.by_host(running))}")
