"""The API of another Catalog: requests with CATALOG_TOKEN, and its errors as failures."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import urllib3

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Row
from catalog.errors.kinds import KINDS
from catalog.runtime import Settings

BLOCK_BYTES = 256 * 1024
MOST = 200  # rows of one page of the API
AWAY = "away"
"""The kind of a failure: the other Catalog can't be reached."""


WITHOUT_BODY = {401: "unauthorized", 403: "forbidden", 404: "not_found"}
"""Status -> kind of a failure, for a response without a body: that to a HEAD."""


class Server:
    """The Catalog at CATALOG_URL. Requests use CATALOG_TOKEN. All calls raise Failure."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base = f"{settings.url.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {settings.token}"}
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60))

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Row:
        """Send a request to the API; returns the JSON of the response, {} if it has no body."""
        data = None if body is None else json.dumps(body).encode()
        content = {"Content-Type": "application/json"} if data is not None else {}
        answer = self.send(method, path, content | (headers or {}), data)
        found: Row = json.loads(answer.data) if answer.data else {}
        return found

    def stream(self, path: str) -> Iterator[bytes]:
        """Download a file in pieces."""
        answer = self.send("GET", path, stream=True)
        with closing(answer):
            yield from answer.stream(BLOCK_BYTES)

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: Any = None,
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """Send a request; returns the response if its status is 2xx."""
        try:
            answer = self._http.request(
                method,
                self.base + path,
                headers=self._headers | (headers or {}),
                body=body,
                preload_content=not stream,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Failure(f"{self.base} does not answer: {error}", AWAY) from None
        if 200 <= answer.status < 300:
            return answer
        raise failure(answer.data, answer.status, self.base)


def failure(body: bytes, status: int, base: str) -> Failure:
    """The failure for an error response of the API: the same words and exit code as for the Catalog of this machine."""
    if not body and status in WITHOUT_BODY:
        kind = WITHOUT_BODY[status]
        return Failure(KINDS[kind].title, kind)
    try:
        problem = json.loads(body)
        return Failure(str(problem["detail"]), str(problem["kind"]))
    except (ValueError, KeyError, TypeError):
        words = (
            f"{base} answered {status}, but this is not a response from Catalog."
            " Check CATALOG_URL and the proxy in front of it."
        )
        return Failure(words, AWAY if status in (502, 503, 504) else "")
