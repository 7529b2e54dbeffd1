"""A backup is everything, and a restore brings all of it back, into an empty catalog only."""

import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_cli import run


@pytest.fixture
def homes() -> Iterator[tuple[Path, Path]]:
    """Two empty places for a Catalog."""
    with tempfile.TemporaryDirectory(prefix="catalog-backup-") as path:
        Path(path).chmod(0o755)
        yield Path(path, "one"), Path(path, "two")


def test_what_was_backed_up_is_back(homes: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = homes
    file, backup = tmp_path / "a.csv", tmp_path / "all.tar"
    file.write_text("sku,name,colour\nA1,Lamp,red\nA2,Chair,\n")
    assert run(one, "import", str(file)).returncode == 0
    made = run(one, "backup", str(backup))
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    back = run(two, "restore", str(backup))
    assert back.returncode == 0, back.stderr
    products = [run(home, "export", "-").stdout for home in homes]
    assert products[0] == products[1] and "Lamp" in products[1]
    assert (one / "secret").read_text() == (two / "secret").read_text()
    uploads = [{p.name: p.read_bytes() for p in (h / "uploads").glob("*")} for h in homes]  # fmt: skip
    assert uploads[0] == uploads[1] and len(uploads[1]) == 1
    refused = run(two, "restore", str(backup))
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert run(two, "import", str(file)).returncode == 0
    forced = run(two, "restore", "--force", str(backup))
    assert forced.returncode == 0, forced.stderr
    nonsense = run(two, "restore", "--force", str(file))
    assert nonsense.returncode == 1 and "no backup" in nonsense.stderr
    broken = tmp_path / "broken.tar"
    with tarfile.open(broken, "w") as tar:
        tar.add(file, "catalog.dump")
    failed = run(two, "restore", "--force", str(broken))
    assert failed.returncode == 1 and "pg_restore failed" in failed.stderr
    assert "Lamp" in run(two, "export", "-").stdout
