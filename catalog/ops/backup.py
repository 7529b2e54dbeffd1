"""A backup in one tar: the database by pg_dump, the uploads, the secret.

It is written while Catalog runs, and restored into an empty Catalog.

Redis is not in the backup. Its queues only announce work that the database stores; the steward announces it again.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg2
from psycopg2.extensions import parse_dsn
from sqlalchemy import Engine

from catalog.ops import machine, ownership
from catalog.runtime import Settings, storage

DUMP, SECRET, UPLOADS = "catalog.dump", "secret", "uploads"

THERE = "SELECT to_regclass('products') IS NOT NULL"
TAKEN = """
SELECT EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM imports)
"""
# The existing schema is moved aside, and dropped only after the restore succeeded.
STEP_ASIDE = f"CREATE SCHEMA before_restore; {ownership.moves('public', 'before_restore')}"
GO = "DROP SCHEMA before_restore CASCADE"
COME_BACK = f"{ownership.moves('before_restore', 'public')}; DROP SCHEMA before_restore"
# Only the owner of an extension may comment on it, and that can be the superuser of set-up. Extensions have comments.
OF_EXTENSIONS = " COMMENT - EXTENSION "


SCRATCH = "import_[0-9]*_*"
# Older backups left this table out as scratch. The restore makes it again, empty, as migration 0009 did.
LOST = """
DO $lost$
BEGIN
    IF to_regclass('import_sources') IS NULL OR to_regclass('import_source_runs') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE import_source_runs (
        id bigserial PRIMARY KEY,
        source_id integer NOT NULL
            CONSTRAINT import_source_runs_source_id_fkey REFERENCES import_sources ON DELETE CASCADE,
        by_hand boolean NOT NULL,
        outcome text NOT NULL DEFAULT 'running',
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        bytes bigint NOT NULL DEFAULT 0,
        import_id integer CONSTRAINT import_source_runs_import_id_fkey REFERENCES imports ON DELETE SET NULL,
        error text
    );
    CREATE INDEX import_source_runs_source ON import_source_runs (source_id, id);
