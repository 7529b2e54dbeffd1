"""Receivers of webhooks in a separate process: `python -m bench.receivers N HANGING`.

The first line on stdout is the list of ports. The last port is for queries: the response to GET has the requests
since the last query, as [receiver, seconds since `sent`] pairs. The first HANGING receivers never respond.
"""

import asyncio
import json
import sys
import time

OK = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"

heard: list[tuple[int, float]] = []


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """The body of one request."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"content-length:" not in head:
        return b""
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


async def serve(number: int, hangs: bool) -> int:
    """Start one receiver; returns its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = await read_request(reader)
        if hangs:
            await asyncio.sleep(3600)
        sent = json.loads(body)["data"].get("sent", 0)
        heard.append((number, time.time() - sent))
        writer.write(OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    return int(server.sockets[0].getsockname()[1])


async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a query."""
    await read_request(reader)
    body = json.dumps(heard).encode()
    heard.clear()
    writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + body)
    await writer.drain()
    writer.close()


async def main(count: int, hanging: int) -> None:
    """Serve until killed."""
    ports = [await serve(number, number < hanging) for number in range(count)]
    control = await asyncio.start_server(tell, "127.0.0.1", 0)
    print(json.dumps([*ports, control.sockets[0].getsockname()[1]]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
