"""Progress streams: snapshots as frames of server-sent events, each rendered once for all viewers of one notation.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from flask import Response, current_app, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.models import NotFound, db
from catalog.runtime import pubsub
from catalog.web.http.presence import Presence
from catalog.web.rendering.viewer import viewer

HEARTBEAT_SECONDS = 3.0  # static/js/streams.js opens a stream again that is silent for longer
FRESH_SECONDS = 1.0  # seconds for which a frame is current without news


@dataclass(frozen=True)
class Snapshot:
    """The progress of an import or bulk job, as HTML."""

    version: int
    finished: bool
    html: str
    place: str = ""  # what changes without a new version: its place in the queue


@dataclass(frozen=True)
class Frame:
    """One rendered snapshot; `news_count` is the number of the last news in it."""

    news_count: int
    made_at: float
    version: int
    finished: bool
    text: str
    place: str


class Frames:
    """The latest frame of each watched import and bulk job, for each notation of its viewers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: dict[str, Frame] = {}

    def get(self, key: str, news_count: int, render: Callable[[], Snapshot]) -> Frame:
        """A frame with all news up to number `news_count`: a recent one, or a new one by `render`."""
        with self._lock:
            frame = self._frames.get(key)
            if frame and frame.news_count >= news_count and time.monotonic() - frame.made_at < FRESH_SECONDS:
                return frame
            frame = _frame(render(), news_count)
            self._frames = {i: f for i, f in self._frames.items() if not f.finished}
            self._frames[key] = frame
            return frame


_frames = Frames()


def answer(key: str, render: Callable[[], Snapshot], poll: Callable[[], str]) -> ResponseReturnValue:
    """The stream of one viewer of `import:5` or `bulk:7`; if too many are open, `poll` renders a part that polls."""
    hub: pubsub.Hub = current_app.extensions["progress"]
    session_id: int = current_user.session_id
    leave = hub.enter(session_id)
    if leave is None:
        return poll(), 503
    presence: Presence = current_app.extensions["presence"]
    db.session.remove()
    frames = follow(hub, key, render, viewer().key)
    stream = stream_with_context(_watch(presence, session_id, frames))
    response = Response(stream, mimetype="text/event-stream")
    response.headers.update({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
    response.call_on_close(leave)
    return response


def _watch(presence: Presence, session_id: int, frames: Iterator[str]) -> Iterator[str]:
    """Frames, as long as the session is valid and the import or job exists.

    It ends without `done`: the page asks again, and is sent to sign in (401) or told that nothing is there (404).
    """
    with presence.watching(session_id), suppress(NotFound):
        for frame in frames:
            if not presence.is_good(session_id):
                return
            if frame:
                yield frame


def follow(hub: pubsub.Hub, key: str, render: Callable[[], Snapshot], notation: str = "") -> Iterator[str]:
    """Yield a comment at once, a frame at each announcement, `alive` after a while without one, and `done` at the end.

    Now and then it yields an empty text, so that the caller can check the session.
    """
    yield ": connected\n\n"
    shown, shown_at = (-1, ""), time.monotonic()
    for news_count in hub.follow(key):
        frame = _frames.get(f"{key} {notation}", news_count, render)
        if (frame.version, frame.place) != shown:
            shown, shown_at = (frame.version, frame.place), time.monotonic()
            yield frame.text
        elif time.monotonic() - shown_at > HEARTBEAT_SECONDS:
            shown_at = time.monotonic()
            yield "event: alive\n\n"
        else:
            yield ""
        if frame.finished:
            yield f"event: done\ndata: {frame.version}\n\n"
            return


def _frame(now: Snapshot, news_count: int) -> Frame:
    db.session.remove()  # the connection must not wait for the next news
    lines = (line for line in now.html.splitlines() if line.strip())
    data = "".join(f"data: {line}\n" for line in lines)
    text = f"id: {now.version}\n{data}\n"
    return Frame(news_count, time.monotonic(), now.version, now.finished, text, now.place)
