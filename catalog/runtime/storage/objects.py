"""Objects of one bucket by name, below a prefix: put, read a range, list, delete, by obstore. No secret in messages.

obstore is imported when the first object is needed: most processes of a Catalog without a bucket never load it. Its
runtime does not survive a fork, so a process that forks workers must not use a bucket itself.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

PATIENCE_SECONDS = 30.0  # of one request and its retries; the job of a worker is repeated after that
CHECK_SECONDS = 3.0
PAUSE_SECONDS = 0.2
AT_ONCE = 1000  # objects that S3 deletes in one request


class Away(Exception):
    """The bucket does not answer, or denies it. What was stored is safe; try again later."""


class Listed(NamedTuple):
    """An object: its name, its size in bytes, and the time when it was written, in seconds since the epoch."""

    name: str
    size: int
    written_at: float


class Objects:
    """The objects below the prefix of a URL such as s3://bucket/prefix?endpoint=http://host:9000."""

    def __init__(self, url: str, patience: float = PATIENCE_SECONDS) -> None:
        self._url = url
        self._patience = patience

    def put(self, name: str, data: bytes) -> None:
        """Store an object. Raises Away."""
        import obstore

        with _in_words():
            obstore.put(self._store, name, data, use_multipart=False)

    def get(self, name: str, start: int, size: int) -> bytes:
        """So many bytes of an object. A body that was cut is fetched again. Raises FileNotFoundError, Away."""
        import obstore

        deadline = time.monotonic() + self._patience
        while True:
            try:
                with _in_words():
                    data = bytes(obstore.get_range(self._store, name, start=start, length=size))
                if len(data) != size:
                    raise Away("The bucket sent too few bytes.")
                return data
            except Away:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)

    def delete(self, names: Sequence[str]) -> None:
        """Delete objects; no error if they are not there. Raises Away."""
        import obstore

        for some in [names[i : i + AT_ONCE] for i in range(0, len(names), AT_ONCE)]:
            with _in_words():
                try:
                    obstore.delete(self._store, list(some))
                except FileNotFoundError:  # not every kind of bucket ignores that
                    for name in some:
                        with suppress(FileNotFoundError):
                            obstore.delete(self._store, name)

    def listed(self) -> Iterator[Listed]:
        """All objects. Raises Away."""
        import obstore

        with _in_words():
            for some in obstore.list(self._store):
                yield from (Listed(one["path"], one["size"], one["last_modified"].timestamp()) for one in some)

    def check(self) -> None:
        """Ask for one object. Raises Away."""
        import obstore

        with _in_words():
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    @property
    def _store(self) -> Any:
        return _connected(self._url, self._patience)


@lru_cache
def _connected(url: str, patience: float) -> Any:
    """The store of obstore for a URL; credentials are from the environment, as each cloud's command line reads them."""
    from obstore.store import AzureStore, GCSStore, S3Store

    parts = urlsplit(url)
    given: dict[str, Any] = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {
        "prefix": parts.path.strip("/") or None,
        "client_options": {"timeout": f"{patience * 1000:.0f}ms", "connect_timeout": "5s", "allow_http": True},
        "retry_config": {
            "max_retries": 20,
            "retry_timeout": timedelta(seconds=patience),
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=3), "base": 2},
        },
    }
    if parts.scheme == "gs":
        return GCSStore(parts.netloc, **options)
    if parts.scheme == "az":
        return AzureStore(parts.netloc, **options, **given)
    if "endpoint" in given:
        given = {"region": "us-east-1"} | given  # servers of one's own have no regions
    return S3Store(parts.netloc, virtual_hosted_style_request="endpoint" not in given, **options, **given)


@contextmanager
def _in_words() -> Iterator[None]:
    """Errors of obstore as Away. Its own messages have URLs and answers of the server, so they are not passed on."""
    from obstore import exceptions

    try:
        yield
    except FileNotFoundError as error:
        if _is_gone(error):
            raise Away("The bucket does not exist.") from None
        raise FileNotFoundError("The object is not in the bucket.") from None
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise Away("The bucket denies access. Check its credentials in the environment.") from None
    except (exceptions.BaseError, PermissionError, TimeoutError, ConnectionError) as error:
        raise Away("The bucket does not exist." if _is_gone(error) else "The bucket does not answer.") from None


def _is_gone(error: BaseException) -> bool:
    """Whether Amazon, Google or Azure say that there is no such bucket."""
    return any(word in str(error) for word in ("NoSuchBucket", "ContainerNotFound"))
