"""The scratch tables of imports: which of them are still needed, and how the others are dropped."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from catalog.models import db

# Scratch tables, those of an older Catalog too. Each carries the epoch of the lease under which it was made, also while
# a plan waits; no import needs any other.
SCRATCH = "^import_[0-9]+_[0-9]+_(staging|plan|blocks|find|words|r[0-9]+_[0-9a-f]+(_errors)?)$"
FORGOTTEN = text(f"""
SELECT relname FROM pg_class LEFT JOIN imports
    ON relname ~ ('^import_' || imports.id || '_' || lease_epoch || '_') AND state IN ('reading', 'applying')
    OR relname ~ ('^import_' || imports.id || '_' || plan_epoch || '_(plan|blocks)$')
        AND state IN ('review', 'applying')
WHERE relname ~ '{SCRATCH}' AND relkind = 'r'
    AND relnamespace = current_schema()::regnamespace AND imports.id IS NULL
""")  # nosec B608  # of constants


def sweep() -> int:
    """Drop the scratch tables of imports that do not run or wait; returns how many."""
    with db.engine.connect() as connection:
        tables = connection.execute(FORGOTTEN).scalars().all()
    return sum(map(_drop, tables))


def _drop(table: str) -> bool:
    """Drop a table, unless another connection holds it, as that of a frozen worker may; the next sweep tries again."""
    try:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
    except OperationalError:
        return False
    return True
