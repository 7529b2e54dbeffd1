"""Names that people typed can't control the terminal that shows the output of processes and commands."""

import logging
import os
import pty
import subprocess
import sys
import warnings

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli.command_line import main
from catalog.importer import Options
from catalog.imports.intake import import_templates
from catalog.models import Import, db
from catalog.ops import children
from catalog.people import COMMAND_LINE
from catalog.runtime import logs, terminal
from catalog.web.server import log
from tests.conftest import create
from tests.support.live import COMMAND, environment

EVIL = "a\x1b]0;owned\x07\x9b2J\u202eb"
WRITTEN_OUT = r"a\u001b]0;owned\u0007\u009b2J\u202eb"


def obeyed(text: str) -> list[str]:
    """The characters that a terminal would obey."""
    return [c for c in text if c not in "\n\t" and not c.isprintable()]


def test_what_the_supervisor_passes_on_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    lines, output = os.pipe()
    os.write(output, f"said {EVIL}\n".encode() + b"\xff\x9b2J\n")
    os.close(output)
    children._relay("web", lines)
    said = capsys.readouterr().err
    assert obeyed(said) == [] and "owned" in said and said.count("\n") == 2


@pytest.mark.parametrize("command", ["past-imports", "template list", "log 1"])
def test_what_commands_print_is_clean(app: Flask, command: str) -> None:
    row = create("sku,name\nA,x\n")
    db.session.get_one(Import, row.id).filename = EVIL
    db.session.commit()
    import_templates.save(COMMAND_LINE, f"for {EVIL}", Options(), ["sku", "name"])
    env = environment(app.config["SETTINGS"])
    done = CliRunner().invoke(main, command.split(), env=env)
    assert done.exit_code == 0 and obeyed(done.output) == []


def test_what_commands_complain_of_is_clean(app: Flask) -> None:
    env = environment(app.config["SETTINGS"])
    for arguments in (
        ["token", "create", EVIL, "name"],
        ["template", "delete", EVIL],
        ["import", f"/nowhere/{EVIL}.csv"],
    ):
        done = CliRunner().invoke(main, arguments, env=env)
        assert done.exit_code != 0 and obeyed(done.output) == [], arguments


def test_a_file_is_clean_on_a_terminal_and_untouched_elsewhere(app: Flask, run_import, tmp_path) -> None:
    run_import(f'sku,name\nA1,"{EVIL}"\n')
    ours, theirs = pty.openpty()
    env = os.environ | environment(app.config["SETTINGS"])
    command = [COMMAND[0], "export", "-"]
    subprocess.run(command, env=env, stdout=theirs, stderr=theirs, check=True)
    shown = os.read(ours, 1 << 16).decode().replace("\r\n", "\n")
    os.close(ours), os.close(theirs)
    assert "owned" in shown and "\x1b" not in shown and "\x9b" not in shown
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    assert EVIL in done.stdout.decode()


def test_json_means_the_same_when_it_is_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.guarded():
        print(EVIL)
        terminal.trusted(sys.stdout).write("\x1b[31m")
    assert capsys.readouterr().out == f"{WRITTEN_OUT}\n\x1b[31m"
    assert terminal.one_line("a\r\nb") == r"a\r\nb"


def test_gunicorn_says_one_line_and_indents_the_rest() -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 0, f"GET {EVIL}\nforged", (), None)
    said = log.OneLine(logging.Formatter("%(message)s")).format(record)
    assert said.splitlines()[1] == "    | forged" and obeyed(said) == []


def test_what_is_logged_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    logs.configure()
    structlog.get_logger().warning(f"about {EVIL}", file=EVIL, files=[EVIL])
    assert obeyed(capsys.readouterr().err) == []


@pytest.mark.parametrize("is_warning", [False, True])
def test_faults_and_warnings_of_a_command_are_clean_and_hold_no_secret(
    app: Flask, monkeypatch: pytest.MonkeyPatch, is_warning: bool
) -> None:
    words = f"{EVIL} https://ann:hush@example.com/a"

    def fault(*_: object) -> list[object]:
        if not is_warning:
            raise LookupError(words)
        warnings.warn(words, stacklevel=1)
        return []

    monkeypatch.setattr(import_templates, "listed", fault)
    env = environment(app.config["SETTINGS"])
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        done = CliRunner().invoke(main, ["template", "list"], env=env)
    assert done.exit_code == (0 if is_warning else 1)
    assert obeyed(done.stderr) == [] and "example.com" in done.stderr
    assert "hush" not in done.stderr
    assert ("Traceback" in done.stderr) is not is_warning
