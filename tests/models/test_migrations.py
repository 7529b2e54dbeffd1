"""Models and migrations speak of the same tables."""

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from catalog.importer.values.clean_up_steps import WHITE_SPACE as CLEANED
from catalog.models import WHITE_SPACE as CHECKED, Base, db
from catalog.runtime.core import MIGRATIONS


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
