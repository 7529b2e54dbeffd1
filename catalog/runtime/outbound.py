"""A connection to an address that a user chose: checked before, and within limits. Knows no protocol above HTTP.

The caller has looked up the name and checked every address. Connections go to those addresses, with the name's Host
and SNI. The time to connect, the total time and the bytes that are read are limited.
"""

import errno
import logging
import socket
import ssl
import time
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from selectors import EVENT_WRITE, DefaultSelector
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305, Connection Attempt Delay
LAST_BYTES = 32
MORE_SECONDS = 0.05
HANDSHAKE_SECONDS = 30  # of TLS

# Its warnings name the URL, and a URL may hold a secret.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class Full(Exception):
    """The response is longer than we read."""


@dataclass
class Budget:
    """The time and the bytes that one request has left."""

    until: float  # time.monotonic()
    bytes: int
    last: bytearray = field(default_factory=bytearray)  # what was read last

    def seconds(self) -> float:
        """Seconds that are left. Raises TimeoutError if there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Socket(socket.socket):
    """A socket that spends a budget: a time limit for each read alone would let a slow drip continue for ever."""

    budget: Budget | None = None

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Read, but not beyond the budget."""
        view = memoryview(buffer)
        if self.budget is not None:
            if not self.budget.bytes:
                raise Full
            self.settimeout(self.budget.seconds())
            view = view[: min(nbytes or len(view), self.budget.bytes)]
        got = super().recv_into(view, len(view), flags)
        if self.budget is not None:
            self.budget.bytes -= got
            self.budget.last = (self.budget.last + view[:got][-LAST_BYTES:])[-LAST_BYTES:]
        return got

    def send(self, data: Any, flags: int = 0) -> int:
        """Write while there is time left. TLS writes everything through this method."""
        if self.budget is not None:
            self.settimeout(self.budget.seconds())
        sent = super().send(data, flags)
        return sent


class _TlsSocket(_Socket, ssl.SSLSocket):
    """The same for a TLS connection."""


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The system's authorities (SSL_CERT_FILE names others); a certificate must be valid and for this name."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context


class NotConnected(Exception):
    """No connection could be made.

    The error is the same for a closed port, an unreachable host and a silent one: otherwise users could scan ports.
    """


class _Http(HTTPConnection):
    """A connection to the addresses that were checked, even if the name now has others."""

    addresses: list[str]
    budget: Budget
    connected: str | None = None
    connect_seconds: float

    def _new_conn(self) -> socket.socket:
        until = time.monotonic() + min(self.connect_seconds, self.budget.seconds())
        sock, self.connected = _race(self.addresses, self.port, until)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(min(self.budget.seconds(), HANDSHAKE_SECONDS))
        sock.budget = self.budget
        return sock


def _race(addresses: list[str], port: int, until: float) -> tuple[_Socket, str]:
    """The first of these addresses that takes a connection, as RFC 8305 has it. Raises NotConnected.

    The next one is tried after a quarter of a second, or at once when those before have failed.
    """
    waiting, start_next = _in_turns(addresses), time.monotonic()
    with DefaultSelector() as runners:
        try:
            while (now := time.monotonic()) < until and (waiting or runners.get_map()):
                if waiting and (now >= start_next or not runners.get_map()):
                    _start(runners, waiting.pop(0), port)
                    start_next = now + NEXT_ADDRESS_SECONDS
                    continue
                patience = (min(until, start_next) if waiting else until) - now
                for key, _ in runners.select(patience):
                    if winner := _arrived(runners, key.fileobj):
                        return winner, key.data
        finally:
            for key in [*runners.get_map().values()]:
                _leave(runners, key.fileobj)
    raise NotConnected


def _arrived(runners: DefaultSelector, sock: Any) -> _Socket | None:
    """A socket whose connection is made; None if it failed."""
    runners.unregister(sock)
    if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        winner: _Socket = sock
        return winner
    sock.close()
    return None


def _leave(runners: DefaultSelector, sock: Any) -> None:
    runners.unregister(sock)
    sock.close()


def _in_turns(addresses: list[str]) -> list[str]:
    """The first address, then IPv6 and IPv4 in turns, because all addresses of one family may be silent."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    first, second = (six, four) if addresses[:1] == six[:1] else (four, six)
    pairs = zip_longest(first, second)
    return [address for pair in pairs for address in pair if address]


def _start(runners: DefaultSelector, address: str, port: int) -> None:
    """Start to connect a socket to an address. An address without a route is skipped."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        sock = _Socket(family, socket.SOCK_STREAM)
    except OSError:
        return
    sock.setblocking(False)
    if sock.connect_ex((address, port)) in (0, errno.EINPROGRESS):
        runners.register(sock, EVENT_WRITE, address)
    else:
        sock.close()


class _Https(_Http, HTTPSConnection):
    def connect(self) -> None:
        """TLS makes a socket of its own around the first."""
        super().connect()
        assert isinstance(self.sock, _TlsSocket)
        self.sock.budget = self.budget


Connection = _Http | _Https


def connect(
    line: tuple[str, str, int], addresses: list[str], budget: Budget, connect_seconds: float, timeout: float
) -> Connection:
    """A urllib3 connection for (scheme, host, port) that connects to one of these addresses, within the budget."""
    scheme, host, port = line
    connection: Connection
    if scheme == "https":
        connection = _Https(host, port, timeout=timeout, ssl_context=_tls())
    else:
        connection = _Http(host, port, timeout=timeout)
    connection.addresses, connection.budget = addresses, budget
    connection.connect_seconds = connect_seconds
    return connection


def has_more(sock: socket.socket, budget: Budget, end: bytes) -> bool:
    """Whether the server has already sent more than a response that ends with these bytes."""
    if end and not budget.last.endswith(end[-LAST_BYTES:]):
        return True
    try:
        sock.settimeout(MORE_SECONDS)
        return bool(sock.recv(1))
    except OSError:  # silence
        return False
