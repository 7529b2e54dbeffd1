"""Real servers for every test: one PostgreSQL and one Redis a run, a database of its own for each test process."""

import contextvars
import gc
import hashlib
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import psycopg2
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier
from sqlalchemy import make_url, text

from catalog import importer
from catalog.cli.local_servers import migrate
from catalog.imports import control, scratch_tables
from catalog.imports.intake import receive, uploads
from catalog.imports.run import whole_file
from catalog.models import Base, Import, db
from catalog.ops import embedded_servers, ownership
from catalog.people import COMMAND_LINE, Actor, passwords, users
from catalog.runtime import PROJECT, Settings, logs
from catalog.runtime.core import create_core
from tests.support import servers, shared

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EMAIL, PASSWORD = "ann@example.com", "correct horse battery"

ADMINISTRATOR = "CATALOG_TESTS_ADMINISTRATOR"  # URL for who makes databases

hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # how fast a busy machine is, no test judges
hypothesis.settings.load_profile("suite")

pytest_plugins = ["tests.support.programs", "tests.support.shop", "tests.support.suppliers"]

_servers = ExitStack()
gc.disable()  # until all is imported: nothing of that is garbage, and to look for some took a tenth of the time


def pytest_collection_finish() -> None:
    """From now on garbage is collected, but for what was imported."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the servers that the environment does not name; test processes inherit the URLs."""
    if hasattr(config, "workerinput"):
        return
    if settings := servers.kept():
        os.environ[ADMINISTRATOR] = set_up_url(settings)
        _forget_the_disk()
    else:
        home = Path(_servers.enter_context(tempfile.TemporaryDirectory(prefix="catalog-", ignore_cleanup_errors=True)))
        home.chmod(0o755)
        settings = _servers.enter_context(embedded_servers.embedded(Settings(home=home)))
        os.environ[ADMINISTRATOR] = Settings().database_url or set_up_url(settings)
        if not Settings().database_url:
            _forget_the_disk()
    os.environ.update(DATABASE_URL=settings.database_url, REDIS_URL=settings.redis_url)


def set_up_url(settings: Settings) -> str:
    """The embedded PostgreSQL as its superuser sees it; Catalog itself, in tests too, is none."""
    return settings.database_url.replace(f"{ownership.ROLE}@", f"{ownership.SETUP}@", 1)


MAY_EMPTY = "GRANT SET ON PARAMETER session_replication_role, deadlock_timeout TO catalog"
"""Tests empty the audit log, which refuses that but in this mode."""


def _forget_the_disk() -> None:
    """A database that ends with the tests need not survive the machine; waiting for the disk was a minute of them."""
    with _administrator() as cursor:
        cursor.execute(MAY_EMPTY)
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {name} = off")
        cursor.execute("SELECT pg_reload_conf()")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The servers end with the run."""
    if not hasattr(config, "workerinput"):
        _servers.close()


@pytest.fixture(scope="session")
def settings(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of this test process: its own database, its own Redis database, short timings."""
    number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
    shared = Settings()
    name = f"catalog_test_{number}_{os.getpid()}"
    _create_database(name, _migrated())
    separator = "&" if "?" in shared.redis_url else "?"
    yield Settings(
        home=tmp_path_factory.mktemp("home"),
        database_url=make_url(shared.libpq_url).set(database=name).render_as_string(hide_password=False),
        redis_url=f"{shared.redis_url}{separator}db={number + 8}",
        secret_key="only for tests",
        lease_seconds=1,
        heartbeat_seconds=0.1,
        steward_seconds=0.2,
        streams=4,
    )
    with _administrator() as cursor:
        cursor.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


EMPTY = "template0"
MIGRATING_LOCK = 15


def _create_database(name: str, template: str) -> None:
    role = make_url(Settings().libpq_url).username
    statement = SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'")
    with _administrator() as cursor:
        cursor.execute(statement.format(Identifier(name), Identifier(role or "postgres"), Identifier(template)))


def _migrated() -> str:
    """The name of a database with today's tables, to make others of; it stays with the servers.

    Of the test processes of one run the first makes it. The others wait for its lock.
    """
    versions = sorted((PROJECT / "migrations" / "versions").glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in versions)).hexdigest()
    name = f"migrated_{digest[:16]}"
    with _administrator() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (MIGRATING_LOCK,))
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
        if not cursor.rowcount:
            cursor.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier("migrating")))
            _create_database("migrating", EMPTY)
            _migrate(make_url(Settings().libpq_url).set(database="migrating").render_as_string(hide_password=False))
            cursor.execute(SQL("ALTER DATABASE migrating RENAME TO {}").format(Identifier(name)))
    return name


def _migrate(url: str) -> None:
    app = create_core(Settings(database_url=url, secret_key="only for tests"))
    with app.app_context():
        migrate()
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashes that cost nothing, in the test's own process: every second test signs in.

    What a started Catalog hashes costs what it should.
    """
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield


class _administrator:
    """A superuser's cursor, outside of any transaction."""

    def __init__(self) -> None:
        self._connection = psycopg2.connect(os.environ[ADMINISTRATOR])
        self._connection.autocommit = True

    def __enter__(self):
        return self._connection.cursor()

    def __exit__(self, *error: object) -> None:
        self._connection.close()


