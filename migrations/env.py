"""Runs the migrations on the application's own engine, one at a time however many hosts start at once."""

from alembic import context
from alembic.runtime.migration import MigrationInfo
from flask import current_app
from sqlalchemy import text

from catalog.models import Base, db
from catalog.runtime import hosts, schema

MIGRATION_LOCK = 0x6361_7400


def require_recent(step: MigrationInfo, **_: object) -> None:
    """Whatever command migrates, take it back while a host runs whose code does not work with the new tables."""
    if step.is_upgrade:
        hosts.require_recent(current_app)


with db.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, on_version_apply=[require_recent])
    with context.begin_transaction():
        # Another host may migrate for minutes; the lock timeout of pages is for the migrations themselves.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
        context.run_migrations()
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is not None:
            connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{schema.remark()}'"))
    connection.commit()
