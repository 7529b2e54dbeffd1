"""The end of a network by signals: the first one ends the process as usual, another one ends it at once.

Python handles a signal when its main thread runs again. A signal that arrives right before a system call, or goes to
another thread (as a second one does while the first is pending), would wait for the end of that call. So a thread reads
all signals from a pipe.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from tests.support.hosts.network import GUARDS, SIGNALS

KICK = signal.SIGUSR1
KICK_SECONDS = 0.1
LEAVING = threading.Event()


def end_by_signals() -> None:
    """From now on a signal ends this process. Another one ends it at once, and only guards remove its networks."""
    arrived, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told)
    signal.signal(KICK, lambda *_: None)
    for number in SIGNALS:
        signal.signal(number, _end)
    threading.Thread(target=_watch, args=(arrived,), daemon=True).start()


def _end(*_: object) -> None:
    if not LEAVING.is_set():
        LEAVING.set()
        sys.exit()


def _watch(arrived: int) -> None:
    _next(arrived)
    while not LEAVING.is_set():
        signal.pthread_kill(threading.main_thread().ident or 0, KICK)
        LEAVING.wait(KICK_SECONDS)
    _end_at_once(_next(arrived))


def _next(arrived: int) -> int:
    """The number of the next signal in SIGNALS."""
    while (number := os.read(arrived, 1)[0]) not in SIGNALS:
        pass
    return number


def _end_at_once(number: int) -> NoReturn:
    """Nothing here waits for a lock that the main thread may hold, as `guard.wait` does."""
    for guard in [*GUARDS]:
        assert guard.stdin is not None
        with suppress(OSError, ValueError):  # it is closed: the end had come that far
            os.write(guard.stdin.fileno(), b"\n")
        with suppress(ChildProcessError):
            os.waitpid(guard.pid, 0)
    os._exit(128 + number)
