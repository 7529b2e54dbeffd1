"""Claims on deliveries and their results: the statements of the dispatcher, on a psycopg2 cursor.

A claim is a lease: while it lasts, no other dispatcher sends the delivery; after that, any may. If a dispatcher dies
between sending and recording the result, the delivery is sent again with the same id. None is lost.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from catalog.runtime import Settings
from catalog.webhooks import outbox
from catalog.webhooks.sender import Result

CLAIM_LOCK = 0x6361_7403  # one dispatcher claims at a time, so that limits apply to all together
TRIPS = 5  # failures in a row that open the circuit; then one request at a time, after a pause
LONGEST_PAUSE = 60  # times the first
LONGEST_WAIT = 24 * 3600  # the longest wait that a receiver may request
JITTER = 0.2
GONE = 410
ASK_TO_WAIT = (429, 503)  # statuses that are about the receiver, not only about this delivery


@dataclass(frozen=True)
class Claimed:
    """A claimed delivery, with everything that is needed to send it."""

    id: str
    endpoint_id: int
    tries: int  # before this one
    claim: str
    url: str
    secrets: tuple[str, ...]  # encrypted
    body: str


LOCK = "SELECT pg_advisory_xact_lock(%s)"
CLAIM = """
WITH ready AS (
    SELECT id, concurrency, failures, least(
        greatest(1, rate / 5.0), tokens + rate * extract(epoch FROM statement_timestamp() - tokens_at)
    )::float AS tokens
    FROM webhook_endpoints AS endpoint
    WHERE enabled AND (paused_until IS NULL OR paused_until <= statement_timestamp()) AND EXISTS (
        SELECT FROM webhook_deliveries AS delivery
        WHERE endpoint_id = endpoint.id AND state IN ('pending', 'sending') AND next_attempt_at <= statement_timestamp()
    )
    FOR NO KEY UPDATE SKIP LOCKED
), room AS (
    SELECT id, tokens, greatest(0, least(
        floor(tokens), CASE WHEN failures >= %(trips)s THEN 1 ELSE concurrency END - flying.count,
        greatest(1, %(room)s / count(*) OVER ())
    ))::integer AS places
    FROM ready CROSS JOIN LATERAL (
        SELECT count(*) FROM webhook_deliveries
        WHERE endpoint_id = ready.id AND state = 'sending' AND next_attempt_at > statement_timestamp()
    ) AS flying
), due AS (
    SELECT delivery.id FROM room CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries
        WHERE endpoint_id = room.id AND state IN ('pending', 'sending') AND next_attempt_at <= statement_timestamp()
        ORDER BY next_attempt_at, id LIMIT room.places FOR NO KEY UPDATE SKIP LOCKED
    ) AS delivery
), claimed AS (
    UPDATE webhook_deliveries AS delivery SET
        state = 'sending', claim = %(claim)s, next_attempt_at = statement_timestamp() + make_interval(secs => %(lease)s)
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.id, endpoint_id, event_id, tries
), spent AS (
    UPDATE webhook_endpoints AS endpoint SET tokens = room.tokens - used.count, tokens_at = statement_timestamp()
    FROM room JOIN (SELECT endpoint_id, count(*) FROM claimed GROUP BY 1) AS used ON used.endpoint_id = room.id
    WHERE endpoint.id = room.id
)
SELECT claimed.id, claimed.endpoint_id, tries, url, secret,
    CASE WHEN previous_secret_until > statement_timestamp() THEN previous_secret END, payload
FROM claimed JOIN webhook_endpoints AS endpoint ON endpoint.id = claimed.endpoint_id
JOIN webhook_events AS event ON event.id = claimed.event_id
"""


def take(cursor: Cursor, claim: str, room: int, lease: float) -> list[Claimed]:
    """Claim due deliveries, as many as the limits of the webhook endpoints and `room` allow. The caller commits."""
    values = {"claim": claim, "room": room, "lease": lease, "trips": TRIPS}
    cursor.execute(LOCK, (CLAIM_LOCK,))
    cursor.execute(CLAIM, values)
    return [
        Claimed(id, endpoint, tries, claim, url, tuple(filter(None, secrets)), body)
        for id, endpoint, tries, url, *secrets, body in cursor.fetchall()
    ]


# Deliveries that a stopping dispatcher could not finish can be claimed by others at once.
RELEASE = """
UPDATE webhook_deliveries SET next_attempt_at = now(), state = 'pending', claim = NULL
WHERE id = ANY(%s) AND claim = ANY(%s)
"""


def release(cursor: Cursor, claimed: Sequence[Claimed]) -> None:
    """Give claims back."""
    ids, claims = [c.id for c in claimed], [c.claim for c in claimed]
    cursor.execute(RELEASE, (ids, claims))


# Where the claim is no longer ours, 0 rows: the lease was over, and another dispatcher has it.
SETTLE = """
WITH result (
    id, claim, state, wait, started_at, seconds, url, address, request_headers, status, response_headers,
    response_body, error
) AS (VALUES %s),
ended AS (
    UPDATE webhook_deliveries AS delivery SET
        state = result.state, attempts = attempts + 1, tries = tries + 1, claim = NULL,
        next_attempt_at = clock_timestamp() + make_interval(secs => result.wait),
        last_status = result.status, last_error = result.error, last_attempt_at = result.started_at,
        finished_at = CASE WHEN result.state <> 'pending' THEN clock_timestamp() END
    FROM result WHERE delivery.id = result.id AND delivery.claim = result.claim
    RETURNING delivery.id, attempts
)
INSERT INTO webhook_attempts (
    delivery_id, number, started_at, seconds, url, address, request_headers, status, response_headers,
    response_body, error
)
SELECT id, attempts, started_at, seconds, url, address, request_headers, status, response_headers, response_body, error
FROM ended JOIN result USING (id)
ON CONFLICT DO NOTHING
"""
TYPES = (
    "(%s, %s, %s, %s::float, %s::timestamptz, %s::float, %s, %s::text, %s::json, %s::integer, %s::json, %s, %s::text)"
)
RECOVERED = """
UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, paused_until = NULL
WHERE id = ANY(%s) AND (failures > 0 OR paused_until IS NOT NULL)
"""
# The pause doubles with every failure after the circuit has opened.
FAILED = """
UPDATE webhook_endpoints SET
    failures = failures + %(count)s, failing_since = coalesce(failing_since, %(since)s),
    paused_until = greatest(
        paused_until, now() + make_interval(secs => %(asked)s),
        CASE WHEN failures + %(count)s >= %(trips)s THEN now() + make_interval(
            secs => %(pause)s * least(%(longest)s, 2 ^ least(failures + %(count)s - %(trips)s, 16))
        ) END
    )
