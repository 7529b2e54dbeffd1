"""`catalog storage move` that is killed half-way: run again, it ends, and every file is there as it was."""

import hashlib
import random
import signal
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from catalog.imports.intake import uploads
from tests.support.bucket import Faulty, bucket, with_storage
from tests.support.live import COMMAND, environment
from tests.support.sessions import PATIENCE

pytestmark = pytest.mark.long
FILES = 24
KILLS_AT = (2, 7, 12)
"""The request to the bucket at which a run is killed. A file needs one or more: a run killed late has moved some."""


def digests(keys: list[str]) -> dict[str, str]:
    """What each file says, in the storage of now."""
    found = {}
    for key in keys:
        with uploads.storage().open_so_far(key) as file:
            found[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def stored() -> list[str]:
    """Files of very different sizes, the last one not complete; returns their keys."""
    chance, keys = random.Random(19), []
    for number in range(FILES):
        with uploads.receiving() as upload:
            upload.write(chance.randbytes(chance.choice((0, 1, 40_000, 700_000, 6_000_000))) + bytes([number]))
            keys.append(upload.finish().key)
    part = uploads.start()
    with uploads.storage().extend(part) as writer:
        writer.write(b"begun")
    return [*keys, part]


def killed(command: list[str], env: dict[str, str], server: Faulty, count: int) -> bool:
    """Start a command, and kill it at this request to the bucket; False if it had ended before."""
    until = len(server.requests) + count
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)

    def heard() -> None:
        if len(server.requests) == until:
            process.kill()

    server.heard = heard
    code = process.wait(PATIENCE)
    server.heard = lambda: None
    return code == -signal.SIGKILL


def moved(app: Flask, server: Faulty, there: str, back: str) -> None:
    """Move, with kills on the way; every run continues, and the last one ends."""
    command, env = [*COMMAND, "storage", "move", there, back], environment(app.config["SETTINGS"])
    for count in KILLS_AT:
        assert killed(command, env, server, count)
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_is_lost_when_a_move_is_killed(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = f"file://{tmp_path}/files"
    with bucket() as server:
        other = server.url.replace("/uploads", "/elsewhere")
        with_storage(app, folder, monkeypatch)
        keys = stored()
        whole, before = keys[:-1], digests(keys)
        for there, back in ((folder, server.url), (server.url, other), (other, folder)):
            moved(app, server, there, back)
            with_storage(app, back, monkeypatch)
            assert digests(keys) == before
            assert (sorted(uploads.storage().whole(1e12)), uploads.storage().parts(1e12)) == (sorted(whole), keys[-1:])
            with_storage(app, there, monkeypatch)
            if there == folder:
                assert uploads.storage().whole(1e12) == [] and list((tmp_path / "files").glob("*")) == []
