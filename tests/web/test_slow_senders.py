"""Senders who take their time: half a request blocks no other, and a slow but honest one is served."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from flask import Flask

from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime import Settings
from catalog.web.server.incoming import GATHERED_BYTES, HEAD_BYTES
from tests.conftest import EMAIL, PASSWORD
from tests.support import live

Address = tuple[str, int]

HALF_HEAD = b"GET /login HTTP/1.1\r\nHost: catalog\r\nX-Slow: "
HEAD = b"POST /login HTTP/1.1\r\nHost: catalog\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALF_BODY = HEAD + b"Content-Length: 5000\r\n\r\nemail="
SECONDS = 2


@pytest.fixture(scope="module")
def address(migrated_app: Flask, settings: Settings) -> Iterator[Address]:
    """A web server that waits at most two seconds for a client."""
    waits = {"head_seconds": SECONDS, "body_seconds": SECONDS, "streams": 256}
    with live.web_server(settings, **waits) as address:
        yield address


async def trickle(address: Address, beginning: bytes) -> float:
    """Send a beginning, then a byte a second until the server ends it; the seconds that it took."""
    reader, writer = await asyncio.open_connection(*address)
    begun = time.monotonic()
    writer.write(beginning)
    ended = asyncio.create_task(reader.read())
    while not ended.done():
        writer.write(b"x")
        await asyncio.wait([ended], timeout=1)
    writer.close()
    return time.monotonic() - begun


async def answered(address: Address, path: str) -> float:
    """The seconds that a page takes."""
    return await asyncio.to_thread(live.answers, *address, path)


def test_half_requests_stop_nobody_and_are_closed(address: Address) -> None:
    async def attack() -> list[float]:
        half = [HALF_HEAD] * 300 + [HALF_BODY] * 300
        senders = [asyncio.create_task(trickle(address, text)) for text in half]
        await asyncio.sleep(0.5)
        for _ in range(3):
            assert await answered(address, "/healthz") < 2
            assert await answered(address, "/login") < 2
        return await asyncio.wait_for(asyncio.gather(*senders), 4 * SECONDS)

    assert max(asyncio.run(attack())) < 4 * SECONDS


def test_a_half_request_is_told_that_it_is_late(address: Address) -> None:
    for half in (HALF_HEAD, HALF_BODY):
        with socket.create_connection(address, timeout=4 * SECONDS) as sender:
            sender.sendall(half)
            assert sender.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_connection_without_a_request_is_closed(address: Address) -> None:
    with socket.create_connection(address, timeout=4 * SECONDS) as sender:
        assert sender.recv(100) == b""


OTHER_HALVES = [
    b"\r\n" + HALF_HEAD,
    HEAD + b"Content-Length: 5\r\nContent-Length: 5000\r\n\r\nemail",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n",
    HEAD + f"Content-Length: {GATHERED_BYTES + 1}\r\n\r\n".encode(),
    b"POST /imports/new HTTP/1.1\r\nHost: c\r\nContent-Length: 900000\r\n\r\n",
    b"PATCH /uploads/none HTTP/1.1\r\nHost: c\r\nContent-Length: 900000\r\n\r\n",
    b"POST /api/v1/imports HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n",
]


def test_no_other_way_to_send_half_a_request_stops_anybody(address: Address) -> None:
    async def attack() -> list[float]:
        half = OTHER_HALVES * 60
        senders = [asyncio.create_task(trickle(address, text)) for text in half]
        await asyncio.sleep(0.5)
        for _ in range(3):
            assert await answered(address, "/login") < 2
        return await asyncio.wait_for(asyncio.gather(*senders), 20)

    assert max(asyncio.run(attack())) < 12


def slowly(data: bytes) -> Iterator[bytes]:
    """A body over a line of 480 kbit/s."""
    for start in range(0, len(data), 6000):
        time.sleep(0.1)
        yield data[start : start + 6000]


def test_an_honest_sender_on_a_slow_line_is_heard_out(app: Flask, address: Address) -> None:
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD)
    token, data = tokens.create(COMMAND_LINE, user, "slow", "write")[1], os.urandom(200_000)
    tus = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    connection = HTTPConnection(*address, timeout=5)
    begin = tus | {"Upload-Length": str(len(data))}
    connection.request("POST", "/api/v1/uploads", headers=begin)
    place = (answer := connection.getresponse()).headers["Location"]
    answer.read()
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    size = {"Content-Length": str(len(data))}
    connection.request("PATCH", place, slowly(data), tus | kind | size)
    answer = connection.getresponse()
    assert answer.status == 204
    assert answer.headers["Upload-Offset"] == str(len(data))
    answer.read()
    form = {"Content-Type": "application/x-www-form-urlencoded"} | size
    connection.request("POST", "/login", slowly(data), form)
    assert connection.getresponse().status == 400  # it has no token
    connection.close()


def test_who_does_not_hang_up_keeps_nobody_waiting(address: Address) -> None:
    kept = []
    for _ in range(50):
        sender = socket.create_connection(address)
        sender.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        kept.append(sender)
    try:
        for _ in range(5):
            assert live.answers(*address, "/healthz") < 2
    finally:
        for sender in kept:
            sender.close()


def test_a_line_of_a_request_has_an_end(address: Address) -> None:
    for length, status in ((8100, 200), (8300, 414)):
        connection = HTTPConnection(*address, timeout=5)
        connection.request("GET", "/login?q=" + "x" * (length - 9))
        assert connection.getresponse().status == status
        connection.close()
    with socket.create_connection(address, timeout=5) as sender:
        sender.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (HEAD_BYTES + 1))
        assert sender.recv(100).startswith(b"HTTP/1.1 431 ")


def test_requests_sent_at_once_are_answered_one_by_one(address: Address) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n"
    post = HEAD + b"Content-Length: 9000\r\n\r\n" + b"x" * 9000
    last = b"GET /healthz HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n"
    with socket.create_connection(address, timeout=5) as sender:
        sender.sendall(one + post + one + last)
        told = b"".join(iter(lambda: sender.recv(65536), b""))
    assert told.count(b"HTTP/1.1 200 ") == 3
    assert told.count(b"HTTP/1.1 400 ") == 1  # the form has no token


def test_who_asks_before_sending_is_told_to_go_on(address: Address) -> None:
    body = b"x" * 100
    with socket.create_connection(address, timeout=5) as sender:
        sender.sendall(HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 100\r\n\r\n")
        assert sender.recv(100).startswith(b"HTTP/1.1 100 Continue")
        sender.sendall(body)
        assert b"HTTP/1.1 400 " in b"".join(iter(lambda: sender.recv(65536), b""))


@pytest.fixture
def program(app: Flask) -> str:
    """The token of a program that may write."""
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD)
    return tokens.create(COMMAND_LINE, user, "chunks", "write")[1]


TYPES = {
    "/login": "application/x-www-form-urlencoded",
    "/api/v1/imports": "multipart/form-data; boundary=x",
    "/api/v1/products": "application/json",
}
CHUNKS = [
    b"F" * 20 + b"\r\nemail=x",
    b"1" + b"0" * 19 + b"\r\nemail=x",
    b"zz\r\nemail=x\r\n0\r\n\r\n",
    b"-5\r\nemail=x\r\n0\r\n\r\n",
    b"0x5\r\nemail=x\r\n0\r\n\r\n",
    b"5 5\r\nemail\r\n0\r\n\r\n",
    b"3\r\nemail=x\r\n0\r\n\r\n",
    b"\r\nemail=x\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("path", ["/login", "/api/v1/imports", "/api/v1/products"])
def test_a_malformed_chunk_is_400_and_ends_the_connection(
    address: Address, program: str, path: str, chunks: bytes
) -> None:
    """The bytes after it are not a request: the end of the body is unknown."""
    head = f"POST {path} HTTP/1.1\r\nHost: catalog\r\nAuthorization: Bearer {program}\r\n"
    head += f"Content-Type: {TYPES[path]}\r\nTransfer-Encoding: chunked\r\n\r\n"
    hidden = b"GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n"
    with socket.create_connection(address, timeout=10) as sender:
        sender.sendall(head.encode() + chunks + hidden)
        if chunks[:8].isalnum() and len(chunks.split(b"\r\n")[0]) == 20:
            sender.shutdown(socket.SHUT_WR)  # there will never be so much
        told = b"".join(iter(lambda: sender.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 400 "), told[:200]
    assert told.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in told.lower()
