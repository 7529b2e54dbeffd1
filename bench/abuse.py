"""The speed of pages while clients misuse the server: unread exports, and requests that never end. Three rounds."""

import asyncio
import socket
import subprocess
import time
from contextlib import ExitStack, closing

from bench import browser
from bench.files import Files
from bench.report import Report, percentile
from bench.server import CATALOG, Server
from catalog.runtime import Settings

ROUNDS = 3
PAGES = 20  # in each round
UNREAD, HALF = 60, 300
MOST_SECONDS = 2.0
CLOSED_SECONDS = max(Settings().head_seconds, Settings().body_seconds) + 2  # the server checks once a second
VIEWER = "viewer@example.com"
HEAD = b"POST /login HTTP/1.1\r\nHost: catalog\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALVES = [b"GET /login HTTP/1.1\r\nHost: catalog\r\nX-Slow: "] * HALF + [
    HEAD + b"Content-Length: 5000\r\n\r\nemail="
] * HALF


def measure(server: Server, files: Files, report: Report) -> None:
    """Read a page when the server is idle, during 60 unread exports of a user, and during 600 incomplete requests."""
    server.database.reset(files.original)
    other, visitor = _viewer(server), browser.signed_in(server)
    lines = [_line("/products", "idle", [[visitor.time("/products") for _ in range(PAGES)] for _ in range(ROUNDS)])]
    lines.append(
        _line("/products", f"{UNREAD} unread exports", [_unread(server, other, visitor) for _ in range(ROUNDS)])
    )
    rounds = [asyncio.run(_half_requests(server, visitor)) for _ in range(ROUNDS)]
    lines.append(_line("/healthz", f"{2 * HALF} half requests", [took for took, _ in rounds]))
    longest = max(closed for _, closed in rounds)
    note = f"The last half request was closed after {longest:.1f} s (at most {CLOSED_SECONDS:.0f} s): "
    report.table(
        "Pages beside misuse",
        ["page", "beside", "p50", "p95 of each round", "longest", "asked for"],
        lines,
        note + ("reached" if longest <= CLOSED_SECONDS else "NOT REACHED"),
    )


def _line(page: str, beside: str, rounds: list[list[float]]) -> list[str]:
    took = [seconds for times in rounds for seconds in times]
    return [
        page,
        beside,
        f"{percentile(took, 0.5) * 1000:.0f} ms",
        ", ".join(f"{percentile(times, 0.95) * 1000:.0f} ms" for times in rounds),
        f"{max(took) * 1000:.0f} ms",
        f"{MOST_SECONDS:.0f} s: {'reached' if max(took) <= MOST_SECONDS else 'NOT REACHED'}",
    ]


def _viewer(server: Server) -> browser.Browser:
    """A second user, signed in."""
    subprocess.run([CATALOG, "user", "create", VIEWER], env=server.environment, check=True, capture_output=True)
    return browser.signed_in(server, VIEWER)


def _unread(server: Server, other: browser.Browser, visitor: browser.Browser) -> list[float]:
    """The seconds of each page while another user does not read their exports."""
    with ExitStack() as sockets:
        for _ in range(UNREAD):
            reader = sockets.enter_context(closing(socket.socket()))
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", server.port))
            reader.sendall(f"GET /products/export.csv HTTP/1.1\r\nHost: c\r\nCookie: {other.cookie}\r\n\r\n".encode())
        return [visitor.time("/products") for _ in range(PAGES)]


async def _half_requests(server: Server, visitor: browser.Browser) -> tuple[list[float], float]:
    """The seconds of each page during 600 requests of a byte a second, and the seconds until the last was closed."""
    senders = [asyncio.create_task(_trickle(server.port, half)) for half in HALVES]
    await asyncio.sleep(0.5)
    took = [await asyncio.to_thread(visitor.time, "/healthz") for _ in range(PAGES)]
    return took, max(await asyncio.gather(*senders))


async def _trickle(port: int, beginning: bytes) -> float:
    """Send the beginning of a request, then a byte a second, until the server closes it. Returns the seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.monotonic()
    writer.write(beginning)
    ended = asyncio.create_task(reader.read())
    while not ended.done():
        writer.write(b"x")
        await asyncio.wait([ended], timeout=1)
    writer.close()
    return time.monotonic() - begun
