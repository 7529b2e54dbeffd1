"""News about running work: Redis says "look again", and one subscriber wakes all followers of a process."""

import threading
import time
from collections.abc import Callable, Iterator

import structlog
from redis import Redis, RedisError

from catalog.runtime.turns import TooMany, Turns

log = structlog.get_logger()

CHANNEL = "catalog:progress"
STREAMS_EACH = 20  # of one session at once
RECHECK_SECONDS = 2.0  # news that got lost (Redis restarted) are at most this late


def ring(redis: Redis, key: str) -> None:
    """Say that there is news of `import:5` or `bulk:7`. If Redis is away the followers find out a little later."""
    try:
        redis.publish(CHANNEL, key)
    except RedisError as error:
        log.warning("progress could not be announced", of=key, error=str(error))


class Hub:
    """All followers of one process: a single subscriber wakes them, however many there are."""

    def __init__(self, redis: Redis, most: int) -> None:
        self._redis = redis
        self._turns = Turns("streams", most, STREAMS_EACH)
        self._news = threading.Condition()
        self._latest: dict[str, int] = {}
        self._started = False

    def enter(self, session_id: int) -> Callable[[], None] | None:
        """Take a place among the followers; what comes back gives it back. None: all are taken, or those of a session."""
        try:
            return self._turns.take(session_id)
        except TooMany:
            return None

    def follow(self, key: str) -> Iterator[int]:
        """Yields at once, at every news of `key`, and now and then in case news got lost; the number counts the news."""
        self._start()
        while True:
            heard = self._latest.get(key, 0)
            yield heard
            self._wait(key, heard)

    def _wait(self, key: str, heard: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._latest.get(key, 0) != heard, RECHECK_SECONDS)

    def _start(self) -> None:
        with self._news:
            if not self._started:
                self._started = True
                threading.Thread(target=self._subscribe, name="progress", daemon=True).start()

    def _subscribe(self) -> None:
        """Wake the followers at each message, for as long as the process lives; Redis may come and go."""
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]  # redis has no types for it
                    channel.subscribe(CHANNEL)
                    for message in channel.listen():
                        self._wake(message["data"].decode())
            except RedisError as error:
                log.warning("progress is announced late: Redis is not available", error=str(error))
                time.sleep(RECHECK_SECONDS)

    def _wake(self, key: str) -> None:
        with self._news:
            self._latest[key] = self._latest.get(key, 0) + 1
            self._news.notify_all()
