"""The owner of the database: the role `catalog`, which is not a superuser. Only set-up uses another role.

A superuser can run programs and read files of the server (`COPY ... TO PROGRAM`), which nothing in Catalog needs.
"""

from contextlib import closing
from pathlib import Path

ROLE, SETUP = "catalog", "catalog_setup"
HAND_OVER = Path(__file__).with_name("hand_over.sql")

IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


def hand_over(url: str) -> None:
    """Give the database at `url` to the role `catalog`, if that is still the superuser of an older Catalog.

    One transaction does it all, so a killed process repeats it at the next start.
    """
    import psycopg2  # needed only at a start: the supervisor stays small

    with closing(psycopg2.connect(url)) as connection:
        cursor = connection.cursor()
        cursor.execute(IS_SUPERUSER)
        if cursor.fetchone() == (True,):
            cursor.execute(HAND_OVER.read_text())
            connection.commit()


def moves(source: str, target: str) -> str:
    """SQL that moves all tables and other objects from one schema to another. Extensions stay."""
    return f"""
DO $moves$
DECLARE
    step text;
BEGIN
    FOR step IN
        SELECT format('ALTER %s %s SET SCHEMA {target}',
            CASE thing.type WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS'
                WHEN 'function' THEN 'ROUTINE' WHEN 'procedure' THEN 'ROUTINE' WHEN 'aggregate' THEN 'ROUTINE'
                ELSE upper(thing.type) END,
            thing.identity)
        FROM pg_depend AS lies CROSS JOIN pg_identify_object(lies.classid, lies.objid, 0) AS thing
        WHERE lies.refclassid = 'pg_namespace'::regclass AND lies.refobjid = '{source}'::regnamespace
            AND lies.deptype = 'n' AND thing.type <> 'extension'
            AND NOT EXISTS (
                SELECT FROM pg_depend AS tie
                WHERE tie.classid = lies.classid AND tie.objid = lies.objid AND tie.objsubid = 0
                    AND tie.deptype IN ('a', 'i', 'e')
            )
    LOOP
        EXECUTE step;
    END LOOP;
END
$moves$
"""  # nosec B608  # the names are constants
