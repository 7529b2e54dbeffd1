"""What developers have: `make help`, hooks that stay here, and `make dev`, which takes up what they save."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from catalog.app import create_app
from catalog.ops import children
from catalog.ops.children import Child, Code
from catalog.runtime import PROJECT, Settings


def test_help_has_a_line_for_every_target() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    command = ["make", "--no-print-directory", "help"]  # `make test` is above it
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in printed.splitlines()} == set(targets.split())


def test_hooks_run_what_is_here() -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks["repos"][0]["hooks"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with two files of code and a page."""
    (tmp_path / "catalog" / "web").mkdir(parents=True)
    for name in ("worker.py", "catalog/web/pages.py", "catalog/web/page.html"):
        (tmp_path / name).write_text("old")
    return tmp_path


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Child]:
    """A program of this home that runs."""
    marks = {children.HOME_MARK: str(tmp_path.resolve()), children.NAME_MARK: "imports"}
    command = ["sleep", "60"]
    child = Child("imports", lambda output: subprocess.Popen(command, env=os.environ | marks, stdout=output))
    child.start()
    yield child
    child.process.kill()
    child.process.wait()


@pytest.mark.parametrize(
    "name, is_code",
    [("worker.py", True), ("catalog/web/pages.py", True), ("catalog/new.py", True), ("catalog/web/page.html", False)],
)
def test_a_change_of_the_code_is_seen_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_code: bool
) -> None:
    monkeypatch.setattr(children, "CODE_SECONDS", 0)
    code = Code(root)
    assert not code.has_changed()
    (root / name).write_text("new")
    os.utime(root / name, (1, 1))
    assert code.has_changed() == is_code
    assert not code.has_changed()


def test_a_deleted_file_is_a_change_of_the_code(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "CODE_SECONDS", 0)
    code = Code(root)
    (root / "worker.py").unlink()
    assert code.has_changed()


def test_the_files_are_not_looked_at_all_the_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "CODE_SECONDS", 60)
    code = Code(root)
    (root / "worker.py").unlink()
    assert not code.has_changed()


def test_a_restarted_program_is_another_process_at_once(tmp_path: Path, program: Child) -> None:
    before = program.process
    program.restart(tmp_path)
    assert before.poll() is not None
    assert program.process.pid != before.pid and program.process.poll() is None
    assert program.due is None


def test_a_program_that_had_ended_is_started_without_its_delay(tmp_path: Path, program: Child) -> None:
    program.process.kill()
    program.process.wait()
    program.delay = children.LONGEST_DELAY
    program.look(tmp_path)
    assert program.due is not None and program.process.poll() is not None
    program.restart(tmp_path)
    assert program.process.poll() is None


@pytest.mark.parametrize("dev", [True, False])
def test_templates_are_read_again_in_development_alone(tmp_path: Path, dev: bool) -> None:
    app = create_app(Settings().model_copy(update={"home": tmp_path, "dev": dev}))
    assert app.jinja_env.auto_reload == dev