WHERE id = %(id)s
"""
DISABLE = """
UPDATE webhook_endpoints SET enabled = false, disabled_at = now(), disabled_reason = %(reason)s
WHERE id = %(id)s AND enabled AND (%(reason)s = 'gone' OR failing_since < now() - make_interval(secs => %(seconds)s))
RETURNING id, description, failing_since
"""

Outcome = tuple[Claimed, Result]


def record(cursor: Cursor, outcomes: Sequence[Outcome], settings: Settings) -> None:
    """Store the results of deliveries, and the state of their receivers. The caller commits."""
    # Lost by a crash of the server, this leads to a repeat, as everything else does.
    cursor.execute("SET LOCAL synchronous_commit = off")
    rows = [_row(claimed, result, settings) for claimed, result in outcomes]
    execute_values(cursor, SETTLE, rows, template=TYPES, page_size=len(rows))
    failed: dict[int, list[Result]] = {}
    for claimed, result in outcomes:
        if not result.ok:
            failed.setdefault(claimed.endpoint_id, []).append(result)
    for endpoint_id, results in failed.items():
        _fail(cursor, endpoint_id, results, settings)
    recovered = {claimed.endpoint_id for claimed, result in outcomes if result.ok}
    if recovered:
        cursor.execute(RECOVERED, (list(recovered),))


def _fail(cursor: Cursor, endpoint_id: int, results: list[Result], settings: Settings) -> None:
    asked = [retry_after(r) or 0 for r in results if r.status in ASK_TO_WAIT]
    values = {
        "id": endpoint_id,
        "count": len(results),
        "since": min(result.started_at for result in results),
        "asked": max(asked, default=0) or None,
        "pause": settings.webhook_pause_seconds,
        "longest": LONGEST_PAUSE,
        "trips": TRIPS,
    }
    cursor.execute(FAILED, values)
    gone = any(result.status == GONE for result in results)
    reason = "gone" if gone else "failing"
    seconds = settings.webhook_disable_seconds
    cursor.execute(DISABLE, {"id": endpoint_id, "reason": reason, "seconds": seconds})
    for id, description, since in cursor.fetchall():
        data = {"id": id, "description": description, "reason": reason}
        outbox.record(cursor, "webhook.disabled", data | {"failing_since": since})


def _row(claimed: Claimed, result: Result, settings: Settings) -> tuple[Any, ...]:
    wait = None if result.ok else wait_before_next(claimed.tries + 1, result, settings)
    state = "delivered" if result.ok else "failed" if wait is None else "pending"
    return (
        claimed.id,
        claimed.claim,
        state,
        wait,
        result.started_at,
        result.seconds,
        result.url,
        result.address,
        json.dumps(result.request_headers),
        result.status,
        json.dumps(result.headers),
        result.body,
        result.error,
    )


def wait_before_next(tried: int, result: Result, settings: Settings) -> float | None:
    """Seconds until the next attempt after `tried` ones; None when that was the last."""
    if result.status == GONE or tried >= len(settings.webhook_retry_seconds):
        return None
    jitter = random.uniform(1 - JITTER, 1 + JITTER)  # nosec B311  # guards nothing
    wait = settings.webhook_retry_seconds[tried] * jitter
    return max(wait, retry_after(result) or 0)


def retry_after(result: Result) -> float | None:
    """Seconds of a Retry-After header (seconds or a date: RFC 9110, 10.2.3), at most a day. None: no valid one."""
    asked = (result.header("retry-after") or "").strip()
    if asked.isascii() and asked.isdecimal():
        return float(min(int(asked[:9]), LONGEST_WAIT))
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0), LONGEST_WAIT)
