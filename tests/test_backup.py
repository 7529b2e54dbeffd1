"""A backup is everything, and a restore brings all of it back, into an empty catalog only."""

import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog import servers
from catalog.backup import Refused, restore
from catalog.cli import main
from catalog.config import Settings
from tests.live import environment
from tests.test_cli import run


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty place for a Catalog."""
    with tempfile.TemporaryDirectory(prefix="catalog-backup-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


def test_what_was_backed_up_is_back(
    app: Flask, run_import, home: Path, tmp_path: Path
) -> None:
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
    uploads = {f"uploads/{p.name}": p.read_bytes() for p in (home / "uploads").glob("*")}  # fmt: skip
    assert uploads.keys() == stored and any(b"Lamp" in one for one in uploads.values())
    with servers.embedded(
        Settings(home=home, database_url="", redis_url="")
    ) as settings:
        _what_is_there_is_not_replaced_but_by_force(app, settings, backup)


def command(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    """A command in this process, on these servers: how it ended, what it said, what it complained of."""
    env = environment(settings) | {"SECRET_KEY": None}
    done = CliRunner().invoke(main, arguments, env=env)
    return done.exit_code, done.stdout, done.stderr


def _what_is_there_is_not_replaced_but_by_force(
    app: Flask, settings: Settings, backup: Path
) -> None:
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
    assert code == 1 and "no backup" in error
    with tarfile.open(broken, "w") as tar:
        tar.add(nonsense, "catalog.dump")
    code, _, error = there("restore", "--force", str(broken))
    assert code == 1 and "pg_restore failed" in error
    assert "Desk" in exported(settings)
    assert there("restore", "--force", str(backup))[0] == 0
    assert exported(settings) == products


def test_on_a_new_machine_the_folder_is_made(app: Flask, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.tar"
    nothing.write_bytes(b"")
    new = app.config["SETTINGS"].model_copy(update={"home": tmp_path / "new" / "home"})
    with pytest.raises(Refused, match="no backup of Catalog"):
        restore(nothing, new, force=True)
    assert new.home.is_dir()
