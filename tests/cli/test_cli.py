"""The command line: the same services, honest exit codes."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli.command_line import main
from catalog.models import ChangeSet, Import, db
from catalog.people import Actor, users
from catalog.products import editing
from catalog.runtime import PROJECT
from tests.conftest import EMAIL, PASSWORD
from tests.support.examples import some
from tests.support.live import COMMAND, environment


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty CATALOG_HOME."""
    with tempfile.TemporaryDirectory(prefix="catalog-cli-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


UNNAMED = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "SECRET_KEY"))
"""No server is named."""


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command where nothing runs and no server is named."""
    env = {name: value for name, value in os.environ.items() if name not in UNNAMED}
    return subprocess.run(
        [*COMMAND, *arguments],
        env=env | {"CATALOG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_import_with_servers_of_its_own(home: Path, tmp_path: Path) -> None:
    """Two files, one of them refused: one JSON object each, exit 1, and the data is there the next time."""
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("part;title\nA1;Lamp\na1;Lamp\n;x\n")
    bad.write_text("nonsense\n")
    result = run(home, "import", "--json", "--map", "sku=part", "--map", "name=title", str(good))
    assert result.returncode == 0, result.stderr
    summary = json.loads(result.stdout)
    assert summary.pop("seconds") > 0
    warned = {one["kind"]: one["count"] for one in summary.pop("warnings")}
    assert warned == {"alike_skus": 1, "repeated_skus": 1}
    assert summary == {
        "id": 1,
        "state": "completed",
        "rows": 3,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "deleted": 0,
        "skipped": 0,
        "duplicates": 1,
        "rejected": 1,
        "blank": 0,
        "deactivated": 0,
        "removed": 0,
        "error": None,
        "outcome": "part",
        "questions": [],
        "columns": {"sku": "part", "name": "title"},
        "stopped": [],
        "same_as": None,
    }
    result = run(home, "import", "--json", str(bad), str(good))
    first, second = map(json.loads, result.stdout.splitlines())
    assert (result.returncode, first["id"], first["state"], second["state"]) == (1, 2, "failed", "failed")
    assert "No column is called sku or name" in first["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "--nope", "setup.cfg"),
        ("import", "nowhere.csv"),
        ("import", "--blank", "perhaps", "setup.cfg"),
        ("import", "--map", "sku", "setup.cfg"),
        ("import", "--delimiter", ";;", "setup.cfg"),
        ("url", "nonsense"),
        ("sample", "-1", "-"),
        ("nonsense",),
    ],
)
def test_what_is_not_understood_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        result = CliRunner().invoke(main, ["sample", "100", str(tmp_path / name), "--seed", seed])
        assert result.exit_code == 0
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


def here(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in this process: most of a process is its start."""
    done = CliRunner().invoke(main, arguments, env=UNNAMED | {"CATALOG_HOME": str(home)})
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def test_url_says_when_nothing_runs(home: Path) -> None:
    result = here(home, "url", "database")
    assert (result.returncode, result.stdout) == (1, "") and "catalog up" in result.stderr


def test_doctor_names_what_is_wrong_and_what_to_do(home: Path) -> None:
    result = here(home, "doctor")
    assert result.returncode == 1
    assert "no database is running" in result.stdout and "catalog up" in result.stdout


