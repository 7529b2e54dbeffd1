"""Checks of PostgreSQL, Redis and the hosts that use them. If a server does not answer, only that is reported of it."""

from contextlib import closing

import psycopg2
from psycopg2.extensions import connection as Connection
from redis import Redis, RedisError

from catalog.ops import ownership
from catalog.ops.doctor.finding import Finding
from catalog.runtime import ROLES, Settings, connections, core, hosts, outages, queue, schema

SECONDS = 3  # that a server may take to answer
DATABASE = "Start Catalog (catalog up), or check DATABASE_URL."
REDIS = "Start Catalog (catalog up), or check REDIS_URL."


def check(settings: Settings) -> list[Finding]:
    """Run these checks."""
    return [*_of_database(settings), *_of_redis(settings)]


def _of_database(settings: Settings) -> list[Finding]:
    if not settings.database_url:
        return [Finding(False, "no database is running", DATABASE)]
    try:
        with closing(psycopg2.connect(settings.libpq_url, connect_timeout=SECONDS)) as there:
            return [_version(there), *_pooler(settings, there), _rights(there), _schema(there)]
    except psycopg2.Error as error:
        what = f"the database does not answer: {outages.reason(error)}"
        return [Finding(False, what, outages.advice(error) or DATABASE)]


def _version(there: Connection) -> Finding:
    sealed = " over TLS" if there.info.ssl_in_use else ""
    return Finding(
        there.server_version >= schema.OLDEST_POSTGRES * 10_000,
        f"PostgreSQL is {there.server_version // 10000}.{there.server_version % 10000}{sealed}",
        f"Use PostgreSQL {schema.OLDEST_POSTGRES} or newer.",
    )


def _pooler(settings: Settings, there: Connection) -> list[Finding]:
    """What a connection pooler means for the roles of this host. Empty if there is none."""
    if not connections.is_pooled(there):
        return []
    others = [role for role in settings.roles or ROLES if role != "web"]
    what = "a connection pooler, such as PgBouncer, is between Catalog and PostgreSQL"
    advice = (
        f"It is for hosts with the role web only. Connect these roles directly: {', '.join(others)}: docs/scale.md."
    )
    return [Finding(not others, what, advice)]


def _rights(there: Connection) -> Finding:
    with there, there.cursor() as cursor:
        cursor.execute(ownership.IS_SUPERUSER)
        (is_superuser,) = cursor.fetchone() or (False,)
    may = "is a superuser" if is_superuser else "is not a superuser"
    return Finding(
        not is_superuser,
        f"the database account {may}",
        "Give DATABASE_URL an account that owns the database and is not a superuser: docs/deploy.md says how.",
    )


def _schema(there: Connection) -> Finding:
    advice = "Start Catalog once: catalog up brings the database up to date."
    newest = schema.newest()
    try:
        with there, there.cursor() as cursor:
            cursor.execute(schema.FOUND.text)
            rows = cursor.fetchall()
    except psycopg2.ProgrammingError:
        return Finding(False, "the database has no tables of Catalog", advice)
    if len(rows) > 1:
        what, _, advice = schema.several([row[0] for row in rows]).partition("; ")
        return Finding(False, what, advice)
    version, said = rows[0] if rows else ("", "")
    if version > newest:
        works = schema.fits(version, said)
        what = f"the tables are of version {version}, newer than this Catalog's {newest}; "
        return Finding(works, what + ("both work together" if works else "it can't use them"), "Upgrade this host.")
    what = f"the tables are of version {version}, the newest is {newest}"
    return Finding(version == newest, what, advice)


def _of_redis(settings: Settings) -> list[Finding]:
    if not settings.redis_url:
        return [Finding(False, "no Redis is running", REDIS)]
    try:
        redis = connections.to_redis(settings.redis_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
        return [_redis_version(settings, redis), _workers(redis), _hosts(settings, redis)]
    except RedisError as error:
        what = f"Redis does not answer: {outages.reason(error)}"
        return [Finding(False, what, outages.advice(error) or REDIS)]


def _redis_version(settings: Settings, redis: Redis) -> Finding:
    version = redis.info("server")["redis_version"]
    sealed = " over TLS" if settings.redis_url.startswith("rediss:") else ""
    return Finding(int(version.split(".")[0]) >= 5, f"Redis is {version}{sealed}", "Use Redis 5 or newer.")


def _workers(redis: Redis) -> Finding:
    queues = queue.listened(redis)
    return Finding(
        {queue.IMPORTS, queue.QUICK} <= queues,
        f"workers serve: {', '.join(sorted(queues)) or 'no queue'}",
        "Start Catalog (catalog up), or run: python worker.py",
    )


def _hosts(settings: Settings, redis: Redis) -> Finding:
    """Whether the hosts that run can work together, and with this one."""
    running = hosts.living(redis)
    if all(one.host == settings.this_host for one in running):
        return Finding(True, "no other host is running")
    problems = hosts.conflicts(settings, core.secret_of(settings), running)
    if problems:
        advice = (
            "Give all hosts the same SECRET_KEY and the same storage, and versions that work together: docs/scale.md."
        )
        return Finding(False, " ".join(problems), advice)
    if others := hosts.other_versions(settings, running):
        return Finding(True, f"an upgrade is in progress: {' '.join(others)}")
    return Finding(True, f"hosts: {', '.join(host.name for host in hosts.by_host(running))}")
