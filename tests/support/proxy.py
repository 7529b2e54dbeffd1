"""A TCP proxy that delays what is sent, cuts the line in the middle of it, or falls silent."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

BLOCK_BYTES = 64 * 1024
Server = tuple[str, int] | str
"""Where a server listens: host and port, or the path of its socket."""


class Way:
    """One direction of all connections. It breaks when as many bytes as one of `cuts` have gone, over all of them."""

    def __init__(self, cuts: Sequence[int] = (), seconds: float = 0) -> None:
        self._cuts, self._seconds, self._lock = sorted(cuts), seconds, threading.Lock()
        self.sent = self.broken = 0

    def carry(self, source: socket.socket, target: socket.socket, is_silent: Callable[[], bool]) -> None:
        """Pass on what comes, each block `seconds` late, then the end of it. A cut ends both sides."""
        late: queue.SimpleQueue[tuple[float, bytes, bool]] = queue.SimpleQueue()
        delivery = threading.Thread(target=self._deliver, args=(late, source, target, is_silent), daemon=True)
        delivery.start()
        is_cut = False
        with suppress(OSError):
            while not is_cut and (data := source.recv(BLOCK_BYTES)):
                data, is_cut = self._until_cut(data)
                late.put((time.monotonic() + self._seconds, data, is_cut))
        late.put((time.monotonic() + self._seconds, b"", is_cut))
        delivery.join()

    def _until_cut(self, data: bytes) -> tuple[bytes, bool]:
        with self._lock:
            is_cut = bool(self._cuts) and self.sent + len(data) > self._cuts[0]
            data = data[: self._cuts.pop(0) - self.sent] if is_cut else data
            self.sent += len(data)
            self.broken += is_cut
            return data, is_cut

    def _deliver(
        self,
        late: "queue.SimpleQueue[tuple[float, bytes, bool]]",
        source: socket.socket,
        target: socket.socket,
        is_silent: Callable[[], bool],
    ) -> None:
        is_cut = False
        with suppress(OSError):
            while not is_cut:
                due, data, is_cut = late.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if is_silent():
                    return  # neither bytes nor an end
                if not data:
                    break
                target.sendall(data)
        _shut(target, socket.SHUT_WR)
        if is_cut:
            _shut(source, socket.SHUT_RDWR)


class Proxy:
    """A line to a server; `to_server` and `to_client` are its directions."""

    def __init__(self, server: Server, to_server: Way, to_client: Way) -> None:
        self._server, self.to_server, self.to_client = server, to_server, to_client
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._age = 0
        self._open: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def freeze(self) -> None:
        """Connections that are open carry nothing any more, and no end of it either. New ones do."""
        self._age += 1

    def close(self) -> None:
        """End all connections, and take no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._open):
            _shut(end, socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
        try:
            server.connect(self._server)
        except OSError:
            client.close()
            return
        if server.family == socket.AF_INET:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._carry, args=(client, server), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        age = self._age
        with client, server:
            self._open |= {client, server}
            back = threading.Thread(target=self.to_client.carry, args=(server, client, lambda: self._age > age))
            back.start()
            self.to_server.carry(client, server, lambda: self._age > age)
            back.join()
            self._open -= {client, server}


def _shut(end: socket.socket, how: int) -> None:
    with suppress(OSError):
        end.shutdown(how)


@contextmanager
def proxy(
    server: Server, *, cuts: Sequence[int] = (), cuts_back: Sequence[int] = (), round_trip: float = 0
) -> Iterator[Proxy]:
    """A line to a server that breaks at these numbers of bytes to it and from it; answers are `round_trip` s late."""
    made = Proxy(server, Way(cuts, round_trip / 2), Way(cuts_back, round_trip / 2))
    try:
        yield made
    finally:
        made.close()
