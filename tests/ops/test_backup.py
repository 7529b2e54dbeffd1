"""A backup is everything, and a restore brings all of it back, into an empty catalog only."""

import stat
import subprocess
import tarfile
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import inspect, text

from catalog.cli.command_line import main
from catalog.models import Base, db
from catalog.ops import embedded_servers
from catalog.ops.backup import BackupError, restore, write
from catalog.runtime import Settings
from tests.cli.test_cli import run
from tests.conftest import set_up_url
from tests.models.test_migrations import comparable
from tests.support.live import environment


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty place for a Catalog."""
    with tempfile.TemporaryDirectory(prefix="catalog-backup-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture
def log_elsewhere(app: Flask, settings: Settings) -> Iterator[None]:
    """The log of old values has a tablespace of its own, as docs/scale.md shows."""
    name = f"log_{uuid.uuid4().hex[:8]}"

    def move(cursor: Any, where: str) -> None:
        cursor.execute(f"ALTER TABLE product_changes SET TABLESPACE {where}")
        cursor.execute(f"ALTER INDEX product_changes_pkey SET TABLESPACE {where}")

    with closing(psycopg2.connect(set_up_url(settings))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SET allow_in_place_tablespaces = on")
        cursor.execute(f"CREATE TABLESPACE {name} LOCATION ''")
        move(cursor, name)
        yield
        db.session.remove()
        move(cursor, "pg_default")
        cursor.execute(f"DROP TABLESPACE {name}")


@pytest.mark.usefixtures("log_elsewhere")
def test_what_was_backed_up_is_back(app: Flask, run_import, home: Path, tmp_path: Path) -> None:
    """From a catalog on servers that others run into one with servers of its own."""
    ours = app.config["SETTINGS"].home
    (ours / "secret").write_text("a secret")
    run_import("sku,name,colour\nA1,Lamp,red\nA2,Chair,\n")
    backup = tmp_path / "all.tar"
    code, _, error = command(app.config["SETTINGS"], "backup", str(backup))
    assert code == 0, error
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    back = run(home, "restore", str(backup))
    assert back.returncode == 0, back.stderr
    assert (home / "secret").read_text() == "a secret"
    with tarfile.open(backup) as tar:
        stored = {name for name in tar.getnames() if name.startswith("uploads/")}
    uploads = {f"uploads/{p.name}": p.read_bytes() for p in (home / "uploads").glob("*")}
    assert uploads.keys() == stored and any(b"Lamp" in one for one in uploads.values())
    with embedded_servers.embedded(Settings(home=home, database_url="", redis_url="")) as settings:
        _what_is_there_is_not_replaced_but_by_force(app, settings, backup)


def command(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    """A command in this process, on these servers: how it ended, what it said, what it complained of."""
    env = environment(settings) | {"SECRET_KEY": None}
    done = CliRunner().invoke(main, arguments, env=env)
    return done.exit_code, done.stdout, done.stderr


def _what_is_there_is_not_replaced_but_by_force(app: Flask, settings: Settings, backup: Path) -> None:
    def there(*arguments: str) -> tuple[int, str, str]:
        return command(settings, *arguments)

    def exported(settings: Settings) -> str:
        path = backup.with_name("products.csv")
        assert command(settings, "export", str(path))[0] == 0
        return path.read_text()

    products = exported(app.config["SETTINGS"])
    assert exported(settings) == products and "Lamp" in products
    code, _, error = there("restore", str(backup))
    assert code == 1 and "--force" in error
    broken = backup.with_name("broken.tar")
    nonsense = backup.with_name("nonsense.csv")
    nonsense.write_text("sku,name\nA3,Desk\n")
    assert there("import", str(nonsense))[0] == 0
    assert "Desk" in exported(settings)
    code, _, error = there("restore", "--force", str(nonsense))
    assert code == 1 and "not a backup" in error
    with tarfile.open(broken, "w") as tar:
        tar.add(nonsense, "catalog.dump")
    code, _, error = there("restore", "--force", str(broken))
    assert code == 1 and "pg_restore failed" in error
    assert "Desk" in exported(settings)
    assert there("restore", "--force", str(backup))[0] == 0
    assert exported(settings) == products


def test_a_backup_holds_files_and_brings_back_no_link(app: Flask, tmp_path: Path) -> None:
    """A link in a backup could write into any file of ours, or show it."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    victim.chmod(0o644)
    url = app.config["SETTINGS"].database_url
    settings = Settings(home=tmp_path / "home", database_url=url, redis_url="redis://r")
    elsewhere = tmp_path / "big disk"
    elsewhere.mkdir()
    (elsewhere / "a").write_text("an upload")
    (elsewhere / "b").symlink_to(victim)
    settings.home.mkdir()
    settings.uploads.symlink_to(elsewhere)
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    write(good, settings)
    with tarfile.open(good) as tar:
        assert sorted(tar.getnames()) == ["catalog.dump", "uploads", "uploads/a"]
        tar.extractall(tmp_path / "taken", filter="data")
    with tarfile.open(bad, "w") as tar:
        tar.add(tmp_path / "taken" / "catalog.dump", "catalog.dump")
        for name in ("secret", "uploads/b"):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "catalog.dump"
            tar.addfile(link)
    restore(bad, settings, force=True)
    with db.engine.connect() as connection:
        assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())
    assert not (settings.home / "secret").exists()
    assert (elsewhere / "b").is_symlink() and victim.read_text() == "mine"
    assert stat.S_IMODE(victim.stat().st_mode) == 0o644


