"""TLS before a server that has none: the embedded PostgreSQL and Redis are built without it.

Bytes pass as they are. Of PostgreSQL only the question before TLS is answered here, as a server with `ssl = on` does.
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support import certificates

ASKS_FOR_TLS = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
"""SSLRequest of PostgreSQL's protocol: its length and its code."""


@contextmanager
def sealed(target: str, certificate: Path, *, asks_first: bool) -> Iterator[int]:
    """Pass what comes over TLS to the Unix socket `target`; gives the port. PostgreSQL's clients first ask for TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="TLS", daemon=True)
    thread.start()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if asks_first and await reader.readexactly(len(ASKS_FOR_TLS)) == ASKS_FOR_TLS:
                writer.write(b"S")
                await writer.start_tls(context)
            if writer.get_extra_info("ssl_object"):  # else it came without TLS
                await _both_ways(reader, writer, target)
        writer.transport.abort()

    seal = None if asks_first else context
    start = asyncio.start_server(serve, "127.0.0.1", 0, ssl=seal)
    server = asyncio.run_coroutine_threadsafe(start, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _both_ways(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Pass bytes until one end hangs up."""
    from_server, to_server = await asyncio.open_unix_connection(target)
    passing = [asyncio.create_task(_pass(reader, to_server)), asyncio.create_task(_pass(from_server, writer))]
    try:
        await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in passing:
            one.cancel()
        to_server.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()


async def _end(server: asyncio.Server) -> None:
    """Let go of the port and of all connections."""
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports close in the round after


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate for this name, which signed itself, with its key."""
    path = folder / f"{name}.pem"
    certificates.write(path, name)
    return path
