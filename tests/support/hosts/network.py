"""Hosts as network namespaces on a switch; each has its own address, processes, name, /tmp, and a cable to unplug.

The switch is a bridge in a namespace of its own, so no firewall of this machine is between the hosts. All of a network
ends with the process that made it, however that ends.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import psutil

from catalog.runtime import PROJECT

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PREFIX = "catalog-"
GUARDS: list["subprocess.Popen[bytes]"] = []
MADE = count(1)
NET = "10.232"
MISSING = "needs root, iproute2 and unshare (util-linux)"
LOOK_SECONDS = 0.05
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
# A disk of its own: nothing below /tmp is shared but the project, if it is there.
DISK = "mount -t tmpfs -o mode=1777,size=8g tmpfs /tmp"
if PROJECT.is_relative_to("/tmp"):
    DISK = f"mount --bind '{PROJECT}' /mnt && {DISK} && mkdir -p '{PROJECT}' && mount --move /mnt '{PROJECT}'"
# The name of the host, then the command.
BOOT = f'hostname "$0" && {DISK} && cd "$PWD" && ip link set lo up && exec "$@"'
ISOLATED = ("unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c", BOOT)


def trouble() -> str:
    """Why there can be no hosts here; empty if there can be."""
    if os.geteuid() or not all(map(shutil.which, ("ip", "unshare", "nsenter", "mount"))):
        return MISSING
    probe = subprocess.run(["unshare", "--net", "--pid", "--fork", "--mount-proc", "true"], check=False)
    return MISSING if probe.returncode else ""


def ip(*words: str) -> str:
    """Run `ip`; returns its output."""
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


class Network:
    """A switch, this machine at its first port, and hosts at the others."""

    def __init__(self, tag: str) -> None:
        self._tag, self._numbers = tag, count(2)
        self._subnet = _free_subnet()
        self._addresses: dict[str, str] = {}
        self._running: dict[str, subprocess.Popen[Any]] = {}
        self.switch = self._namespace("switch")
        self._here = tag.replace(PREFIX, "cat")
        ip("netns", "add", self.switch)
        ip("-n", self.switch, "link", "add", "switch", "type", "bridge")
        ip("-n", self.switch, "link", "set", "switch", "up")
        ip("link", "add", self._here, "type", "veth", "peer", "name", "here", "netns", self.switch)
        ip("address", "add", f"{self._subnet}.1/24", "dev", self._here)
        ip("link", "set", self._here, "up")
        self._connect("here")

    @property
    def addresses(self) -> str:
        """All addresses of this network: 10.232.7.0/24."""
        return f"{self._subnet}.0/24"

    def add(self, host: str) -> str:
        """A new host; returns its address."""
        name = self._namespace(host)
        ip("netns", "add", name)
        ip("-n", self.switch, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", name)
        self._addresses[host] = f"{self._subnet}.{next(self._numbers)}"
        ip("-n", name, "address", "add", f"{self._addresses[host]}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        self._connect(host)
        return self._addresses[host]

    @property
    def here(self) -> str:
        """The address of this machine."""
        return f"{self._subnet}.1"

    @property
    def hosts(self) -> list[str]:
        """The names of all hosts, in the order in which they came."""
        return list(self._addresses)

    def address(self, host: str) -> str:
        """The address of a host."""
        return self._addresses[host]

    def boot(
        self, host: str, command: Sequence[str], env: Mapping[str, str], **options: Any
    ) -> "subprocess.Popen[Any]":
        """Start a host with one command: when that ends, every process of the host ends and its disk is gone."""
        full = ["ip", "netns", "exec", self._namespace(host), *ISOLATED, host, *command]
        self._running[host] = subprocess.Popen(full, env=dict(env), start_new_session=True, **options)
        return self._running[host]

    def command(self, host: str, *words: str) -> list[str]:
        """A command line that runs one more program on a running host."""
        return ["nsenter", "--target", str(self.processes(host)[0].pid), "--all", "--", *words]

    def processes(self, host: str) -> list[psutil.Process]:
        """The processes of a host, its first one first."""
        outer = psutil.Process(self._running[host].pid)
        return outer.children(recursive=True)

    def kill(self, host: str) -> None:
        """Cut the power of a host, if it is on."""
        process = self._running.pop(host, None)
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def unplug(self, host: str) -> None:
        """Pull the cable of a host. Its processes run on and hear nothing."""
        ip("-n", self.switch, "link", "set", host, "down")

    def plug(self, host: str) -> None:
        """Plug the cable of a host in again."""
        ip("-n", self.switch, "link", "set", host, "up")

    def close(self) -> None:
        """Kill what still runs."""
        for host in list(self._running):
            self.kill(host)

    def _namespace(self, host: str) -> str:
        return f"{self._tag}-{host}"

    def _connect(self, port: str) -> None:
        ip("-n", self.switch, "link", "set", port, "master", "switch")
        ip("-n", self.switch, "link", "set", port, "up")


def _free_subnet() -> str:
    """The first three numbers of addresses that no other network of this machine has."""
    taken, first = ip("-4", "-o", "address"), os.getpid()  # two that choose at once choose differently
    subnets = (f"{NET}.{(first + n) % 255}" for n in range(255))
    return next(subnet for subnet in subnets if f" {subnet}." not in taken)


@contextmanager
def apart() -> Iterator[None]:
    """This thread in an empty network namespace. Sockets of before stay, and sockets that are files are reached.

    A browser that runs beside it does not see the interfaces that come and go: at each it breaks its connections off.
    """
    with open("/proc/thread-self/ns/net") as before:
        _call("unshare", NEW_NETWORK)
        try:
            ip("link", "set", "lo", "up")
            yield
        finally:
            _call("setns", before.fileno(), NEW_NETWORK)


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        raise OSError(ctypes.get_errno(), name)


@contextmanager
def network() -> Iterator[Network]:
    """A network of this process. Nothing of it stays, not even if this process is killed: a guard waits for its end."""
    sweep()
    tag = f"{PREFIX}{os.getpid()}.{next(MADE)}"
    guard = subprocess.Popen([sys.executable, __file__, tag], stdin=subprocess.PIPE, start_new_session=True)
    GUARDS.append(guard)
    try:
        net = Network(tag)
        try:
            yield net
        finally:
            net.close()
    finally:
        remove(tag)
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()
        GUARDS.remove(guard)


def remove(tag: str) -> None:
    """End all processes of a network, and delete its namespaces, with the cables. Two processes may do it at once."""
    while names := [name for name in namespaces() if name.startswith(f"{tag}-")]:
        pids = [int(pid) for name in names for pid in _tried("netns", "pids", name).split()]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in names if not pids else ():
            _tried("netns", "delete", name)
        time.sleep(LOOK_SECONDS)


def _tried(*words: str) -> str:
    """The output of `ip`; empty if it fails, because what it names is gone."""
    return subprocess.run(["ip", *words], check=False, capture_output=True, text=True).stdout


def sweep() -> None:
    """Remove networks whose process and guard are gone: after the machine ran out of memory, say."""
    for name in namespaces():
        made = re.match(rf"({PREFIX}(\d+)\.\d+)-", name)
        if made and not psutil.pid_exists(int(made[2])):
            remove(made[1])


def namespaces() -> list[str]:
    """The names of all network namespaces of this machine."""
    return [one["name"] for one in json.loads(ip("-json", "netns", "list") or "[]")]


if __name__ == "__main__":
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.readline()  # until the process that made the network has ended, or says so
    remove(sys.argv[1])
