"""Parts of a file's keys that are planned side by side."""

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier

from catalog.importer.plan import ranges


def test_every_key_is_in_one_part(connection: Connection) -> None:
    parts = list(ranges.between(["B", "K'"]))
    with connection.cursor() as cursor:
        for key in ("", "A", "B", "Bx", "K'", "Z"):
            cursor.execute('CREATE TEMP TABLE one AS SELECT %s::text COLLATE "C" AS key', (key,))
            found = 0
            for part in parts:
                cursor.execute(SQL("SELECT count(*) FROM one WHERE {}").format(part["of_staged"]))
                found += cursor.fetchone()[0]
            cursor.execute("DROP TABLE one")
            assert found == 1, key


def test_without_bounds_there_is_one_part() -> None:
    (part,) = ranges.between([])
    assert part == {"of_staged": SQL("true"), "of_products": SQL("true")}


def test_a_small_table_is_not_cut(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE small AS SELECT 'A' AS key")
        assert ranges.bounds(cursor, Identifier("small")) == []
