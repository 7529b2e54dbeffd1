"""A TCP proxy that cuts the line in the middle of what is sent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK_BYTES = 64 * 1024


class Line:
    """A line to a server. It breaks each time that as many bytes as one of `cuts` have gone to the server, over all connections."""

    def __init__(self, server: tuple[str, int], cuts: list[int]) -> None:
        self._server, self._cuts, self._lock = server, sorted(cuts), threading.Lock()
        self.sent = self.broken = 0

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
                threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()
                threading.Thread(target=_pipe, args=(server, client), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(BLOCK_BYTES):
                with self._lock:
                    is_cut = bool(self._cuts) and self.sent + len(data) > self._cuts[0]
                    data = data[: self._cuts.pop(0) - self.sent] if is_cut else data
                    self.sent += len(data)
                server.sendall(data)
                if is_cut:
                    self.broken += 1
                    break
        for end in (server, client):
            with suppress(OSError):
                end.shutdown(socket.SHUT_WR if end is server else socket.SHUT_RDWR)


def _pipe(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, then the end of it."""
    with suppress(OSError):
        while data := source.recv(BLOCK_BYTES):
            target.sendall(data)
    for end in (source, target):
        end.close()


@contextmanager
def line(server: tuple[str, int], cuts: list[int]) -> Iterator[tuple[str, Line]]:
    """A line that breaks at these numbers of bytes; gives its address and itself."""
    made = Line(server, cuts)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", made
        listener.shutdown(socket.SHUT_RDWR)
