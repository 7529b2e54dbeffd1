"""All of a Catalog in one tar: the database by pg_dump, the uploads, the secret. Made while it runs, put back while it is empty.

Redis is not in it: it is a doorbell, and the steward rings again.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg2

from catalog import machine
from catalog.config import Settings

DUMP, SECRET, UPLOADS = "catalog.dump", "secret", "uploads"

THERE = "SELECT to_regclass('products') IS NOT NULL"
TAKEN = """
SELECT EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM imports)
"""
# What is there steps aside, and goes only when the other has come.
STEP_ASIDE = "ALTER SCHEMA public RENAME TO before_restore; CREATE SCHEMA public"
GO = "DROP SCHEMA before_restore CASCADE"
COME_BACK = "DROP SCHEMA public CASCADE; ALTER SCHEMA before_restore RENAME TO public"


class Refused(RuntimeError):
    """It can't be done, or not without force; the message says why and what to do."""


def write(file: Path, settings: Settings) -> int:
    """Write everything to `file`; returns its size in bytes. It is there whole or not at all. Raises Refused."""
    part = file.with_name(f"{file.name}.part")
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup-") as folder:
        dump = Path(folder, DUMP)
        # Scratch of running imports is worth nothing: they begin again.
        _run("pg_dump", settings, ["--format=custom", "--no-owner", "--exclude-table=import_*_*", f"--file={dump}"])  # fmt: skip
        try:
            with (
                open(part, "wb", opener=_private) as out,
                tarfile.open(fileobj=out, mode="w") as tar,
            ):
                tar.add(dump, DUMP)
                for name in (SECRET, UPLOADS):
                    if (settings.home / name).exists():
                        tar.add(settings.home / name, name, filter=_whole)
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, settings: Settings, *, force: bool = False) -> None:
    """Put everything back. Raises Refused if there is something already and it is not to be replaced by force."""
    if not force and is_taken(settings):
        raise Refused(
            "There is a catalog here already. Restore into an empty one, or replace this one with --force."
        )
    settings.home.mkdir(parents=True, exist_ok=True)  # on a new machine
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="restore-") as folder:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError) as error:
            raise Refused(f"{file} is no backup of Catalog: {error}") from None
        dump = Path(folder, DUMP)
        if not dump.exists():
            raise Refused(f"{file} is no backup of Catalog: it holds no {DUMP}.")
        _execute(settings, STEP_ASIDE)
        try:
            _run("pg_restore", settings, ["--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={settings.libpq_url}", str(dump)])  # fmt: skip
        except Refused:
            _execute(settings, COME_BACK)
            raise
        _execute(settings, GO)
        _take(Path(folder), settings.home)


def is_taken(settings: Settings) -> bool:
    """Whether the database holds anything that somebody would miss."""
    with closing(psycopg2.connect(settings.libpq_url)) as connection:
        cursor = connection.cursor()
        cursor.execute(THERE)
        (there,) = cursor.fetchone() or (False,)
        if there:
            cursor.execute(TAKEN)
            (there,) = cursor.fetchone() or (False,)
        return bool(there)


def _take(folder: Path, home: Path) -> None:
    """The files get their places; uploads that are there already stay."""
    if (folder / SECRET).exists():
        shutil.copyfile(folder / SECRET, home / SECRET)
        (home / SECRET).chmod(0o600)
    for path in sorted((folder / UPLOADS).glob("*")):
        (home / UPLOADS).mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, home / UPLOADS / path.name)
        (home / UPLOADS / path.name).chmod(0o600)


def _execute(settings: Settings, statement: str) -> None:
    with closing(psycopg2.connect(settings.libpq_url)) as connection:
        connection.cursor().execute(statement)
        connection.commit()


def _run(program: str, settings: Settings, arguments: Sequence[str]) -> None:
    """A program of PostgreSQL: the one that came along, else the one on the path; its version must fit the server's."""
    try:
        ours = machine.postgres_programs() / program
    except machine.ServerError:
        ours = Path()
    found = str(ours) if ours.is_file() else shutil.which(program)
    if not found:
        raise Refused(f"{program} is not here: install PostgreSQL's client programs.")
    env = os.environ | {"LC_ALL": "C"}
    where = [] if program == "pg_restore" else [f"--dbname={settings.libpq_url}"]
    done = subprocess.run([found, *where, *arguments], env=env, capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()}")


def _private(path: str, flags: int) -> int:
    """For us alone: it holds password hashes and the secret."""
    return os.open(path, flags, 0o600)


def _whole(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Uploads that are still coming are not taken."""
    return None if entry.name.endswith(".part") else entry
