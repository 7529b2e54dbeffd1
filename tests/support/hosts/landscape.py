"""Catalog on several hosts: servers, webs behind a balancer, workers. `landscape()` starts what a test wants of it."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from catalog.runtime import PROJECT, Settings
from tests.support.hosts import balancer
from tests.support.hosts.network import Network, network, trouble

EMAIL, PASSWORD = "ann@example.com", "correct horse battery"
COMMAND = str(Path(sys.executable).with_name("catalog"))
READY_SECONDS = 120


def missing() -> str:
    """What this machine lacks for hosts; empty if nothing."""
    return trouble() or ("" if shutil.which("haproxy") else "needs haproxy")


class Landscape:
    """All hosts of a network that run Catalog, and the servers that they share."""

    def __init__(self, net: Network, logs: IO[str]) -> None:
        self.network, self._logs = net, logs
        self._lock = threading.Lock()
        address = net.add("servers")
        command = [sys.executable, "-m", "tests.support.hosts.servers", address, net.addresses]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._servers = net.boot("servers", command, os.environ, cwd=PROJECT, stderr=logs, **pipes)
        told = self._servers.stdout.readline()
        assert told, "the servers did not start: their lines are in the log"
        self.environment: dict[str, str] = json.loads(told) | {
            "SECRET_KEY": secrets.token_hex(32),
            "CATALOG_ADMIN_EMAIL": EMAIL,
            "CATALOG_PASSWORD": PASSWORD,
            "CATALOG_PROXIES": "1",
            "CATALOG_HOME": "/tmp/catalog",  # of each host its own
        }

    @property
    def settings(self) -> Settings:
        """Settings with which this machine works beside the hosts."""
        urls = {name.lower(): self.environment[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
        return Settings(storage_url=self.environment["STORAGE_URL"], **urls)

    def tell(self, command: str) -> None:
        """Tell the servers something: "restart postgres immediate", "bucket away"; returns when it is done."""
        with self._lock:
            self._servers.stdin.write(f"{command}\n")
            self._servers.stdin.flush()
            assert self._servers.stdout.readline() == "done\n", command

    def start(self, host: str, roles: str, *options: str, **more: str) -> None:
        """Start `catalog up` on a host, new or stopped before; returns when it is ready.

        `more` are settings (`failpoint="mid_apply:pause"`).
        """
        self.begin(host, roles, *options, **more)()

    def begin(self, host: str, roles: str, *options: str, **more: str) -> Any:
        """The same; returns at once, with a function that waits."""
        if host not in self.network.hosts:
            self.network.add(host)
        known = {f"CATALOG_{name.upper()}": value for name, value in more.items()}
        env = os.environ | self.environment | {"HOST": self.network.address(host)} | known
        command = [COMMAND, "up", "--roles", roles, *options]
        process = self.network.boot(
            host, command, env, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._log, args=(host, process.stderr), daemon=True).start()

        def wait() -> None:
            timer = threading.Timer(READY_SECONDS, process.kill)
            timer.daemon = True  # this process does not wait for it if it is ended meanwhile
            timer.start()
            ready = process.stdout.readline()
            timer.cancel()
            assert "is ready" in ready, f"{host} did not start: its lines are in the log"

        return wait

    def balance(self, webs: Sequence[str]) -> str:
        """Start HAProxy before these web hosts; returns the address of the pages."""
        address = self.network.add("balancer")
        text = balancer.configuration(address, {name: self.network.address(name) for name in webs})
        # The host has another /tmp than this machine.
        command = ["sh", "-c", "cat > /tmp/haproxy.cfg && exec haproxy -db -f /tmp/haproxy.cfg"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "text": True}
        process = self.network.boot("balancer", command, os.environ, stdout=self._logs, stderr=self._logs, **pipes)
        process.stdin.write(text)
        process.stdin.close()
        return f"http://{address}:{balancer.PORT}"

    def url(self, host: str) -> str:
        """The address of the pages of one web host."""
        return f"http://{self.network.address(host)}:8000"

    def _log(self, host: str, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._logs.write(f"{host:10}| {line}")
                self._logs.flush()


@contextmanager
def landscape(logs: IO[str]) -> Iterator[Landscape]:
    """Servers, and the hosts that are started beside them. Programs write their lines to `logs`. Nothing stays."""
    with network() as net:
        yield Landscape(net, logs)
