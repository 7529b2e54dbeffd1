"""The loop that sends: receives events, claims due deliveries, sends each in a thread, stores the results.

Any number of dispatchers may run, on any number of machines; they meet in the database only.
"""

import os
import queue
import select
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import closing, suppress

import psycopg2
import structlog
from psycopg2.extensions import connection as Connection

from catalog.runtime import Settings, connections, outages
from catalog.webhooks import claims, outbox, sender, signing
from catalog.webhooks.claims import Claimed, Outcome
from catalog.webhooks.sender import Result

log = structlog.get_logger()

ROUND_SECONDS = 0.01  # results within this time are stored together
BUSY_SECONDS = 0.05  # while requests run or a rate limit waits
FINISH_SECONDS = 1.0  # at the end; claims that are not finished by then are released
RECONNECT_SECONDS = 1.0
USER_AGENT = "Catalog-Webhooks/1"


def request(claimed: Claimed, keys: Sequence[str]) -> tuple[dict[str, str], bytes]:
    """Headers and body of a delivery, signed now. Raises signing.Unreadable."""
    body = claimed.body.encode()
    secrets = [signing.decrypt(secret, keys) for secret in claimed.secrets]
    return signed(secrets, claimed.id, body), body


def signed(secrets: Sequence[str], message_id: str, body: bytes) -> dict[str, str]:
    """All headers of a request, with the signature."""
    ours = {"content-type": "application/json", "user-agent": USER_AGENT}
    return ours | signing.headers(secrets, message_id, body)


class Dispatcher:
    """The dispatcher of one process."""

    def __init__(self, settings: Settings, keys: Sequence[str]) -> None:
        self._settings, self._keys = settings, tuple(keys)
        self._results: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._unrecorded: list[Outcome] = []
        self._flying: dict[str, Claimed] = {}
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        self._look_for_events = True

    def run(self, stop: threading.Event) -> None:
        """Send until `stop`. If the database connection is lost, wait for it, and keep the results until then."""
        while not stop.is_set():
            try:
                with closing(self._connect()) as connection:
                    while not stop.is_set():
                        self._round(connection)
                    self._finish(connection)
            except psycopg2.Error as error:
                log.warning("the database is not available", error=outages.reason(error))
                self._look_for_events = True
                stop.wait(RECONNECT_SECONDS)

    def stop(self) -> None:
        """End the loop. May be called in a signal handler."""
        with suppress(BlockingIOError):
            os.write(self._wake, b".")

    def _connect(self) -> Connection:
        connection: Connection = psycopg2.connect(
            self._settings.libpq_url, **connections.to_postgres("catalog webhooks")
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(f"LISTEN {outbox.CHANNEL}")
        return connection

    def _round(self, connection: Connection) -> None:
        """Store results, fan out events, send due deliveries; then wait."""
        begun = time.monotonic()
        self._record(connection)
        with connection, connection.cursor() as cursor:
            if self._look_for_events:
                first = self._settings.webhook_retry_seconds[0]
                self._look_for_events = outbox.fan_out(cursor, first) > 0
            connection.commit()
            room = self._settings.webhook_threads - len(self._flying)
            claimed = self._claim(connection, room) if room > 0 else []
        for one in claimed:
            self._start(one)
        self._wait(connection, begun)

    def _claim(self, connection: Connection, room: int) -> list[Claimed]:
        claim = uuid.uuid4().hex
        with connection.cursor() as cursor:
            return claims.take(cursor, claim, room, self._settings.webhook_lease_seconds)

    def _start(self, claimed: Claimed) -> None:
        self._flying[claimed.claim + claimed.id] = claimed
        thread = threading.Thread(target=self._send, args=(claimed,), daemon=True)
        thread.start()

    def _send(self, claimed: Claimed) -> None:
        """Send one delivery, in its own thread: a receiver that hangs delays no other one."""
        self._results.put((claimed, self._sent(claimed)))
        self.stop()

    def _sent(self, claimed: Claimed) -> Result:
        try:
            headers, body = request(claimed, self._keys)
            return sender.post(claimed.url, headers, body, self._settings)
        except signing.Unreadable:
            error = "The secret can't be read: SECRET_KEY was changed. Rotate it to get a new one."
        except Exception:  # the delivery must get a result
            log.exception("sending failed", delivery=claimed.id)
            error = "This is an error in Catalog. See the log."
        return sender.not_sent(claimed.url, error)

    def _record(self, connection: Connection) -> None:
        while not self._results.empty():
            outcome = self._results.get()
            self._flying.pop(outcome[0].claim + outcome[0].id, None)
            self._unrecorded.append(outcome)
        if self._unrecorded:
            with connection, connection.cursor() as cursor:
                claims.record(cursor, self._unrecorded, self._settings)
            self._unrecorded = []

    def _wait(self, connection: Connection, begun: float) -> None:
        """Wait until an event is committed, a response has arrived, or the poll time is over."""
        busy = self._flying or self._look_for_events
        seconds = BUSY_SECONDS if busy else self._settings.webhook_poll_seconds
        wire = connection.fileno()
        ready, _, _ = select.select([wire, self._woken], [], [], seconds)
        if not ready or wire in ready:
            self._look_for_events = True
        left = ROUND_SECONDS - (time.monotonic() - begun)
        if ready and left > 0:
            time.sleep(left)
        connection.poll()
        connection.notifies.clear()
        with suppress(BlockingIOError):
            os.read(self._woken, 65536)

    def _finish(self, connection: Connection) -> None:
        """Wait a short time for running requests, then release the other claims."""
        until = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < until and self._flying:
            time.sleep(ROUND_SECONDS)
            self._record(connection)
        if self._flying:
            with connection, connection.cursor() as cursor:
                claims.release(cursor, list(self._flying.values()))