END
$lost$
"""


HAS_UPLOADS = (
    "This backup has uploads, but STORAGE_URL names a bucket. Unset STORAGE_URL, restore, then move the uploads: "
    "catalog storage move FROM TO."
)


class BackupError(RuntimeError):
    """The backup or restore is not possible, or needs force; the message says why and what to do."""


def write(file: Path, settings: Settings) -> int:
    """Write everything to `file`; returns its size in bytes. It is never there in part. Raises BackupError."""
    part = file.with_name(f"{file.name}.part")
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup-") as folder:
        dump = Path(folder, DUMP)
        # Running imports begin again, so their scratch is not needed.
        _run("pg_dump", settings, ["--format=custom", "--no-owner", f"--exclude-table={SCRATCH}", f"--file={dump}"])
        try:
            with open(part, "wb", opener=machine.private) as out, tarfile.open(fileobj=out, mode="w") as tar:
                tar.add(dump, DUMP)
                for name, place in _files(settings).items():
                    if place.exists():
                        there = place.resolve()  # it may be a link to another disk
                        tar.add(there, name, filter=_whole)
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
    return file.stat().st_size


def _files(settings: Settings) -> dict[str, Path]:
    """What is in a backup besides the database. A bucket keeps its uploads itself."""
    secret = {SECRET: settings.home / SECRET}
    return secret if settings.bucket_url else secret | {UPLOADS: settings.uploads}


def missing(settings: Settings, engine: Engine) -> list[str]:
    """The keys of uploads that the restored database has, and the bucket has not. Raises storage.Away."""
    found = storage.of(settings, engine)
    return found.missing() if isinstance(found, storage.Bucket) else []


def restore(file: Path, settings: Settings, *, force: bool = False) -> None:
    """Restore everything. Raises BackupError if a catalog exists and `force` is not set."""
    if not force and is_taken(settings):
        raise BackupError(
            "There is already a catalog here. Restore into an empty one, or replace this one with --force."
        )
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # on a new machine
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="restore-") as folder:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter=_file)  # nosec B202  # data_filter, and no links
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"{file} is not a backup of Catalog: {error}") from None
        dump = Path(folder, DUMP)
        if settings.bucket_url and any(Path(folder, UPLOADS).glob("*")):
            raise BackupError(HAS_UPLOADS)
        if not dump.exists():
            raise BackupError(f"{file} is not a backup of Catalog: it has no {DUMP}.")
        _execute(settings, STEP_ASIDE)
        try:
            _restore(dump, settings)
            _execute(settings, LOST)
        except BackupError:
            _execute(settings, COME_BACK)
            raise
        _execute(settings, GO)
        _take(Path(folder), settings)


def _restore(dump: Path, settings: Settings) -> None:
    """Restore the whole dump in one transaction. The account that restores it owns everything."""
    contents = _run("pg_restore", settings, ["--list", str(dump)])
    wanted = [line for line in contents.splitlines() if OF_EXTENSIONS not in line]
    chosen = dump.with_suffix(".list")
    chosen.write_text("\n".join(wanted))
    _run(
        "pg_restore",
        settings,
        [
            "--no-owner",
            "--no-tablespaces",  # another server has other ones
            "--exit-on-error",
            "--single-transaction",
            f"--use-list={chosen}",
            f"--dbname={_without_password(settings)}",
            str(dump),
        ],
    )


def is_taken(settings: Settings) -> bool:
    """Whether the database holds users, products or imports."""
    with closing(psycopg2.connect(settings.libpq_url)) as connection:
        cursor = connection.cursor()
        cursor.execute(THERE)
        (there,) = cursor.fetchone() or (False,)
        if there:
            cursor.execute(TAKEN)
            (there,) = cursor.fetchone() or (False,)
        return bool(there)


def _take(folder: Path, settings: Settings) -> None:
    """Move the secret and the uploads to their folders. Other uploads in the folder stay."""
    secret, uploads = settings.home / SECRET, settings.uploads
    if (folder / SECRET).exists():
        shutil.copyfile(folder / SECRET, secret)
        secret.chmod(0o600)
    for path in sorted((folder / UPLOADS).glob("*")):
        uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, uploads / path.name)
        (uploads / path.name).chmod(0o600)


def _execute(settings: Settings, statement: str) -> None:
    with closing(psycopg2.connect(settings.libpq_url)) as connection:
        connection.cursor().execute(statement)
        connection.commit()


def _run(program: str, settings: Settings, arguments: Sequence[str]) -> str:
    """Run a client program of PostgreSQL: the installed package's, else the one on the PATH. Returns its output.

    Every user of the machine may read its arguments, so the password is in its environment.
    Raises BackupError if the program is missing or fails, for example because its version does not fit the server's.
    """
    try:
        ours = machine.postgres_programs() / program
    except machine.ServerError:
        ours = Path()
    found = str(ours) if ours.is_file() else shutil.which(program)
    if not found:
        raise BackupError(f"{program} was not found. Install PostgreSQL's client programs.")
    env = os.environ | {"LC_ALL": "C"} | _password(settings)
    where = [] if program == "pg_restore" else [f"--dbname={_without_password(settings)}"]
    done = subprocess.run([found, *where, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout


def _without_password(settings: Settings) -> str:
    """DATABASE_URL without its password: every user of the machine may read arguments."""
    parts = urlsplit(settings.libpq_url)
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}" if user else host
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "password"]
    return parts._replace(netloc=netloc, query=urlencode(query)).geturl()


def _password(settings: Settings) -> dict[str, str]:
    """The environment variable with the password of DATABASE_URL, for programs that use libpq."""
    password = parse_dsn(settings.libpq_url).get("password")
    return {"PGPASSWORD": password} if password else {}


def _whole(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A filter for `tarfile`: leave out unfinished uploads, and everything that is not a file."""
    return None if entry.name.endswith(".part") or _is_odd(entry) else entry


def _file(entry: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """A filter for `tarfile`: accept only what `write` adds. A link in a backup could overwrite or show any file."""
    return None if _is_odd(entry) else tarfile.data_filter(entry, folder)


def _is_odd(entry: tarfile.TarInfo) -> bool:
    return not (entry.isreg() or entry.isdir())
