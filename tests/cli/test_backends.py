"""Every command does the same and says the same on the Catalog of this machine and on one elsewhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli.command_line import main
from catalog.cli.here_only import HereOnly
from catalog.models import db
from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD, empty
from tests.importer.test_formats import zipped
from tests.support.live import environment

FILES = {
    "part.csv": b"sku,name,price\nA1,Lamp,1\nA2,Chair,more\nA3,Bed,less\n",
    "bad.csv": b"nonsense\n",
    "two.zip": zipped(a__csv=b"sku,name\nB1,Cup\n", b__csv=b"sku,name\nB2,Mug\n"),
    "new.csv": b"sku,name\nA1,Lamp 2\nA9,Rug\n",
    "newer.csv": b"sku,name\nA1,Lantern\n",
}
STORY = """
look part.csv = 0
look bad.csv = 1
import --priority high part.csv = 0
import --json part.csv = 0
import --skip-same part.csv = 0
import bad.csv = 1
import --template none new.csv = 1
import http://127.0.0.1:9/x.csv = 1
import two.zip = 3
retry 4 --members joined --json = 0
retry 4 = 1
retry 99 = 1
past-imports = 0
past-imports --json --state failed = 0
log 1 = 0
log 1 --json = 0
log 99 = 1
errors 1 - = 0
errors 1 rejected.xlsx = 0
errors 99 - = 1
correct 1 --row 9 --set price=1 = 1
correct 1 --row 2 --set colour=1 = 1
correct 1 --row 2 --set price=2 = 0
correct 1 --code price_invalid --column price --find less --replace 3 = 0
correct 1 --run --json = 0
correct 1 --run = 1
correct 2 --code price_invalid --column colour --fix clear = 1
correct 2 --code price_invalid --column price --fix clear = 0
correct 2 --code price_invalid --fix leave_out = 0
import --review new.csv = 0
plan 5 = 0
plan 5 --json = 0
import newer.csv = 0
plan 5 --conflicts = 0
apply 5 = 3
apply 5 --conflicts skip --take A1 = 0
apply 5 = 1
import --review newer.csv = 0
discard 7 = 0
discard 7 = 1
plan 99 = 1
history a1 = 0
history none = 1
bundle 1 bundle.zip = 0
bundle 99 none.zip = 1
import bundle.zip = 0
template save Acme 1 = 0
template save Acme 99 = 1
template list = 0
template list --json = 0
template rename acme Ajax = 0
template rename acme Ajax = 1
template delete ajax = 0
source add https://8.8.8.8/x.csv --name Acme --schedule 0_6_*_*_* = 0
source add nonsense = 1
source add https://8.8.8.8/x.csv --schedule never = 1
source list = 0
source pause 1 = 0
source list = 0
source pause 1 --resume = 0
source take-over 1 = 0
source run 9 = 1
source delete 1 = 0
source delete 1 = 1
export - = 0
export --query lamp all.csv.gz = 0
undo 2 --preview = 0
undo 2 --preview --json = 0
undo 2 = 0
undo 2 = 1
undo 999 = 1
undo 999 --preview = 1
user create nonsense = 1
user create ANN@example.com = 1
token create ann@example.com till = 0
token create ann@example.com _ = 2
token list ann@example.com = 0
token list --json = 0
token revoke 2 = 0
token revoke 2 = 1
""".strip().splitlines()
"""What is typed and the exit code, in the order in which it happens; _ is a blank inside of a word."""
BESIDE = ("sample", "profile ")
"""Commands that work on no Catalog, and old names of others."""

# What may differ: who acts, moments and seconds, a new token.
VARIES = (
    (r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00)?)?|\d\d? \w{3} \d{4}, \d\d:\d\d UTC", "MOMENT"),
    (r"\d+(\.\d+)? s\b|\"seconds\": [\d.]+", "SECONDS"),
    (r"on the command line|(by|from) ann@example.com( through the API)?|ann@example.com|command line", "WHO"),
    (r"Worker \S+", "Worker NAME"),
    (r"cat_[\w-]+…?", "TOKEN"),
    (r"never used|used MOMENT|\"last_used_at\": (null|\"MOMENT\")", "USED"),
)


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def said(
    migrated_app: Flask, shared_catalog: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[list[Said]]]:
    """The story here, then the same elsewhere: what each step came to."""
    with migrated_app.app_context():
        yield [_told(migrated_app, address, tmp_path_factory.mktemp("files")) for address in ("", shared_catalog)]
        db.session.remove()
        db.engine.dispose()


def _told(app: Flask, address: str, folder: Path) -> list[Said]:
    empty(app)
    token = tokens.create(COMMAND_LINE, users.create(COMMAND_LINE, EMAIL, PASSWORD), "cli", "admin")[1]
    db.session.commit()
    env = environment(app.config["SETTINGS"])
    if address:
        env |= {"CATALOG_URL": address, "CATALOG_TOKEN": token, "CATALOG_HOME": str(folder)}
        env |= {"DATABASE_URL": "", "REDIS_URL": ""}
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return [invoke(_arguments(step), env) for step in STORY]


def _arguments(step: str) -> list[str]:
    return [word.replace("_", " ") if word[0] in "0_" else word for word in step.rpartition(" = ")[0].split()]


def invoke(arguments: list[str], env: dict[str, str]) -> Said:
    """A command, without what differs from one run to the next."""
    done = CliRunner().invoke(main, arguments, env=env)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, _plain(done.stdout), _plain(done.stderr))


def _plain(text: str) -> str:
    lines = [_sorted(line) for line in text.splitlines() if "%|" not in line]  # the bars
    for pattern, word in VARIES:
        lines = [re.sub(pattern, word, line) for line in lines]
    return "\n".join(lines)


def _sorted(line: str) -> str:
    """Of JSON: its names have no order."""
    return json.dumps(json.loads(line), sort_keys=True) if line[:1] in ("{", "[") else line


@pytest.mark.parametrize("number", range(len(STORY)), ids=STORY.__getitem__)
def test_a_command_does_the_same_here_and_elsewhere(said: list[list[Said]], number: int) -> None:
    here, elsewhere = (told[number] for told in said)
    assert here.code == int(STORY[number].rpartition(" = ")[2]), here
    assert elsewhere == here
    assert "Traceback" not in here.err


def test_a_command_is_in_the_story_or_says_that_it_works_here_only() -> None:
    told = {" ".join(step.split()[:2]) for step in STORY}
    for path, command in _commands(main):
        if not path.startswith(BESIDE) and not command.hidden and not isinstance(command, HereOnly):
            assert any(f"{words} ".startswith(f"{path} ") for words in told), path
    names = {path for path, command in _commands(main) if isinstance(command, HereOnly)}
    assert names == {"up", "url", "doctor", "backup", "restore", "keys rotate", "storage move", "index rebuild"}


@pytest.mark.parametrize(
    "words",
    ["up", "url redis", "doctor", "backup x", "restore setup.cfg", "keys rotate", "storage move a b", "index rebuild"],
)
def test_a_command_that_works_here_only_says_so(words: str) -> None:
    done = CliRunner().invoke(main, words.split(), env={"CATALOG_URL": "http://127.0.0.1:9"})
    name = words
    for argument in (" x", " setup", " redis", " a b"):
        name = name.partition(argument)[0]
    assert done.exit_code == 2
    assert (
        f"`main {name}` does not work with CATALOG_URL. Unset it, and run this on the machine where Catalog runs."
        in done.stderr
    )


def test_a_new_user_has_a_password_here_and_gets_a_link_elsewhere(
    app: Flask, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens.create(COMMAND_LINE, users.create(COMMAND_LINE, EMAIL, PASSWORD), "cli", "admin")[1]
    env = environment(app.config["SETTINGS"]) | {"CATALOG_PASSWORD": PASSWORD}
    here = invoke(["user", "create", "bob@example.com"], env)
    assert here == Said(0, "bob@example.com can sign in now, with the role viewer.", "")
    env |= {"CATALOG_URL": address, "CATALOG_TOKEN": token}
    elsewhere = invoke(["user", "create", "eve@example.com", "--role", "editor"], env)
    invited, link = elsewhere.out.splitlines()
    assert invited.startswith("eve@example.com is invited with the role editor.")
    assert link.startswith(f"{address}/invitation/")
    db.session.rollback()
    eve = users.called("eve@example.com")
    assert (eve.role, eve.password_hash) == ("editor", None)
    assert eve.invite is not None


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command
