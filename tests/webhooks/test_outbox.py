"""The outbox: what an import did, in batches that a receiver can take, and no more than webhooks ask for."""

import pytest
from psycopg2.extensions import connection as Connection

from catalog import webhooks
from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.webhooks import endpoints
from catalog.webhooks.events import NAMES, TYPES
from catalog.webhooks.sample_request import sample
from tests.webhooks.conftest import Receiver, dispatching, payloads, rows, settled, subscribe, until

CREATED = """
INSERT INTO products (sku, name, created_change_set_id, change_set_id)
SELECT {sku}, 'x', 1, 1 FROM generate_series(1, %s) AS n
"""
CHANGED = """
INSERT INTO product_changes (change_set_id, product_id, action, fields, previous_change_set_id, sku, version)
SELECT 1, id, 'updated', '{name}', 0, NULL, NULL FROM products WHERE id %% 3 = 0
"""


def make(connection: Connection, count: int, sku: str = "'A' || n") -> None:
    """A change set that created so many products."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO change_sets (kind, source, first_product_id, last_product_id)"
            " VALUES ('import', 'page', 1, %s)",
            (count,),
        )
        cursor.execute(CREATED.format(sku=sku), (count,))


def changes(connection: Connection, change_set_id: int = 1) -> int:
    """Record them in a transaction of their own."""
    with connection, connection.cursor() as cursor:
        return webhooks.record_changes(cursor, change_set_id)


@pytest.fixture
def wanted(hooks: Settings, receiver: Receiver) -> Receiver:
    """A webhook for all events."""
    subscribe(receiver, hooks, "products.changed", rate=1000)
    return receiver


def test_nothing_is_written_that_nobody_wants(connection: Connection, hooks: Settings, receiver: Receiver) -> None:
    endpoints.switch(COMMAND_LINE, subscribe(receiver, hooks, "products.changed"), False)
    make(connection, 10)
    assert changes(connection) == 0 and payloads() == []


def test_created_products_come_in_hundreds(connection: Connection, wanted: Receiver, hooks: Settings) -> None:
    make(connection, 1234)
    assert changes(connection) == 13
    data = [payload["data"] for payload in payloads()]
    items = [item for one in data for item in one["products"]]
    assert items[0] == {"id": 1, "sku": "A1", "action": "created", "version": 1}
    assert sorted(item["id"] for item in items) == list(range(1, 1235))
    assert max(len(one["products"]) for one in data) == 100
    assert [one["cursor"] for one in data][:2] == ["1-100", "1-200"]
    with dispatching(hooks):
        until(settled)
    assert len({m.id for m in wanted.messages}) == 13 and wanted.problems == []


def test_products_stand_in_the_order_of_their_ids_wherever_they_are_stored(
    connection: Connection, wanted: Receiver
) -> None:
    make(connection, 250)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE products SET price = 1 WHERE id <= 150; UPDATE products SET price = 2 WHERE id <= 50")
    assert changes(connection) == 3
    items = [item for payload in payloads() for item in payload["data"]["products"]]
    assert [item["id"] for item in items] == list(range(1, 251))


def test_changed_deleted_and_restored_products_are_told_apart(connection: Connection, wanted: Receiver) -> None:
    make(connection, 6)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE change_sets SET first_product_id = NULL, last_product_id = NULL;
            UPDATE products SET version = 5 WHERE id = 2;
            INSERT INTO product_changes (change_set_id, product_id, action, previous_change_set_id, sku, version) VALUES
                (1, 2, 'updated', 0, NULL, NULL), (1, 3, 'deleted', 0, 'A"3', 7), (1, 4, 'restored', 0, NULL, NULL);
            DELETE FROM products WHERE id = 3
            """
        )
    assert changes(connection) == 1
    assert payloads()[0]["data"]["products"] == [
        {"id": 2, "sku": "A2", "action": "updated", "version": 5},
        {"id": 3, "sku": 'A"3', "action": "deleted", "version": 7},
        {"id": 4, "sku": "A4", "action": "restored", "version": 1},
    ]


def test_changes_with_gaps_are_counted_off(connection: Connection, wanted: Receiver) -> None:
    make(connection, 3000)
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, ())
        cursor.execute("UPDATE change_sets SET first_product_id = NULL")
        cursor.execute("UPDATE change_sets SET last_product_id = NULL")
    assert changes(connection) == 10


@pytest.mark.parametrize("sku", ["repeat('x', 240) || n", "repeat(chr(1), 240) || n", "repeat('é\"', 120) || n"])
def test_no_batch_is_larger_than_20_kb(connection: Connection, wanted: Receiver, sku: str) -> None:
    make(connection, 300, sku)
    count = changes(connection)
    sizes = rows("SELECT octet_length(payload) AS size FROM webhook_events")
    assert count == len(sizes) > 3 and max(row["size"] for row in sizes) <= 20_000
    items = [item for payload in payloads() for item in payload["data"]["products"]]
    assert sorted(item["id"] for item in items) == list(range(1, 301))


def test_every_event_has_a_sample_and_every_name_a_group() -> None:
    assert all('"type":"' + name in sample(name) for name in TYPES)
    assert {name.split(".")[0] for name in NAMES} == {"product", "products", "import", "webhook"}
