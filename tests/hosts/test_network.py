"""The hosts of these tests are apart, a cable that is pulled is silent, and nothing of them stays."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.runtime import PROJECT
from tests.support.hosts.network import Network, apart, namespaces, network, trouble

pytestmark = pytest.mark.skipif(bool(trouble()), reason=f"hosts: {trouble()}")

SERVE = "hostname > /tmp/index.html && cd /tmp && exec {python} -m http.server 80"
OWNER = """
import threading, time
from tests.support.hosts.ending import end_by_signals
from tests.support.hosts.network import apart, network
end_by_signals()
threading.Thread(target=time.sleep, args=(600,)).start()  # without it, the process would end by itself
with apart(), network() as net:
    net.add("one")
    net.boot("one", ["sleep", "600"], {"PATH": "/usr/bin:/bin"})
    while not net.processes("one"):
        time.sleep(0.01)
    print(net.processes("one")[0].pid, flush=True)
    time.sleep(600)
"""
PATIENCE = 20


@pytest.fixture
def net() -> Iterator[Network]:
    """A network with two hosts, which serve their names."""
    with apart(), network() as made:
        for host in ("one", "two"):
            made.add(host)
            script = SERVE.format(python=sys.executable)
            made.boot(host, ["sh", "-c", script], os.environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        yield made


def name_at(address: str) -> str:
    """What a host calls itself; raises OSError if it does not answer within a second."""
    with socket.create_connection((address, 80), timeout=1) as line:
        line.sendall(b"GET /index.html HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: line.recv(4096), b"")).decode().split()[-1]


def until_named(address: str, name: str) -> None:
    """Wait until the host at an address says its name."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert name_at(address) == name
            return
        except OSError:
            assert time.monotonic() < deadline, f"{name} does not answer"
            time.sleep(0.05)


def test_hosts_are_apart_and_a_pulled_cable_is_silent(net: Network) -> None:
    for host in ("one", "two"):
        until_named(net.address(host), host)
    net.unplug("one")
    with pytest.raises(OSError):
        name_at(net.address("one"))
    assert name_at(net.address("two")) == "two" and net.processes("one")
    net.plug("one")
    until_named(net.address("one"), "one")
    assert not Path("/tmp/index.html").exists()


def until_gone(mark: str, inside: int) -> None:
    """Wait until no namespace has a name that begins like this, and this process has ended."""
    deadline = time.monotonic() + PATIENCE
    while [name for name in namespaces() if name.startswith(mark)] or Path(f"/proc/{inside}").exists():
        assert time.monotonic() < deadline, "something stayed"
        time.sleep(0.05)


@pytest.mark.parametrize("numbers", [(signal.SIGKILL,), (signal.SIGINT, signal.SIGTERM)])
def test_nothing_stays_of_a_network_whose_process_was_ended(numbers: tuple[signal.Signals, ...]) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        inside = int(owner.stdout.readline())
        mark = f"catalog-{owner.pid}.1-"
        assert {f"{mark}switch", f"{mark}one"} <= {*namespaces()}
        for number in numbers:
            owner.send_signal(number)
        try:
            owner.wait(PATIENCE)
        finally:
            owner.kill()
        until_gone(mark, inside)


@pytest.mark.long
def test_hosts_that_are_starting_end_soon_after_a_signal() -> None:
    command = [sys.executable, "-m", "tests.support.hosts"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL) as owner:
        mark = f"catalog-{owner.pid}.1-"
        try:
            while f"{mark}web-a" not in namespaces():
                assert owner.poll() is None
                time.sleep(0.05)
            owner.send_signal(signal.SIGINT)
            assert owner.wait(PATIENCE) == 0
        finally:
            owner.kill()
        until_gone(mark, owner.pid)
