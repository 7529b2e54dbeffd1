"""What a progress stream sends: snapshots as frames of server-sent events, each rendered once for all who watch.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template

from catalog import imports, progress
from catalog.models import db

HEARTBEAT_SECONDS = 15.0
FRESH_SECONDS = 1.0  # how long a frame is taken for the present one without news


@dataclass(frozen=True)
class Frame:
    """One rendered snapshot; `heard` counts the news that it knows."""

    heard: int
    made_at: float
    version: int
    finished: bool
    text: str


class Frames:
    """The latest frame of each import that is watched."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: dict[int, Frame] = {}

    def get(self, import_id: int, heard: int) -> Frame:
        """A frame that knows at least the news counted by `heard`."""
        with self._lock:
            frame = self._frames.get(import_id)
            if (
                frame
                and frame.heard >= heard
                and time.monotonic() - frame.made_at < FRESH_SECONDS
            ):
                return frame
            frame = _render(import_id, heard)
            self._frames = {i: f for i, f in self._frames.items() if not f.finished}
            self._frames[import_id] = frame
            return frame


_frames = Frames()


def follow(hub: progress.Hub, import_id: int) -> Iterator[str]:
    """The stream of one viewer: a comment at once, a frame at each news, `done` at the end."""
    yield ": here you are\n\n"
    shown, shown_at = -1, time.monotonic()
    for heard in hub.follow(import_id):
        frame = _frames.get(import_id, heard)
        if frame.version != shown:
            shown, shown_at = frame.version, time.monotonic()
            yield frame.text
        elif time.monotonic() - shown_at > HEARTBEAT_SECONDS:
            shown_at = time.monotonic()
            yield ": still here\n\n"
        if frame.finished:
            yield f"event: done\ndata: {shown}\n\n"
            return


def _render(import_id: int, heard: int) -> Frame:
    row = imports.get(import_id)
    assert row is not None, "imports are never deleted"
    now = progress.of(row)
    html = render_template("imports/_progress.html", import_=row, progress=now)
    db.session.remove()  # the connection must not wait for the next news
    data = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    text = f"id: {now.version}\n{data}\n"
    return Frame(heard, time.monotonic(), now.version, now.finished, text)
