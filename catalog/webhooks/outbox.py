"""The outbox: events written in the transaction of the change, and their fan-out into deliveries later.

This module knows no receivers and never waits for one.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

CHANNEL = "catalog_webhooks"  # channel of NOTIFY: dispatchers get it when the change commits
BATCH = 100  # products in one products.changed
BATCH_BYTES = 20_000
BATCH_HEAD_BYTES = 300  # bytes around the products
CHANGED = "products.changed"
FAN_OUT = 500  # events at once

# One statement: the row, and the NOTIFY that is sent at the commit.
RECORD = f"""
WITH event AS (
    INSERT INTO webhook_events (type, payload) VALUES (%s, %s)
)
SELECT pg_notify('{CHANNEL}', '')
"""  # nosec B608  # of a constant


def record(cursor: Cursor, type: str, data: dict[str, Any]) -> None:
    """Write an event, in the transaction of this psycopg2 cursor. It is sent if that commits."""
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    cursor.execute(RECORD, (type, to_json({"type": type, "timestamp": timestamp, "data": data})))


def to_json(value: Any) -> str:
    """Compact JSON; a price becomes text, so that it keeps its decimals."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} can't be part of an event")


# ---- what an import or a bulk job did ----

WANTED = """
SELECT first_product_id, last_product_id FROM change_sets WHERE id = %s AND EXISTS (
    SELECT FROM webhook_endpoints WHERE enabled AND events && ARRAY['products.changed', 'products.*']
)
"""
# The importer switches these off for its own statements, in the same transaction.
JOINS = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL work_mem = '256MB'"
# Changed products are split into hundreds. Created products have neighbouring ids, so each hundred ids are a
# batch. All have version 1, so the same JSON stands between one and the next. It is put
# together as text: the functions for it take three times as long, and the import waits.
RECORD_CHANGES = f"""
INSERT INTO webhook_events (type, payload)
SELECT '{CHANGED}', %(head)s || last_id || '","products":[{{"id":' || items || '}}]}}}}'
FROM (
    (SELECT max(id) AS last_id,
        string_agg(
            id || ',"sku":' || to_json(sku) || ',"action":"' || action || '","version":' || version,
            '}},{{"id":' ORDER BY id
        ) AS items
    FROM (
        SELECT product_id AS id, coalesce(product.sku, change.sku, '') AS sku, action,
            coalesce(product.version, change.version, 0) AS version, row_number() OVER (ORDER BY product_id) AS number
        FROM product_changes AS change LEFT JOIN products AS product ON product.id = product_id
        WHERE change.change_set_id = %(id)s
    ) AS changed GROUP BY (number - 1) / {BATCH} ORDER BY (number - 1) / {BATCH})
    UNION ALL
    SELECT last_id, items FROM generate_series(%(first)s, %(last)s, {BATCH}) AS lowest CROSS JOIN LATERAL (
        SELECT max(id) AS last_id,
            string_agg(id || ',"sku":' || to_json(sku), ',"action":"created","version":1}},{{"id":' ORDER BY id)
                || ',"action":"created","version":1' AS items
        FROM products
        WHERE id BETWEEN lowest AND least(lowest + {BATCH - 1}, %(last)s) AND created_change_set_id = %(id)s
    ) AS created WHERE items IS NOT NULL
) AS batches
RETURNING id, octet_length(payload)
"""  # nosec B608  # of constants
WRITTEN = f"""
WITH written AS ({RECORD_CHANGES})
SELECT count(*), array_agg(id) FILTER (WHERE octet_length > {BATCH_BYTES}), pg_notify('{CHANNEL}', '') FROM written
"""  # nosec B608  # of constants
TOO_LARGE = "DELETE FROM webhook_events WHERE id = ANY(%s) RETURNING payload"


def record_changes(cursor: Cursor, change_set_id: int) -> int:
    """Write `products.changed` for all that a closed change set did, if an endpoint wants it; returns how many events.

    A batch holds at most 100 products and 20 kB; the cursor in it names the change set and the last product.
    """
    cursor.execute(WANTED, (change_set_id,))
    wanted = cursor.fetchone()
    if wanted is None:
        return 0
    first, last = wanted if wanted[1] is not None else (0, -1)
    ids = {"id": change_set_id, "first": first, "last": last}
    cursor.execute(JOINS)
    cursor.execute(WRITTEN, ids | {"head": _head(change_set_id)})
    ((count, too_large, _),) = cursor.fetchall()
    return int(count) + (_split(cursor, too_large) if too_large else 0)


def _head(change_set_id: int) -> str:
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    data = {"change_set_id": change_set_id, "cursor": f"{change_set_id}-"}
    head = to_json({"type": CHANGED, "timestamp": timestamp, "data": data})
    return head.removesuffix('"}}')


def _split(cursor: Cursor, ids: list[int]) -> int:
    """Split batches that are too large because of long SKUs; returns how many batches were added."""
    cursor.execute(TOO_LARGE, (ids,))
    parts: list[tuple[str, str]] = []
    for (text,) in cursor.fetchall():
        payload = json.loads(text)
        products, change_set_id = (payload["data"]["products"], payload["data"]["change_set_id"])
        for some in _portions(products, BATCH_BYTES - BATCH_HEAD_BYTES):
            cursor_text = f"{change_set_id}-{max(product['id'] for product in some)}"
            data = payload["data"] | {"cursor": cursor_text, "products": some}
            parts.append((CHANGED, to_json(payload | {"data": data})))
    execute_values(cursor, "INSERT INTO webhook_events (type, payload) VALUES %s", parts)
    return len(parts) - len(ids)


def _portions(products: list[dict[str, Any]], most: int) -> Iterator[list[dict[str, Any]]]:
    """Split products into lists of at most so many bytes of JSON, in order."""
    portion: list[dict[str, Any]] = []
    size = 0
    for product in products:
        length = len(to_json(product).encode()) + 1
        if portion and size + length > most:
            yield portion
            portion, size = [], 0
        portion.append(product)
        size += length
    yield portion


# ---- fan-out ----

FAN = """
WITH waiting AS (
    SELECT id, uid, type, created_at FROM webhook_events
    WHERE NOT fanned_out ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), fanned AS (
    INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type, next_attempt_at)
    SELECT 'msg_' || uid || '_' || endpoint.id, waiting.id, endpoint.id, type, now() + make_interval(secs => %(wait)s)
    FROM waiting JOIN webhook_endpoints AS endpoint
        ON waiting.created_at >= enabled_at AND (enabled OR waiting.created_at < disabled_at)
        AND endpoint.events && ARRAY[type, split_part(type, '.', 1) || '.*']
    ON CONFLICT DO NOTHING
)
UPDATE webhook_events SET fanned_out = true WHERE id IN (SELECT id FROM waiting)
"""


def fan_out(cursor: Cursor, wait: float = 0) -> int:
    """Create a delivery of each waiting event for each webhook endpoint that wants it; returns the number of events."""
    cursor.execute(FAN, {"most": FAN_OUT, "wait": wait})
    return int(cursor.rowcount)
