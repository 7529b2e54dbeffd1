"""The end of the benchmark: whatever ends it, none of its processes stays."""

import ctypes
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS = 5


@contextmanager
def nothing_stays() -> Iterator[None]:
    """At the end of this block, also by SIGINT, SIGTERM or SIGHUP, kill all processes below this one.

    Blocks inside it end first. A process whose parent has died counts, too: on Linux it becomes a child of this one.
    Further signals do not disturb the end.
    """
    adopt_orphans()
    for number in SIGNALS:
        signal.signal(number, _end)
    try:
        yield
    finally:
        kill_children()


def adopt_orphans() -> None:
    """Make processes below this one its children when their parent dies. Linux alone can do it."""
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _end(number: int, _: object) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def kill_children() -> None:
    """Kill all processes below this one, also those that they leave behind meanwhile."""
    while children := psutil.Process().children(recursive=True):
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, PATIENCE_SECONDS)
