"""Progress of running work: Redis announces it, and one subscriber per process wakes all followers."""

import threading
import time
from collections.abc import Callable, Iterator

import structlog
from redis import Redis, RedisError

from catalog.runtime.slots import Slots, TooMany

log = structlog.get_logger()

CHANNEL = "catalog:progress"
STREAMS_EACH = 20  # of one session at once
RECHECK_SECONDS = 2.0  # a lost message (Redis restarted) delays progress by this time at most


def ring(redis: Redis, key: str) -> None:
    """Announce progress of `import:5` or `bulk:7`. Without Redis, followers see it a little later."""
    try:
        redis.publish(CHANNEL, key)
    except RedisError as error:
        log.warning("progress could not be announced", of=key, error=str(error))


class Hub:
    """All followers of one process. One subscriber wakes them."""

    def __init__(self, redis: Redis, most: int) -> None:
        self._redis = redis
        self._slots = Slots("stream", most, STREAMS_EACH)
        self._news = threading.Condition()
        self._latest: dict[str, int] = {}
        self._started = False

    def enter(self, session_id: int) -> Callable[[], None] | None:
        """Become a follower; returns a function that ends this. None: too many followers, in all or of this session."""
        try:
            return self._slots.take(session_id)
        except TooMany:
            return None

    def follow(self, key: str) -> Iterator[int]:
        """Yield the number of announcements at once, at every one of `key`, and regularly in case one was lost."""
        self._start()
        while True:
            count = self._latest.get(key, 0)
            yield count
            self._wait(key, count)

    def _wait(self, key: str, count: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._latest.get(key, 0) != count, RECHECK_SECONDS)

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
