"""A process that has loaded the code of all programs and forks them: so they start at once and share its memory.

`python -m catalog.ops.preload SOCKET ROLES ROOM` takes one request after the other on a socket; `forks` sends them. It
forks for commands too (`command_forks`). It opens nothing that a fork must not share: no connection, no pool, no
thread. It ends with the supervisor, whose end of the socket closes.
"""

import gc
import json
import os
import runpy
import select
import socket
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path

from catalog.ops import command_forks, process_marks

NAME = "preload"
ALWAYS = (
    "catalog.cli.command_line",
    "catalog.cli.backend.local.backend",
    "catalog.cli.backend.following",
    "catalog.people.invitations",
    "catalog.runtime.schema",
    "sqlalchemy.dialects.postgresql.psycopg2",
)
CODE = {
    "web": ("catalog.app", "catalog.web.server.log", "catalog.web.server.worker", "gunicorn.app.wsgiapp"),
    "worker": ("catalog.jobs", "catalog.runtime.work.rq_worker", "pandas"),
    "steward": ("catalog.steward.clock",),
    "webhooks": ("catalog.webhooks.dispatcher", "catalog.webhooks.signing", "catalog.runtime.hosts"),
}
"""The modules that the programs of each role need. Loading them opens nothing that a fork must not share."""


@dataclass(frozen=True)
class Request:
    """A program to start: `python *arguments`. `closed` are the open files that are not for it."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    closed: list[int]


COMMAND = Request(
    "", ["-m", "catalog.cli"], {}, []
)  # the fork reads the rest itself: a slow client keeps nothing else waiting


def main() -> None:
    """Load everything, then fork until the supervisor ends. Forks return here too and become their programs."""
    process_marks.write(NAME, ["-m", "catalog.ops.preload"])
    _, number, roles, _ = sys.argv
    stamp, home = command_forks.stamp(), Path(os.environ[process_marks.HOME_MARK])
    load(roles.split(","))
    listener = command_forks.listen(home)
    with socket.socket(fileno=int(number)) as supervisor, listener or nullcontext():
        work = _serve(supervisor, listener)
    if isinstance(work, Request):
        _become(work)
    elif work:
        command_forks.answer(work, stamp)


def load(roles: Iterable[str]) -> None:
    """Load the code of these roles and freeze its objects: garbage collection in a fork would copy all their pages."""
    gc.disable()
    for name in chain(ALWAYS, *(CODE[role] for role in roles)):
        import_module(name)
    import_module("sqlalchemy.orm").configure_mappers()
    gc.collect()
    gc.freeze()


def _serve(supervisor: socket.socket, listener: socket.socket | None) -> Request | socket.socket | None:
    """Fork for each request and each command. Returns it in the fork. Returns None when the supervisor has ended."""
    with supervisor.makefile("rb") as lines:
        while True:
            if listener and listener in select.select([supervisor, listener], [], [])[0]:
                if client := _accept(listener):
                    return client
                continue
            mark, outputs, _, _ = socket.recv_fds(supervisor, 1, 2)
            if not mark:
                return None
            request = Request(**json.loads(lines.readline()))
            number = _fork(request)
            if number is None:
                _take_over(outputs, request.closed)
                return request
            for output in outputs:
                os.close(output)
            supervisor.sendall(b"%d\n" % number)


def _accept(listener: socket.socket) -> socket.socket | None:
    """Fork for a command. Returns its socket in the fork, and None in this process."""
    client, _ = listener.accept()
    if _fork(COMMAND) is None:
        return client
    client.close()
    return None


def _fork(request: Request) -> int | None:
    """Fork a child of the supervisor. Returns its process id, and None in the child.

    The process between them ends at once, so the supervisor adopts the child and sees its end.
    """
    answer, said = os.pipe()
    between = os.fork()
    if between == 0:
        process_marks.write(request.name, request.arguments)  # here, so the child never has another name
        number = os.fork()
        if number:
            os.write(said, b"%d" % number)
            os._exit(0)
    os.close(said)
    if between == 0:
        os.close(answer)
        os.setsid()  # as if it was started alone: a signal to the group of another does not reach it
        return None
    with open(answer, "rb") as told:
        number = int(told.read())
    os.waitpid(between, 0)
    return number


def _take_over(outputs: list[int], closed: list[int]) -> None:
    """Write to these outputs, and close what is not for this program."""
    for target, output in enumerate(outputs, 1):
        os.dup2(output, target)
    for number in (*outputs, *closed):
        os.close(number)


def _become(request: Request) -> None:
    """Run the program as `python` does."""
    gc.enable()
    os.environ.clear()
    os.environ.update(request.environment | {process_marks.NAME_MARK: request.name})
    if request.arguments[0] == "-m":
        _, module, *sys.argv[1:] = request.arguments
        sys.modules.pop(module if not hasattr(sys.modules.get(module), "__path__") else f"{module}.__main__", None)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.argv[:] = request.arguments
        runpy.run_path(request.arguments[0], run_name="__main__")


if __name__ == "__main__":
    main()
