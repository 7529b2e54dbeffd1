"""Models and migrations speak of the same tables."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import event, text

from catalog.importer.values.clean_up_steps import WHITE_SPACE as CLEANED
from catalog.models import WHITE_SPACE as CHECKED, Base, db
from catalog.ops import doctor
from catalog.runtime import hosts, schema
from catalog.runtime.core import MIGRATIONS, create_core

MIGRATION_LOCK = 0x6361_7400  # the same number as in `migrations/env.py`, which runs when it is imported
WAITS = text("""
SELECT FROM pg_locks
WHERE locktype = 'advisory' AND objid = :number AND waitstart < clock_timestamp() - interval '0.2 s'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


def comparable(thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Alembic can't read the collation of an expression back: that index is looked at by itself."""
    return name != "products_sku_key"


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    options = {"compare_type": True, "include_object": comparable}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_index_decides_by_the_key(app: Flask) -> None:
    query = text("SELECT indexdef FROM pg_indexes WHERE indexname = 'products_sku_key'")
    with db.engine.connect() as connection:
        definition = connection.execute(query).scalar_one()
    assert "UNIQUE" in definition and '(sku_key(sku) COLLATE "C")' in definition


def test_cleaning_and_checking_agree_on_white_space() -> None:
    assert set(CLEANED) == set(CHECKED)


def test_whoever_was_there_before_roles_is_an_admin(app: Flask) -> None:
    insert = text("INSERT INTO users (email, password_hash) VALUES ('ann', 'x')")
    flask_migrate.Migrate(app, db, directory=MIGRATIONS)
    db.session.remove()
    flask_migrate.downgrade(revision="0003")
    try:
        with db.engine.begin() as connection:
            connection.execute(insert)
    finally:
        flask_migrate.upgrade()
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT role FROM users")).scalar() == "admin"
        names = text("SELECT conname FROM pg_constraint WHERE conname LIKE 'users_%'")
        assert "users_role" in connection.execute(names).scalars().all()


def test_tables_say_which_older_code_works_with_them(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a Catalog of an earlier version does that starts while hosts are upgraded."""
    newest, oldest = schema.newest(), schema.works_from()
    assert oldest < newest
    monkeypatch.setattr(schema, "newest", lambda: oldest)
    schema.migrate()  # it starts, and changes nothing
    assert [one.fine for one in doctor.examine(app.config["SETTINGS"]) if "both work together" in one.what] == [True]
    monkeypatch.setattr(schema, "newest", lambda: f"{int(oldest) - 1:04}")
    with pytest.raises(schema.WrongVersion, match=f"The tables are of version {newest}; .* Upgrade this host"):
        schema.migrate()
    assert [one.fine for one in doctor.examine(app.config["SETTINGS"]) if "can't use them" in one.what] == [False]


def test_an_empty_database_has_no_version_and_is_told_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`flask db current` sets a comment on a table that is not there yet."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA nothing"))
    path = event.listens_for(db.engine, "connect")(
        lambda connection, _: connection.cursor().execute("SET search_path = nothing")
    )
    db.engine.dispose()
    try:
        flask_migrate.Migrate(app, db, directory=MIGRATIONS)
        flask_migrate.current()
        assert capsys.readouterr().out == ""
    finally:
        event.remove(db.engine, "connect", path)
        db.engine.dispose()
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA nothing"))


def test_two_versions_are_one_line_that_says_what_to_do(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('0007')"))
    try:
        with pytest.raises(schema.WrongVersion) as raised:
            schema.migrate()
        (found,) = [one for one in doctor.examine(app.config["SETTINGS"]) if "alembic_version" in one.what]
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version WHERE version_num = '0007'"))
    assert str(raised.value) == (
        f"The table alembic_version has 2 rows (0007, {schema.newest()}); it must have one: "
        "restore a backup, or delete the rows that do not match the tables."
    )
    assert not found.fine and found.what.endswith(f"2 rows (0007, {schema.newest()})")


@pytest.fixture
def old_host(app: Flask) -> Iterator[None]:
    """A host runs whose code does not work with the newest tables."""
    before = f"0.0.9, tables {int(schema.works_from()) - 1:04}"
    told = {"host": "old", "pid": 7, "role": "imports", "version": before, "secrets": ["0"], "files": "", "at": 0.0}
    app.extensions["redis"].set(hosts.KEY.format(host="old", pid=7), json.dumps(told), ex=60)
    yield
    app.extensions["redis"].delete(hosts.KEY.format(host="old", pid=7))


@pytest.mark.parametrize("door", [schema.migrate, flask_migrate.upgrade])
@pytest.mark.usefixtures("old_host")
def test_no_command_migrates_while_a_host_is_too_old(app: Flask, door: Callable[[], None]) -> None:
    newest = schema.newest()
    flask_migrate.Migrate(app, db, directory=MIGRATIONS)
    flask_migrate.current()  # this one only asks
    db.session.remove()
    flask_migrate.downgrade()
    try:
        with pytest.raises(schema.WrongVersion, match=f"Host old runs version 0.0.9.* with tables {newest}"):
            door()
        with db.engine.connect() as connection:
            assert connection.execute(schema.FOUND).one()[0] < newest
    finally:
        app.extensions["redis"].delete(hosts.KEY.format(host="old", pid=7))
        flask_migrate.upgrade()


def test_a_host_waits_for_another_one_that_migrates_however_long_it_takes(app: Flask) -> None:
    """The lock timeout is for pages: hosts that were started together ended with an error."""
    impatient = create_core(app.config["SETTINGS"].model_copy(update={"lock_seconds": 0.05}))

    def migrate() -> None:
        with impatient.app_context():
            flask_migrate.Migrate(impatient, db, directory=MIGRATIONS)
            flask_migrate.upgrade()
            db.engine.dispose()

    with db.engine.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})
        second = pool.submit(migrate)
        deadline = time.monotonic() + 20
        while not other.execute(WAITS, {"number": MIGRATION_LOCK}).all():
            assert not second.done() and time.monotonic() < deadline
            time.sleep(0.02)
        other.rollback()
        second.result()
    impatient.extensions["redis"].close()
