"""One HTTP request to a receiver that may be slow, broken or hostile. No database, no retries.

The connection goes to an address that `allowed_addresses` has checked, with the name's Host and SNI. The time to
connect, the total time and the bytes that are read are limited. Redirects are not followed.
"""

import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException

from urllib3.exceptions import HTTPError, TimeoutError as PoolTimeout

from catalog.runtime import Settings, outbound, public_addresses
from catalog.webhooks import allowed_addresses

READ_BYTES = 64 * 1024  # of a response, including its head
KEPT_BYTES = 16 * 1024  # of its body
BLOCK_BYTES = 4096


@dataclass
class Result:
    """The result of one request. `status` is None without a response; `error` is None only after success."""

    started_at: datetime
    url: str
    request_headers: dict[str, str]
    seconds: float = 0
    address: str | None = None
    status: int | None = None
    headers: list[list[str]] = field(default_factory=list)
    body: str = ""
    cut: bool = False  # there was more of the body
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx and the whole response arrived."""
        return self.error is None

    def header(self, name: str) -> str | None:
        """A header of the response."""
        return next((v for n, v in self.headers if n.lower() == name), None)


def post(url: str, headers: dict[str, str], body: bytes, settings: Settings) -> Result:
    """POST a body. Errors of the receiver are in the result and never raised."""
    result = Result(datetime.now(UTC), url, headers)
    begun = time.monotonic()
    budget = outbound.Budget(begun + settings.webhook_total_seconds, READ_BYTES)
    with _in_words(result, settings):
        target = public_addresses.parse(url)
        addresses = allowed_addresses.resolve(target, settings, budget.until)
        limits = (settings.webhook_connect_seconds, settings.webhook_total_seconds)
        line = (target.scheme, target.host, target.port)
        with closing(outbound.connect(line, addresses, budget, *limits)) as connection:
            try:
                connection.request("POST", target.path, body, headers, preload_content=False, decode_content=False)
                _read_response(connection, result)
            finally:
                result.address = connection.connected
    result.seconds = time.monotonic() - begun
    return result


def _read_response(connection: outbound.Connection, result: Result) -> None:
    """Read the response: its head, and its body within the limit."""
    with closing(connection.getresponse()) as response:
        result.status = response.status
        result.headers = [[name, value] for name, value in response.headers.items()]
        kept = bytearray()
        try:
            for chunk in response.stream(BLOCK_BYTES, decode_content=False):
                kept += chunk[: KEPT_BYTES - len(kept)]
                result.cut = result.cut or len(kept) == KEPT_BYTES
        except outbound.Full:
            result.cut = True
        finally:
            result.body = readable(bytes(kept))
    if not 200 <= response.status < 300:
        result.error = _status_in_words(response.status)


def readable(data: bytes) -> str:
    """Bytes as text that can be stored: NUL and bytes that are not UTF-8 are replaced."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def _status_in_words(status: int) -> str:
    if status == 410:
        return "The receiver responded that it no longer exists (410)."
    if 300 <= status < 400:
        return f"The receiver redirects ({status}); webhooks do not follow redirects. Enter the final URL."
    return f"The receiver responded with {status}, which is not a success."


@contextmanager
def _in_words(result: Result, settings: Settings) -> Iterator[None]:
    """The message for a failure. It says what to do, and reveals nothing else about the address."""
    try:
        yield
    except public_addresses.Denied as error:
        result.error = str(error)
    except public_addresses.Unresolved:
        result.error = "The host name in the URL was not found (DNS). Check its spelling."
    except outbound.NotConnected:
        result.error = "No connection could be made."
    except (TimeoutError, PoolTimeout):
        result.error = f"No complete response within {settings.webhook_total_seconds:g} s."
    except ssl.SSLCertVerificationError as error:
        result.error = f"The certificate is not trusted (TLS): {error.verify_message or 'it is not valid'}."
    except ssl.SSLError:
        result.error = "No secure connection could be made (TLS)."
    except outbound.Full:
        result.error = "The headers of the response are too long."
    except (ConnectionError, BrokenPipeError):
        result.error = "The connection was closed before a response arrived."
    except (HTTPException, HTTPError, ValueError):
        result.error = "The response is not complete, or not HTTP."
    except OSError:
        result.error = "The connection broke."


def not_sent(url: str, error: str) -> Result:
    """The result of a request that was not sent."""
    return Result(datetime.now(UTC), url, {}, error=error)
