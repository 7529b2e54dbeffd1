"""Older code beside this one, on this one's tables, as while hosts are upgraded one after the other.

The code is the last one before a migration, taken from the history. It serves pages and runs imports; so does today's.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from flask import Flask

from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime import PROJECT, Settings, hosts, schema
from tests.conftest import EMAIL, PASSWORD, catalog
from tests.support import live
from tests.support.sessions import PATIENCE, soon, viewer

ENDS = ("completed", "failed", "cancelled")


def git(*arguments: str) -> str:
    """What git says; nothing where it fails."""
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(git("rev-parse", "--is-shallow-repository") != "false", reason="this clone has no history"),
]


def older() -> list[str]:
    """The versions of tables whose code must work with the newest tables."""
    oldest, newest = int(schema.works_from()), int(schema.newest())
    return [f"{number:04}" for number in range(oldest, newest)]


@pytest.fixture(params=older())
def old_code(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The code before the next migration was added, in a folder of its own."""
    following = f"migrations/versions/{int(request.param) + 1:04}_*"
    added = git("log", "--no-renames", "--diff-filter=A", "--format=%H", "-1", "--", following)
    assert added, following
    folder = tmp_path / request.param
    folder.mkdir()
    archive = subprocess.run(["git", "archive", f"{added}^"], cwd=PROJECT, capture_output=True, check=True)
    subprocess.run(["tar", "--extract", "--directory", folder], input=archive.stdout, check=True)
    assert not list(folder.glob(following)) and list(folder.glob(f"migrations/versions/{request.param}_*"))
    return folder


@contextmanager
def workers(code: Path, settings: Settings) -> Iterator[None]:
    """A worker of this code."""
    process = subprocess.Popen([sys.executable, "worker.py"], cwd=code, env=live.environment(settings))
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def versions(app: Flask, role: str) -> list[str]:
    """The versions of the tables that the processes with this role know."""
    return sorted(one.tables for one in hosts.living(app.extensions["redis"]) if one.role == role)


class Api:
    """A web process, as a program sees it."""

    def __init__(self, address: str, token: str) -> None:
        self.url, self.token = address, {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """A request that succeeds."""
        headers = self.token | options.pop("headers", {})
        answer = requests.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=PATIENCE, **options)
        assert answer.ok, answer.text
        return answer

    def send(self, text: str, **choices: str) -> int:
        """Send a file to import; returns the number of the import."""
        return self.ask("POST", "/imports", files={"file": ("a.csv", text)}, data=choices).json()["id"]

    def ended(self, number: int) -> dict[str, object]:
        """The import when it has ended."""
        soon(lambda: self.ask("GET", f"/imports/{number}").json()["state"] in ENDS)
        return self.ask("GET", f"/imports/{number}").json()


def test_both_serve_and_import_side_by_side(app: Flask, old_code: Path) -> None:
    settings: Settings = app.config["SETTINGS"]
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    token = tokens.create(COMMAND_LINE, user, "script", "admin")[1]
    with ExitStack() as stack:
        old, new = (
            Api("http://{}:{}".format(*stack.enter_context(live.web_server(settings, code=code))), token)
            for code in (old_code, PROJECT)
        )
        running = (old_code.name, schema.newest())
        soon(lambda: versions(app, "web") == sorted(running))
        with workers(old_code, settings):
            soon(lambda: versions(app, "imports and quick") == [old_code.name])
            first = new.send("sku,name,price\nA1,Lamp,1.50\nA2,Chair,2\n,No SKU,3\n")
            assert old.ended(first)["created"] == 2
            second = old.send("sku,name,price\nA1,Lamp,9.50\nA3,Table,4\n")
            done = new.ended(second)
            assert (done["state"], done["created"], done["updated"]) == ("completed", 1, 1)
            old.ask("POST", f"/imports/{second}/undo")
            soon(lambda: new.ask("GET", "/products").json()["total"] == 2)
        with workers(PROJECT, settings):
            third = old.send("sku,name,price\nA4,Sofa,5\n", review="true")
            soon(lambda: new.ask("GET", f"/imports/{third}").json()["state"] == "review")
            old.ask("POST", f"/imports/{third}/apply")
            assert old.ended(third)["created"] == 1
            product = old.ask("GET", "/products", params={"sku": "A4"}).json()["products"][0]
            version = {"If-Match": f'"{product["version"]}"'}
            old.ask("PATCH", f"/products/{product['id']}", json={"name": "Bed"}, headers=version)
        for api in (old, new):
            with viewer(api.url) as session:
                for path in (
                    "/products?q=lamp",
                    f"/imports/{first}",
                    "/imports",
                    "/changes",
                    "/status",
                    "/imports/new",
                ):
                    assert session.get(api.url + path, timeout=PATIENCE).status_code == 200, path
    assert [(row[0], row[1], str(row[3])) for row in catalog()] == [
        ("A1", "Lamp", "1.50"),
        ("A2", "Chair", "2"),
        ("A4", "Bed", "5"),
    ]
