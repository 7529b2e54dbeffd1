"""The client of `catalog.ops.command_forks`: a fork of the running `catalog up`, which has the code, runs a command.

If anything differs from a process of its own, `run` has done nothing. It loads little: loading is most of the cost of a
small command.
"""

import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from catalog.ops import command_forks

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
LIMITS = [number for name, number in vars(resource).items() if name.startswith("RLIMIT_")]


def run(arguments: list[str]) -> int | None:
    """Run a command; returns its exit code. None if there is no loaded process that may run it."""
    if sys.platform != "linux" or arguments[1:2] == ["up"] or None in (sys.stdin, sys.stdout):
        return None
    home = Path(os.environ.get("CATALOG_HOME") or command_forks.ROOT.parent / "var")
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.settimeout(command_forks.PATIENCE_SECONDS)
            server.connect(str(home / command_forks.PLACE))
            if command_forks.user(server) != os.geteuid() or not _offered(server, arguments):
                return None
        except OSError:
            return None
        return _follow(server)


def _offered(server: socket.socket, arguments: list[str]) -> bool:
    """Send this command. Returns whether the server would run it."""
    umask = os.umask(0)
    os.umask(umask)
    inherited = umask, os.getpriority(os.PRIO_PROCESS, 0), [(number, *resource.getrlimit(number)) for number in LIMITS]
    streams = [(stream.encoding, stream.errors or "strict") for stream in (sys.stdin, sys.stdout)]
    request = command_forks.Request(command_forks.stamp(), arguments, dict(os.environ), *inherited, *streams)
    folder = os.open(".", os.O_RDONLY)
    try:
        socket.send_fds(server, [command_forks.OFFER], [0, 1, 2, folder])
    finally:
        os.close(folder)
    server.sendall(json.dumps(asdict(request)).encode() + b"\n")
    return server.recv(1) == command_forks.OFFER


def _follow(server: socket.socket) -> int:
    """Let the command begin, pass on signals, return its exit code. A signal that ended it ends this process, too."""

    def pass_on(number: int, frame: object) -> None:
        with suppress(OSError):  # it has just ended
            server.sendall(bytes([number]))

    def pause(number: int, frame: object) -> None:
        pass_on(signal.SIGSTOP, frame)
        os.kill(os.getpid(), signal.SIGSTOP)
        pass_on(signal.SIGCONT, frame)

    for number, handler in (*((each, pass_on) for each in PASSED_ON), (signal.SIGTSTP, pause)):
        if signal.getsignal(number) != signal.SIG_IGN:  # as with nohup
            signal.signal(number, handler)
    server.settimeout(None)
    server.sendall(command_forks.GO)
    said = server.recv(16)
    if not said:
        print("catalog: the process that runs this command was killed.", file=sys.stderr)
    code = int(said or 1)
    if code < 0:
        with suppress(OSError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code
