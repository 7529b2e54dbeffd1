"""A file from a URL that may be slow, broken or hostile. No database.

The connection goes to an address that was checked, as a webhook's does; a redirect is a new URL and is checked again.
Time, bytes and silence are limited. No error message contains the URL, because it may contain a password.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, TimeoutError as PoolTimeout
from urllib3.util import make_headers

from catalog.imports.sources import answers, google_sheets
from catalog.imports.sources.answers import Failed
from catalog.runtime import Settings, addresses as urls, outbound, public_addresses

REDIRECTS = 3
MOVED = (301, 302, 303, 307, 308)
CONNECT_SECONDS = 10
BLOCK_BYTES = 256 * 1024
HEAD_BYTES = 64 * 1024
NOT_PUBLIC = "This address is not public. Use a public one, or ask an admin to add its network to CATALOG_SOURCE_ALLOW."
OTHER_PORT = "From public addresses, files can be fetched only from port 443. Use a URL without a port."


@dataclass(frozen=True)
class Known:
    """ETag and date of the file that was fetched before."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """The response of a server; `changed` is False if its file is the known one."""

    changed: bool
    filename: str
    known: Known


@dataclass
class _Budget(outbound.Budget):
    """A limit for the total time, and one for silence."""

    silence: float = 0

    def seconds(self) -> float:
        """Seconds that the next step may take. Raises TimeoutError if none are left."""
        return min(super().seconds(), self.silence)


def check(url: str, settings: Settings) -> None:
    """Check whether a file may be fetched from this URL; a name may still be without an address. Raises Failed."""
    with _in_words():
        bare, _ = _taken_apart(url)
        target = public_addresses.parse(bare)
        try:
            _resolve(target, settings, time.monotonic() + CONNECT_SECONDS)
        except (public_addresses.Unresolved, TimeoutError):
            _only_https(target)


def fetch(
    url: str,
    known: Known,
    write: Callable[[bytes], object],
    settings: Settings,
    on_bytes: Callable[[int], object] = bool,
) -> Fetched:
    """Get a file and `write` it piece by piece, unless it is the known one; `on_bytes` gets the length of each piece.

    A link to a Google sheet gets the sheet. Raises Failed, and what `write` raises.
    """
    sheet = google_sheets.file_of(url)
    if sheet is None:
        return _fetch(url, known, write, settings, on_bytes)
    with google_sheets.in_words():
        return _fetch(sheet, known, write, settings, on_bytes, google_sheets.check_redirect)


def _fetch(
    url: str,
    known: Known,
    write: Callable[[bytes], object],
    settings: Settings,
    on_bytes: Callable[[int], object],
    check_redirect: Callable[[str], object] = bool,
) -> Fetched:
    most = settings.max_upload_bytes + HEAD_BYTES * (REDIRECTS + 1)
    silence = settings.source_silence_seconds
    budget = _Budget(time.monotonic() + settings.source_seconds, most, silence=silence)
    headers = {"Accept-Encoding": "identity", "User-Agent": "Catalog"}
    headers |= {"If-None-Match": known.etag} if known.etag else {}
    headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
    with _in_words():
        url, login = _taken_apart(url)
        home = _origin(public_addresses.parse(url))
    for hop in range(REDIRECTS + 1):
        with _in_words("The server redirects to another address. " * bool(hop)):
            target = public_addresses.parse(url)
            addresses = _resolve(target, settings, budget.until)
            # User and password are sent only to the same host, scheme and port.
            more = login if _origin(target) == home else {}
            limits = (CONNECT_SECONDS, silence)
            connection = outbound.connect(_origin(target), addresses, budget, *limits)
            with closing(connection) as line:
                line.request("GET", target.path, None, headers | more, preload_content=False, decode_content=False)
                # The file of the socket keeps it open to the end, whatever the answer's length says.
                sock = line.sock
                with closing(sock.makefile("rb", 0)), closing(line.getresponse()) as answer:
                    next_url = answer.headers.get("Location")
                    if answer.status not in MOVED or not next_url:
                        answers.check_status(answer.status, answer.headers)
                        blocks = _blocks(answer, sock, budget, on_bytes)
                        return _taken(answer, url, blocks, write, settings)
        url = _next(url, next_url)
        check_redirect(url)
    raise Failed("The server redirects too many times.")


def _origin(target: public_addresses.Target) -> tuple[str, str, int]:
    return target.scheme, target.host.lower(), target.port


def _next(url: str, location: str) -> str:
    """The target of a redirect, without a user and password of its own. Raises Failed."""
    try:
        return urls.split(urljoin(url, location)).bare
    except ValueError:
        raise Failed("The server redirects to an invalid URL.") from None


def _taken(
    answer: BaseHTTPResponse, url: str, blocks: Iterator[bytes], write: Callable[[bytes], object], settings: Settings
) -> Fetched:
    headers = answer.headers
    known = Known(headers.get("ETag"), headers.get("Last-Modified"))
    name = answers.filename(headers, url)
    if answer.status == 304:
        return Fetched(False, name, known)
    encoding = headers.get("Content-Encoding", "")
    answers.receive(blocks, encoding, write, settings.max_upload_bytes)
    return Fetched(True, name, known)


def _blocks(
    answer: BaseHTTPResponse, sock: socket.socket, budget: _Budget, on_bytes: Callable[[int], object]
) -> Iterator[bytes]:
    """The blocks of the body. Raises Failed if the server sends more bytes than it announced."""
    end = b""
    for block in _pieces(answer):
        on_bytes(len(block))
        end = (end + block)[-outbound.LAST_BYTES :]
        yield block
    if "Content-Length" in answer.headers and outbound.has_more(sock, budget, end):
        raise Failed("The server sends more than its Content-Length says, so the file would be cut off.", passing=True)


def _pieces(answer: BaseHTTPResponse) -> Iterator[bytes]:
    """Pieces of the body as they arrive, without waiting for a whole block."""
    if answer.headers.get("Transfer-Encoding"):
        yield from answer.stream(BLOCK_BYTES, decode_content=False)
    while piece := answer.read1(BLOCK_BYTES, decode_content=False):
        yield piece


def _taken_apart(url: str) -> tuple[str, dict[str, str]]:
    """A URL without user and password, and the Authorization header made of them. Raises public_addresses.Denied."""
    if urls.has_stray_sign(url):
        raise public_addresses.Denied(urls.STRAY_SIGN)
    parts = urls.split(url)
    if not parts.user and not parts.password:
        return parts.bare, {}
    try:
        header = make_headers(basic_auth=f"{parts.user}:{parts.password}")
    except UnicodeEncodeError:
        raise public_addresses.Denied("User and password may contain only Latin-1 characters.") from None
    return parts.bare, {"Authorization": header["authorization"]}


def _resolve(target: public_addresses.Target, settings: Settings, until: float) -> list[str]:
    """The addresses of a target, every one of them checked. Raises Denied, Unresolved, TimeoutError."""
    addresses = public_addresses.lookup(target.host, target.port, until)
    plain = [public_addresses.plain(address) for address in addresses]
    allowed = [public_addresses.is_within(address, settings.source_allow) for address in plain]
    if all(allowed):
        return addresses
    if not all(ok or public_addresses.is_public(a) for ok, a in zip(allowed, plain, strict=True)):
        raise public_addresses.Denied(NOT_PUBLIC)
    _only_https(target)
    if target.port != public_addresses.PORTS["https"]:
        raise public_addresses.Denied(OTHER_PORT)
    return addresses


def _only_https(target: public_addresses.Target) -> None:
    if target.scheme != "https":
        raise public_addresses.Denied("Use https, so that the file can't be changed on the way.")


@contextmanager
def _in_words(where: str = "") -> Iterator[None]:
    """The message for a failure. It reveals nothing else about the address."""
    try:
        yield
    except public_addresses.Denied as error:
        raise Failed(f"{where}{error}") from None
    except public_addresses.Unresolved as unresolved:
        is_temporary = getattr(unresolved.__cause__, "errno", None) == socket.EAI_AGAIN
        raise Failed(
            "The host name in the URL was not found (DNS). Check its spelling.", passing=is_temporary
        ) from None
    except outbound.NotConnected:
        raise Failed("No connection could be made.", passing=True) from None
    except (TimeoutError, PoolTimeout):
        raise Failed("The server took too long, or stopped sending.", passing=True) from None
    except ssl.SSLError:
        raise Failed("The certificate is not trusted, or no secure connection could be made (TLS).") from None
    except outbound.Full:
        raise Failed(answers.TOO_LARGE) from None
    except (HTTPException, HTTPError, ConnectionError):
        raise Failed("The connection broke before the file was complete.", passing=True) from None
