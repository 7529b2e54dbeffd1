"""The command line on a Catalog elsewhere: a real server, uploads and downloads over HTTP."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog import accounts, outcome, tokens
from catalog.models import COUNTS, db
from tests.conftest import EMAIL, PASSWORD
from tests.live import COMMAND, environment, running

FILE = "part,title,price\nA1,Lamp,1.50\na1,Lamp,2\nA2,Chair,much\n"


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[dict[str, str]]:
    """The environment that names a running Catalog and nothing else."""
    settings = app.config["SETTINGS"]
    user = accounts.by_email(EMAIL) or accounts.create(EMAIL, PASSWORD)
    token = tokens.create(user, "cli", "write")[1]
    db.session.commit()
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    env = {k: v for k, v in environment(settings).items() if k not in ours}
    with running(settings) as address, tempfile.TemporaryDirectory() as home:
        yield env | {
            "CATALOG_HOME": home,
            "CATALOG_URL": address,
            "CATALOG_TOKEN": token,
        }


def run(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with that environment."""
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_import_and_export_elsewhere(elsewhere: dict[str, str], tmp_path: Path) -> None:
    file, back = tmp_path / 'a "b".csv', tmp_path / "back.csv"
    file.write_text(FILE)
    mapped = ["--map", "sku=part", "--map", "name=title"]
    result = run(elsewhere, "import", "--json", *mapped, str(file))
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told.pop("seconds") > 0 and told == {
        "id": 1, "state": "completed", "rows": 3, "created": 1, "updated": 0, "unchanged": 0, "deleted": 0,
        "skipped": 0, "duplicates": 1, "rejected": 1, "blank": 0, "deactivated": 0, "removed": 0, "error": None,
    }  # fmt: skip
    assert "100%" in result.stderr
    assert run(elsewhere, "export", str(back)).returncode == 0
    again = run(elsewhere, "import", str(back))
    assert again.returncode == 0 and "1 unchanged" in again.stdout
    swept = tmp_path / "swept.csv"
    swept.write_bytes("Lager\nKäse;x\nA1;x\n".encode("cp1252"))
    words = ["--mode", "delete", "--no-header", "--skip", "1", "--delimiter", ";", "--encoding", "cp1252", "--map", "sku=1", "--map", "name=2"]  # fmt: skip
    removed = run(elsewhere, "import", "--json", *words, str(swept))
    told = json.loads(removed.stdout)
    assert (told["rows"], told["deleted"], told["skipped"]) == (2, 1, 1), told
    bad = tmp_path / "bad.csv"
    bad.write_text("nonsense\n")
    assert run(elsewhere, "import", str(bad)).returncode == 1
    refused = run(elsewhere | {"CATALOG_TOKEN": "x"}, "import", str(file))
    assert refused.returncode == 1 and "says 401: The token" in refused.stderr
    nobody = run(elsewhere | {"CATALOG_URL": "http://127.0.0.1:9"}, "export", "-")
    assert nobody.returncode == 1 and "does not answer" in nobody.stderr


def test_the_words_of_a_terminal_count_what_the_table_counts() -> None:
    assert outcome.COUNTS == COUNTS