@pytest.fixture(scope="session")
def migrated_app(settings: Settings) -> Flask:
    """The application on its migrated database. It is imported late: a test that needs no page is seen sooner."""
    from catalog.app import create_app

    app = create_app(settings)
    app.testing = True
    app.test_client_class = Visitor
    return app


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application with empty tables and queues, its context pushed.

    Its connections stay for the next test: PostgreSQL reads its catalog anew for each, which cost more than most tests.
    """
    logs.configure()  # a command that a test ran in this process speaks less
    with migrated_app.app_context():
        empty(migrated_app)
        yield migrated_app
        db.session.remove()


END_INDEXING = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'catalog index'
""")
FULL = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in Base.metadata.tables)
WORTH_A_TRUNCATE = 1 << 20
LARGEST = text("""
SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace
""")
# All of them: one whose number was given back says nothing of where it stands.
COUNT_FROM_ONE = text("""
SELECT setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences
""")


def empty(app: Flask) -> None:
    """Empty every table and queue, and the folder of uploads."""
    app.extensions["redis"].flushdb()
    for path in app.config["SETTINGS"].uploads.glob("*"):
        path.unlink(missing_ok=True)
    with db.engine.begin() as connection:
        # A Catalog that runs beside the test may be building its index just now: of what is about to go.
        connection.execute(END_INDEXING)
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        # The audit log refuses to be emptied; who may set this may.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        # To truncate them all takes longer than most tests: only where one has grown.
        tables = Base.metadata.tables
        if connection.execute(LARGEST).scalar_one() > WORTH_A_TRUNCATE:
            connection.execute(text(f"TRUNCATE {', '.join(tables)}"))
        for table in connection.scalars(text(FULL)).all():
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(COUNT_FROM_ONE)
        connection.execute(text("INSERT INTO catalog_total (id, products) VALUES (1, 0)"))
    scratch_tables.sweep()  # plans that waited when their test was over


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A psycopg2 connection to the empty catalog."""
    connection = psycopg2.connect(app.config["SETTINGS"].libpq_url)
    yield connection
    connection.close()


class Visitor(FlaskClient):
    """A person with a browser without JavaScript. Its requests do not see the application context of the test."""

    def open(self, *args, **kwargs):
        options = {"buffered": True} | kwargs
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The admin's browser, signed in."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    return signed_in(app, EMAIL)


def signed_in(app: Flask, email: str, password: str = PASSWORD) -> FlaskClient:
    """The browser of an existing user, signed in."""
    client = app.test_client()
    token = csrf(client.get("/login").text)
    client.post("/login", data={"email": email, "password": password, "csrf_token": token})
    return client


def browser_of(app: Flask, role: str) -> FlaskClient:
    """The browser of a new user with this role, signed in."""
    users.create(COMMAND_LINE, f"{role}@example.com", PASSWORD, role)
    return signed_in(app, f"{role}@example.com")


def csrf(page: str) -> str:
    """The token in a page's first form."""
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


@pytest.fixture
def run_import(app: Flask) -> Callable[..., Import]:
    """Import a file as a worker would, here and now."""

    def run(file: bytes | str, **options: object) -> Import:
        row = create(file, **options)
        whole_file.run(row.id)
        ended = control.get(row.id)
        while ended and not ended.held and ended.state in ("queued", "reading", "applying"):
            time.sleep(0.02)  # a worker that runs beside the test was quicker
            db.session.rollback()
            ended = control.get(row.id)
        assert ended is not None
        db.session.expunge(ended)
        return ended

    return run


def create(file: bytes | str, *, held: bool = False, **options: object) -> Import:
    """An import that waits for its worker, or for a person."""
    upload = uploads.begin()
    upload.take(io.BytesIO(file.encode() if isinstance(file, str) else file))
    return receive.receive(Actor("page"), upload, "test.csv", importer.Options(**options), as_new=True, held=held)


def counts(row: Import) -> dict[str, int]:
    """The counts of an import that are not 0."""
    names = ("rows", "created", "updated", "unchanged", "deleted", "skipped", "duplicates", "rejected", "blank")
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def catalog() -> list[tuple[object, ...]]:
    """The catalog as people see it, by SKU."""
    query = text('SELECT sku, name, description, price, active, attributes FROM products ORDER BY sku COLLATE "C"')
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


# For tests that look at pages: everything as a user starts it, and a browser. Imported late: most tests need neither.


@pytest.fixture(scope="session")
def ends() -> Iterator[None]:
    """What modules share ends before what it runs on."""
    yield
    shared.end()


@pytest.fixture(scope="module")
def shared_catalog(request: pytest.FixtureRequest, migrated_app: Flask, ends: None) -> str:
    """The address of the Catalog that runs for all modules that use it."""
    from tests.support.live import running

    assert request.node.nodeid in shared.MODULES, "add this module to shared.GROUPS"
    start = partial(running, migrated_app.config["SETTINGS"])
    return shared.started("shared_catalog", start)


@pytest.fixture(scope="module")
def address(shared_catalog: str) -> str:
    """Catalog, running."""
    return shared_catalog


@pytest.fixture(scope="module")
def browser(ends: None) -> "Browser":
    """A real Chromium."""
    from tests.support.browsing import chromium

    return shared.started("browser", chromium)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """What the next module does not share ends when a module is over."""
    try:
        return (yield)
    finally:
        if nextitem is not None and nextitem.path != item.path:
            shared.end(but=getattr(nextitem, "fixturenames", ()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "shared.Scheduling | None":
    """With --dist loadscope, modules that share a Catalog stay together."""
    is_by_scope = config.getoption("dist") == "loadscope"
    return shared.Scheduling(config, log) if is_by_scope else None


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What a browser says against our pages. A test fails if there is any; one that provokes an error takes it out."""
    found: list[str] = []
    yield found
    assert found == []
