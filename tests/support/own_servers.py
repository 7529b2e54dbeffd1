"""A test's own PostgreSQL and Redis, which it may stop, restart and starve, on a small disk where that is possible."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.ops import discovery, embedded_servers, machine
from catalog.ops.embedded_servers import Server
from catalog.runtime import Settings

DISK = "size=256m"
# What is written ahead must not fill the small disk by itself.
SMALL = "ALTER SYSTEM SET max_wal_size = '64MB'; ALTER SYSTEM SET min_wal_size = '32MB'"


class Servers:
    """Both servers of a home. `small`: it is a disk of its own, which `fill` fills. `adapt` may change its servers."""

    def __init__(
        self, settings: Settings, small: bool, adapt: Callable[[Server], Server] = lambda server: server
    ) -> None:
        self.home, self.small = settings.home, small
        found = [adapt(server) for server in embedded_servers.prepare(settings)]
        self.settings = embedded_servers.with_urls(settings, found)
        self._servers = {server.name: server for server in found}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (self.home / "run" / "servers.log").open("wb")
        for name in self._servers:
            self.start(name)

    def start(self, name: str) -> None:
        """Start postgres or redis, and wait until it answers."""
        server = self._servers[name]
        self._running[name] = server.start(self._log.fileno())
        server.wait(self._running[name])

    def stop(self, name: str, mode: str = "fast") -> None:
        """Stop postgres as `pg_ctl stop -m MODE` does, or redis: at once without a word where the mode is immediate."""
        process = self._running.pop(name)
        if name == "postgres":
            data = self.home.resolve() / "postgres"
            command = [machine.postgres_programs() / "pg_ctl", "stop", "-w", "-D", data]
            machine.run([*command, "-m", mode], self._servers[name].account)
        elif mode == "immediate":
            process.kill()
        else:
            process.terminate()
        process.wait()

    def restart(self, name: str, mode: str = "fast") -> None:
        """Stop it and start it."""
        self.stop(name, mode)
        self.start(name)

    def is_up(self, name: str) -> bool:
        """Whether it runs; one that the full disk ended does not."""
        return self._running[name].poll() is None

    def fill(self) -> None:
        """No byte is left on the disk."""
        with (self.home / "filler").open("wb", buffering=0) as filler:
            for size in (1024**2, 4096):
                try:
                    while True:
                        filler.write(b"\0" * size)
                except OSError:
                    continue

    def make_room(self) -> None:
        """The disk is as before."""
        (self.home / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """Stop both."""
        for name in list(self._running):
            if self.is_up(name):
                self.stop(name)
        self._log.close()


@contextmanager
def own_servers(
    settings: Settings, adapt: Callable[[Server], Server] = lambda server: server, *, on_small_disk: bool = True
) -> Iterator[Servers]:
    """Both servers in a home of their own, on a small disk where that can be had; nothing of it stays."""
    home = Path(tempfile.mkdtemp(prefix="catalog-"))
    home.chmod(0o755)
    small = on_small_disk and _mount(home)
    urls = {"home": home, "database_url": "", "redis_url": ""}
    try:
        with discovery.hold(home):
            own = Servers(settings.model_copy(update=urls), small, adapt)
            try:
                yield own
            finally:
                own.close()
    finally:
        embedded_servers.stop(home)
        if small:
            subprocess.run(["umount", "--lazy", home], check=True)
        shutil.rmtree(home, ignore_errors=True)


def _mount(home: Path) -> bool:
    """Make the folder a small disk, which only root may, and not everywhere."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"{DISK},mode=755", "tmpfs", str(home)]
    done = subprocess.run(command, check=False, capture_output=True)
    return done.returncode == 0
