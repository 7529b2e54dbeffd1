"""Runs the migrations on the application's own engine, one at a time however many hosts start at once."""

from alembic import context
from sqlalchemy import text

from catalog.models import Base, db
from catalog.runtime import schema

MIGRATION_LOCK = 0x6361_7400

with db.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        # Another host may migrate for minutes; the lock timeout of pages is for the migrations themselves.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
        context.run_migrations()
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is not None:
            connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{schema.remark()}'"))
    connection.commit()