def invoke(app: Flask, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on the servers of this test process, and in it: most of a process is its start."""
    env = environment(app.config["SETTINGS"])
    done = CliRunner().invoke(main, arguments, env=env)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def test_url_and_doctor_on_servers_that_run(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    assert invoke(app, "url", "database").stdout.strip() == settings.libpq_url
    assert invoke(app, "url", "redis").stdout.strip() == settings.redis_url
    result = invoke(app, "doctor")
    assert "PostgreSQL is" in result.stdout and "Redis is" in result.stdout
    assert "WRONG workers serve: no queue" in result.stdout and result.returncode == 1


def test_user_create_lets_somebody_sign_in_once(app: Flask) -> None:
    env = environment(app.config["SETTINGS"])
    subprocess.run([*COMMAND, "user", "create", EMAIL], env=env, check=True, timeout=60)
    kept = users.by_email(EMAIL).password_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # of RFC 9106
    assert users.authenticate(EMAIL, PASSWORD) is not None
    result = invoke(app, "user", "create", EMAIL.upper())
    assert result.returncode == 1 and "already exists" in result.stderr


def test_a_password_comes_from_a_pipe_or_it_is_said_what_to_set(app: Flask) -> None:
    env = environment(app.config["SETTINGS"])
    del env["CATALOG_PASSWORD"]
    for piped, code in (("", 2), ("a quiet river bed\n" * 2, 0)):
        result = subprocess.run(
            [*COMMAND, "user", "create", EMAIL],
            env=env,
            input=piped,
            start_new_session=True,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == code and "Warning" not in result.stderr
        assert ("Set CATALOG_PASSWORD, or send the password on standard input" in result.stderr) == (code == 2)
    assert users.authenticate(EMAIL, "a quiet river bed") is not None
    help_of_create = CliRunner().invoke(main, ["user", "create", "--help"]).output
    assert "CATALOG_PASSWORD" in help_of_create and "standard input" in help_of_create


def test_help_names_a_default_only_where_it_applies() -> None:
    """A retry without an option leaves the choice as it was."""
    outputs = [CliRunner().invoke(main, [command, "--help"]).output for command in ("import", "retry")]
    assert ["[default:" in output for output in outputs] == [True, False]


@pytest.mark.parametrize("options, role", [((), "viewer"), (("--role", "editor"), "editor")])
def test_a_user_after_the_first_is_a_viewer_unless_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], role: str
) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    runner = CliRunner()
    for arguments in ((EMAIL,), ("bob@example.com", *options)):
        result = runner.invoke(main, ["user", "create", *arguments])
        assert result.exit_code == 0, result.output
    people = [users.by_email(EMAIL), users.by_email("bob@example.com")]
    assert [user.role for user in people] == ["admin", role]
    assert f"role {role}" in result.output


def test_up_says_at_once_when_the_first_password_will_not_do(home: Path) -> None:
    env = os.environ | {"CATALOG_HOME": str(home), "CATALOG_ADMIN_EMAIL": EMAIL}
    env["CATALOG_PASSWORD"] = "too short"
    command = [*COMMAND, "up", "--port", "0"]
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "CATALOG_PASSWORD: Use at least 12 characters" in result.stderr
    assert not (home / "secret").exists()


@pytest.mark.parametrize(
    "program",
    some(
        [
            ["worker.py", "imports"],
            ["-m", "catalog.steward"],
            ["-m", "catalog.webhooks"],
            ["-m", "catalog.cli", "prepare"],
        ],
        1,
    ),
    ids=" ".join,
)
def test_a_program_without_servers_says_which_settings_it_lacks(home: Path, program: list[str]) -> None:
    ours = ("DATABASE_URL", "REDIS_URL")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *program],
        cwd=PROJECT,
        env=env | {"CATALOG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    *loaded, said = done.stderr.splitlines()
    assert said.removeprefix("Error: ").startswith("No servers: set DATABASE_URL and REDIS_URL")
    assert loaded and not [line for line in loaded if line.split()[-1] in ("flask", "sqlalchemy", "pandas")]


def test_to_undo_nothing_is_no_undo(app: Flask) -> None:
    empty = ChangeSet(kind="edit", source="page")  # older Catalogs kept such
    db.session.add(empty)
    db.session.commit()
    done = invoke(app, "undo", str(empty.id))
    assert done.returncode == 1 and "It changed nothing" in done.stderr


def test_a_failed_import_runs_again_read_in_another_way(app: Flask, run_import: Callable[..., Import]) -> None:
    env = environment(app.config["SETTINGS"])
    assert run_import("A1;Lamp\n", delimiter=";").state == "failed"
    wrong = CliRunner().invoke(main, ["retry", "1", "--template", "none"], env=env)
    assert wrong.exit_code == 1 and "no template" in wrong.stderr
    ways = ["--no-header", "--map", "sku=1", "--map", "name=2"]
    again = CliRunner().invoke(main, ["retry", "1", *ways, "--json"], env=env)
    told = json.loads(again.stdout)
    assert (again.exit_code, told["state"], told["created"]) == (0, "completed", 1)
    over = CliRunner().invoke(main, ["retry", "1"], env=env)
    assert over.exit_code == 1 and "Only an import that failed" in over.stderr


def test_an_import_of_an_archive_says_its_verdict_first(app: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "prices.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("prices.csv", "sku,name\nA1,Lamp\n,Desk\n")
    env = environment(app.config["SETTINGS"])
    told = CliRunner().invoke(main, ["import", str(archive)], env=env)
    assert told.exit_code == 0 and told.stderr.startswith("1 of 2 rows ready. 1 has no SKU.")


def test_history_says_where_each_value_comes_from(app: Flask, run_import: Callable[..., Import]) -> None:
    run_import("sku,name\nA1,Lamp\n")
    product = editing.by_sku("A1")
    assert product
    editing.update(Actor("cli"), product.id, product.version, {"price": "5"})
    told = invoke(app, "history", "a1")
    assert "name: import 1, line 2 of " in told.stdout
    assert f"price: command line, change {product.change_set_id + 1}" in told.stdout
    assert invoke(app, "history", "none").returncode == 1
