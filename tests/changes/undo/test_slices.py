"""The products of a change set, in slices."""

from psycopg2.extensions import connection as Connection

from catalog.changes.undo.slices import SLICE, Which, created, logged


def test_every_created_id_is_in_one_slice() -> None:
    found = list(created(Which(1, 40_000, 0, 0, first=10, last=40_009)))
    assert [(one["first"], one["last"]) for one in found] == [
        (10, 9 + SLICE),
        (10 + SLICE, 9 + 2 * SLICE),
        (10 + 2 * SLICE, 40_009),
    ]
    assert sum(one["count"] for one in found) == 40_000


def test_what_created_nothing_has_no_slice() -> None:
    assert list(created(Which(1, 0, 5, 0, first=None, last=None))) == []


def test_logged_products_come_in_the_order_of_their_ids(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO product_changes (change_set_id, product_id, action, previous_change_set_id)"
            " SELECT 7, id, 'updated', 0 FROM generate_series(2, %s, 2) AS id",
            (SLICE * 2 + 20,),
        )
        found = list(logged(cursor, 7))
        assert [one["count"] for one in found] == [SLICE, 10]
        assert found[0] == {"first": 2, "last": 2 * SLICE, "count": SLICE} and list(logged(cursor, 8)) == []
