"""gunicorn's threaded worker, but neither half a request nor a client that does not read holds a thread for long.

gunicorn's own worker gives a connection a thread with its first byte, and waits there for the rest without a time
limit. No Flask in here.
"""

import errno
import selectors
import socket
import struct
import time
from collections import Counter
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from catalog.runtime import LONG_FORMS, Settings
from catalog.web.server.incoming import Incoming

BLOCK_BYTES = 64 * 1024
LOOK_SECONDS = 0.25
LINGER_SECONDS = 2.0
"""Seconds for which the rest of a denied request is read, so that the response reaches the sender."""
MOST_UNSENT = 256 * 1024
"""Bytes of a response that the system buffers before the client reads them."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NOTHING = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\n" + NOTHING
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + NOTHING
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n" + NOTHING
NO_FILES_LEFT = (errno.EMFILE, errno.ENFILE)
PASSING = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class Connection(socket.socket):
    """A connection that is closed if the client does not read in time."""

    def limit(self, seconds: float) -> None:
        """Set the seconds after which a client that does not read is cut off."""
        waits = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, waits)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNSENT)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of it. Raises BrokenPipeError."""
        try:
            super().sendall(data, flags)
        except BlockingIOError:
            raise BrokenPipeError(errno.EPIPE, "The client does not read the response.") from None


class Client(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One connection and its current request."""

    def __init__(self, worker: "PatientWorker", sock: Connection, *ends: Any) -> None:
        super().__init__(worker.cfg, sock, *ends)
        self._worker = worker
        self.incoming = Incoming(sock, worker.settings)
        self.parser = RequestParser(worker.cfg, sock, self.client)
        self.parser.unreader = self.incoming
        self.initialized = self.data_ready = True
        self.told_to_go_on = False

    def close(self, graceful: bool = False) -> None:
        """Close the connection. If the last response may not have arrived, other requests do not wait for it."""
        self.incoming.close()
        if graceful:
            self._worker.linger(self.sock)
        else:
            util.close(self.sock)


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gathers requests on the main thread, and gives complete ones to threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = Settings()
        self._gathering: dict[Client, None] = {}  # the oldest first
        self._lingering: dict[socket.socket, float] = {}
        self._most = {"file": self.settings.uploads_at_once, "form": LONG_FORMS}
        self._reading: Counter[str] = Counter()
        self._looked = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection. If there are too many, the oldest half request is closed."""
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in NO_FILES_LEFT:
                self._make_room()
            elif error.errno not in PASSING:
                raise
            return
        self.nr_conns += 1
        sock = Connection(fileno=accepted.detach())
        sock.limit(self.settings.send_seconds)
        self._receive(Client(self, sock, address, listener.getsockname()))

    def enqueue_req(self, conn: Client) -> None:
        """Give the next request of a connection to a thread, as soon as it is complete."""
        conn.sock.setblocking(False)
        conn.incoming.begin()
        conn.told_to_go_on = False
        self._receive(conn)

    def handle_request(self, req: Any, conn: Client) -> Any:
        """Handle one request. After a body in chunks the connection is closed, as only the sender knows its end."""
        if conn.incoming.length is None:
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Client, fs: Any) -> None:
        """Handle the end of a request."""
        if conn.incoming.kind:
            self._reading[conn.incoming.kind] -= 1
        conn.incoming.start_next()
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close late connections: the loop calls this in each round."""
        super().murder_pending()
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        for conn in [conn for conn in self._gathering if conn.incoming.is_late()]:
            self._refuse(conn, LATE if conn.incoming.received else b"")
        for sock in [sock for sock, end in self._lingering.items() if now > end]:
            self._end(sock)

    def linger(self, sock: socket.socket) -> None:
        """Close a connection after the client did, or after a time: closed at once, the last response could be lost."""
        self.nr_conns += 1
        self._lingering[sock] = time.monotonic() + LINGER_SECONDS
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
            self.poller.register(sock, selectors.EVENT_READ, self._read_on)
        except (OSError, ValueError):
            self._end(sock)

    def _receive(self, conn: Client, _: object = None) -> None:
        """Receive bytes, and wait for the rest if there is one."""
        incoming = conn.incoming
        if not incoming.is_whole:
            try:
                data = conn.sock.recv(BLOCK_BYTES)
            except BlockingIOError:
                data = None
            except OSError:
                data = b""
            if data == b"":
                self._refuse(conn)
                return
            incoming.add(data or b"")
        if incoming.is_whole:
            self._dispatch(conn)
        else:
            self._wait(conn)

    def _wait(self, conn: Client) -> None:
        if conn.incoming.expects and not conn.told_to_go_on:
            conn.told_to_go_on = True
            try:
                conn.sock.send(CONTINUE)
            except OSError:
                self._refuse(conn)
                return
        if conn not in self._gathering:
            self._gathering[conn] = None
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _dispatch(self, conn: Client) -> None:
        kind = conn.incoming.kind
        if conn.incoming.is_too_long:
            self._refuse(conn, TOO_LONG)
        elif kind and self._reading[kind] >= self._most[kind]:
            self._refuse(conn, BUSY)
        else:
            if kind:
                self._reading[kind] += 1
            self._forget(conn)
            super().enqueue_req(conn)

    def _forget(self, conn: Client) -> None:
        if conn in self._gathering:
            del self._gathering[conn]
            self.poller.unregister(conn.sock)

    def _refuse(self, conn: Client, answer: bytes = b"") -> None:
        """Close a connection without giving its request to a thread."""
        self._forget(conn)
        self.nr_conns -= 1
        try:
            conn.sock.send(answer)
        except OSError:
            answer = b""
        conn.close(graceful=bool(answer))

    def _make_room(self) -> None:
        if self._lingering:
            self._end(next(iter(self._lingering)))
        elif self._gathering:
            self._refuse(next(iter(self._gathering)))

    def _read_on(self, sock: socket.socket) -> None:
        try:
            if sock.recv(BLOCK_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._end(sock)

    def _end(self, sock: socket.socket) -> None:
        if self._lingering.pop(sock, None) is None:
            return
        self.nr_conns -= 1
        try:
            self.poller.unregister(sock)
        except (OSError, KeyError, ValueError):
            pass  # it was never watched
        util.close(sock)
