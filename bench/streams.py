"""Many viewers of one running import: does each get an event every second, and do pages stay fast?"""

import asyncio
import threading
import time
from dataclasses import dataclass, field

from bench import browser, pages
from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server

VIEWERS = 200
MOST_SILENCE_SECONDS = 1.0
RUNNING = "SELECT id FROM imports WHERE state IN ('queued', 'reading', 'applying') ORDER BY id DESC LIMIT 1"


@dataclass
class Viewer:
    """One stream: the times of its events since it was opened, and how it ended."""

    heard: list[float] = field(default_factory=list)
    done: bool = False
    failure: str = ""

    @property
    def settled(self) -> bool:
        """Whether the stream has got an event, or has ended."""
        return len(self.heard) > 1 or bool(self.failure)

    @property
    def first_after(self) -> float:
        """Seconds from the request to the first event."""
        return self.heard[1] - self.heard[0] if len(self.heard) > 1 else float("inf")

    @property
    def longest_silence(self) -> float:
        """The longest time between two events, in seconds."""
        pairs = zip(self.heard[1:], self.heard[2:], strict=False)
        return max((after - before for before, after in pairs), default=0.0)

    @property
    def heard_every_second(self) -> bool:
        """Whether an event came every second, from the request to the closing event."""
        return self.done and max(self.first_after, self.longest_silence) <= MOST_SILENCE_SECONDS


def measure(server: Server, files: Files, report: Report) -> None:
    """Open the streams when an import starts that updates half of a full catalog, and read pages during the import."""
    visitor = browser.signed_in(server)
    server.database.reset(files.original)
    begun = time.perf_counter()
    command = server.start_import(files.half_changed)
    path = f"/imports/{_running_import(server)}/events"
    viewers = [Viewer() for _ in range(VIEWERS)]
    watching = threading.Thread(
        target=lambda: asyncio.run(_watch_all(server.port, path, visitor.cookie, viewers)), name="viewers"
    )
    watching.start()
    opening = pages.read(visitor, lambda: not all(viewer.settled for viewer in viewers))
    opened = pages.read(visitor, lambda: command.poll() is None)
    server.end_import(command, begun)
    watching.join()
    _print_streams(report, viewers)
    _print_pages(report, opening, opened)


def _running_import(server: Server) -> int:
    deadline = time.monotonic() + 30
    while (found := server.database.one(RUNNING)) is None:
        if time.monotonic() > deadline:
            raise SystemExit("The import did not start.")
        time.sleep(0.02)
    return int(found)


async def _watch_all(port: int, path: str, cookie: str, viewers: list[Viewer]) -> None:
    await asyncio.gather(*(_watch(port, path, cookie, viewer) for viewer in viewers))


async def _watch(port: int, path: str, cookie: str, viewer: Viewer) -> None:
    """Follow one stream to its closing event."""
    viewer.heard.append(time.perf_counter())
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        status = (await reader.readline()).decode()
        if " 200 " in status:
            await _listen(reader, viewer)
        else:
            viewer.failure = status.strip() or "closed at once"
        writer.close()
    except OSError as error:
        viewer.failure = str(error)


async def _listen(reader: asyncio.StreamReader, viewer: Viewer) -> None:
    """Note the time of each event with data. Comments and the lines of chunked transfer are ignored."""
    has_data = closing = False
    async for line in reader:
        text = line.strip()
        if text.startswith(b"data:"):
            has_data = True
        elif text == b"event: done":
            closing = True
        elif not text and has_data:
            viewer.heard.append(time.perf_counter())
            has_data = False
            if closing:
                viewer.done = True
                return
    viewer.failure = "ended without the closing event"


def _print_streams(report: Report, viewers: list[Viewer]) -> None:
    fine = sum(viewer.heard_every_second for viewer in viewers)
    failures = sorted({viewer.failure for viewer in viewers if viewer.failure})
    report.table(
        f"{VIEWERS} streams of one import in one web process",
        ["closed properly", "events each", "first event after", "longest silence", "heard every second"],
        [
            [
                f"{sum(viewer.done for viewer in viewers)} of {len(viewers)}",
                f"{percentile([len(viewer.heard) - 1 for viewer in viewers], 0.5):.0f}",
                _half_and_longest([viewer.first_after for viewer in viewers]),
                _half_and_longest([viewer.longest_silence for viewer in viewers]),
                f"{fine} of {len(viewers)}: {'reached' if fine == len(viewers) else 'NOT REACHED'}",
            ]
        ],
        f"Failures: {'; '.join(failures)}" if failures else "",
    )


def _print_pages(report: Report, opening: pages.Took, opened: pages.Took) -> None:
    report.table(
        f"Pages beside {VIEWERS} streams and the import",
        pages.HEADER,
        [*(pages.lines("while all streams open", opening)), *(pages.lines("while all are open", opened))],
    )


def _half_and_longest(seconds: list[float]) -> str:
    return f"p50 {percentile(seconds, 0.5):.2f} s, longest {max(seconds):.2f} s"