AS_IN_0009 = ["id", "source_id", "by_hand", "outcome", "started_at", "finished_at", "bytes", "import_id", "error"]


def test_an_older_backup_gets_the_table_back_that_it_left_out(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs of sources were taken for the scratch of an import."""
    url = app.config["SETTINGS"].database_url
    settings = Settings(home=tmp_path, database_url=url, redis_url="redis://r")
    file = tmp_path / "old.tar"
    with monkeypatch.context() as patch:
        patch.setattr("catalog.ops.backup.SCRATCH", "import_*_*")
        write(file, settings)
    restore(file, settings, force=True)
    with db.engine.begin() as connection:
        found = inspect(connection).get_columns("import_source_runs")
        assert [column["name"] for column in found] == AS_IN_0009
        # The next start would migrate it: a backup that left it out is older than the columns that came later.
        connection.execute(text("DROP TABLE import_source_runs"))
        Base.metadata.tables["import_source_runs"].create(connection)
    with db.engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"include_object": comparable}), Base.metadata)
            == []
        )


def test_the_password_of_the_database_is_in_no_argument(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every user of the machine may read the arguments of a process."""
    url = app.config["SETTINGS"].libpq_url.replace("catalog@", "catalog:s3%40cret@", 1)
    settings = Settings(home=tmp_path, database_url=url, redis_url="redis://r")
    ran: list[tuple[list[str], dict[str, str]]] = []
    really = subprocess.run

    def run(command: list[str], **options: Any) -> Any:
        ran.append((command, options["env"]))
        return really(command, **options)

    monkeypatch.setattr(subprocess, "run", run)
    write(tmp_path / "all.tar", settings)
    restore(tmp_path / "all.tar", settings, force=True)
    assert [Path(command[0]).name for command, _ in ran] == ["pg_dump", "pg_restore", "pg_restore"]
    for command, env in ran:
        assert "cret" not in " ".join(command)
        assert env["PGPASSWORD"] == "s3@cret"


def test_on_a_new_machine_the_folder_is_made(app: Flask, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.tar"
    nothing.write_bytes(b"")
    new = app.config["SETTINGS"].model_copy(update={"home": tmp_path / "new" / "home"})
    with pytest.raises(BackupError, match="not a backup of Catalog"):
        restore(nothing, new, force=True)
    assert new.home.is_dir()
