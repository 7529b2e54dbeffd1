"""Whatever is decided or changed leaves exactly one line in the audit log: who, what, by which door; by page, API and command alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import cli, importer
from catalog.imports.rejected import corrections
from catalog.imports.sources import owners, registry
from catalog.models import AuditEvent, Import, db
from catalog.people import audit, tokens, users
from catalog.products.bulk import jobs, tasks
from tests.conftest import EMAIL, create, csrf
from tests.support.live import environment
from tests.support.programs import Program
from tests.support.suppliers import Supplier

ROWS = "sku,name\nA1,Lamp\nA2,\n"


@dataclass
class Doors:
    """A page, a program and a terminal of the same person, and what there is to act upon."""

    client: FlaskClient
    program: Program
    run_import: Callable[..., Import]
    url: str

    def page(self, path: str, **fields: Any) -> None:
        """Press a button."""
        token = csrf(self.client.get("/imports/sources/new").text)
        answer = self.client.post(path, data={"csrf_token": token} | fields)
        assert answer.status_code == 303, answer.text

    def api(self, method: str, path: str, json: Any = None) -> None:
        """Call an operation."""
        answer = self.program.ask(method, path, json=json)
        assert answer.status_code < 300, answer.text

    def command(self, *words: str) -> None:
        """Type a command."""
        done = CliRunner().invoke(cli.main, [*words])
        assert done.exit_code in (0, 3), (done.output, done.exception)

    def source(self) -> int:
        """A source."""
        draft = registry.Draft("Acme", self.url, importer.Options(), "0 6 * * *")
        return registry.create(draft, None).id

    def orphan(self) -> int:
        """A source of somebody who may not any more."""
        bob = users.create("bob@example.com", "battery horse staple", "editor")
        draft = registry.Draft("Acme", self.url, importer.Options(), "0 6 * * *")
        row = registry.create(draft, bob.id, bob.email)
        users.disable(bob)
        owners.pause()
        return row.id

    def waiting(self) -> int:
        """An import that waits for a decision."""
        return self.run_import(ROWS, review=True).id

    def queued(self) -> int:
        """An import that nobody works on."""
        return create(ROWS).id

    def failed(self) -> int:
        """An import that failed."""
        return self.run_import("what,ever\n1,2\n").id

    def done(self) -> int:
        """An import with a rejected row."""
        return self.run_import(ROWS).id

    def corrected(self) -> int:
        """An import with a rejected row that was corrected."""
        row = self.run_import(ROWS)
        corrections.correct(row, 2, ["A2", "Chair"])
        return row.id

    def change(self) -> int:
        """A change set that can be undone."""
        number = self.run_import("sku,name\nA1,Lamp\n").change_set_id
        assert number is not None
        return number

    def product(self) -> int:
        """A product."""
        self.change()
        return int(db.session.execute(text("SELECT id FROM products")).scalar_one())

    def job(self) -> int:
        """A bulk job that waits."""
        self.change()
        return jobs.create(tasks.Task("delete_all")).id


Act = Callable[[Doors, int], None]
NEW = {"url": "https://8.8.8.8/a.csv", "schedule": "0 6 * * *"}
SOURCES = "/imports/sources"

OPERATIONS: dict[str, tuple[str, str, dict[str, Act]]] = {
    "make a source": (
        "import source",
        "",
        {
            "page": lambda d, _: d.page(f"{SOURCES}/new", **NEW),
            "API": lambda d, _: d.api("POST", "/sources", NEW),
            "command": lambda d, _: d.command("source", "add", NEW["url"]),
        },
    ),
    "make a source that runs at once": (
        "import source",
        "",
        {"page": lambda d, _: d.page(f"{SOURCES}/new", url=NEW["url"])},
    ),
    "change a source": (
        "import source",
        "source",
        {
            "page": lambda d, n: d.page(f"{SOURCES}/{n}/edit", name="B"),
            "API": lambda d, n: d.api("PATCH", f"/sources/{n}", {"name": "B", "enabled": False}),
        },
    ),
    "pause a source": (
        "import source",
        "source",
        {
            "page": lambda d, n: d.page(f"{SOURCES}/{n}/switch", enabled="0"),
            "API": lambda d, n: d.api("PATCH", f"/sources/{n}", {"enabled": False}),
            "command": lambda d, n: d.command("source", "pause", str(n)),
        },
    ),
    "run a source": (
        "import source run",
        "source",
        {
            "page": lambda d, n: d.page(f"{SOURCES}/{n}/run"),
            "API": lambda d, n: d.api("POST", f"/sources/{n}/run"),
            "command": lambda d, n: d.command("source", "run", str(n)),
        },
    ),
    "take a source over": (
        "import source taken over",
        "orphan",
        {
            "page": lambda d, n: d.page(f"{SOURCES}/{n}/take-over"),
            "API": lambda d, n: d.api("POST", f"/sources/{n}/take-over"),
            "command": lambda d, n: d.command("source", "take-over", str(n)),
        },
    ),
    "delete a source": (
        "import source",
        "source",
        {
            "page": lambda d, n: d.page(f"{SOURCES}/{n}/delete"),
            "API": lambda d, n: d.api("DELETE", f"/sources/{n}"),
            "command": lambda d, n: d.command("source", "delete", str(n)),
        },
    ),
    "apply": (
        "import applied",
        "waiting",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/apply"),
            "API": lambda d, n: d.api("POST", f"/imports/{n}/apply"),
            "command": lambda d, n: d.command("apply", str(n)),
        },
    ),
    "discard": (
        "import discarded",
        "waiting",
        {"page": lambda d, n: d.page(f"/imports/{n}/discard"), "command": lambda d, n: d.command("discard", str(n))},
    ),
    "cancel": (
        "import cancelled",
        "queued",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/cancel"),
            "API": lambda d, n: d.api("POST", f"/imports/{n}/cancel"),
        },
    ),
    "retry": (
        "import retried",
        "failed",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/retry"),
            "API": lambda d, n: d.api("POST", f"/imports/{n}/retry"),
            "command": lambda d, n: d.command("retry", str(n), "--map", "sku=what", "--map", "name=ever"),
        },
    ),
    "repeat": (
        "import repeated",
        "done",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/repeat"),
            "API": lambda d, n: d.api("POST", f"/imports/{n}/repeat"),
        },
    ),
    "correct a row": (
        "import rows corrected",
        "done",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/errors/2", cell=["A2", "Chair"]),
            "API": lambda d, n: d.api("PATCH", f"/imports/{n}/errors/2", {"set": {"name": "Chair"}}),
            "command": lambda d, n: d.command("correct", str(n), "--row", "2", "--set", "name=Chair"),
        },
    ),
    "find and replace": (
        "import rows corrected",
        "done",
        {
            "page": lambda d, n: d.page(
                f"/imports/{n}/errors/replace", code="name_blank", column="name", find="", replace="X"
            ),
            "API": lambda d, n: d.api(
                "POST",
                f"/imports/{n}/errors/replace",
                {"code": "name_blank", "column": "name", "find": "", "replace": "X"},
            ),
            "command": lambda d, n: d.command(
                "correct", str(n), "--code", "name_blank", "--column", "name", "--replace", "X"
            ),
        },
    ),
    "run corrected rows": (
        "import rows run",
        "corrected",
        {
            "page": lambda d, n: d.page(f"/imports/{n}/errors/run"),
            "API": lambda d, n: d.api("POST", f"/imports/{n}/errors/run"),
            "command": lambda d, n: d.command("correct", str(n), "--run"),
        },
    ),
    "undo": (
        "undo",
        "change",
        {
            "page": lambda d, n: d.page(f"/changes/{n}/undo"),
            "API": lambda d, n: d.api("POST", f"/changes/{n}/undo"),
            "command": lambda d, n: d.command("undo", str(n)),
        },
    ),
    "delete all": (
        "delete all",
        "change",
        {"API": lambda d, _: d.api("DELETE", "/products", {"confirm": "delete all products"})},
    ),
    "cancel a bulk job": (
        "bulk cancelled",
        "job",
        {"page": lambda d, n: d.page(f"/bulk/{n}/cancel"), "API": lambda d, n: d.api("POST", f"/bulk/{n}/cancel")},
    ),
}
"""What is done: the line's action, what must be there first, and how each door does it."""

EACH = [(name, door) for name, (_, _, acts) in OPERATIONS.items() for door in acts]


@pytest.fixture
def doors(
    app: Flask,
    client: FlaskClient,
    run_import: Callable[..., Import],
    allowed: Any,
    supplier: Supplier,
    monkeypatch: pytest.MonkeyPatch,
) -> Doors:
    """The three of them, of one admin."""
    user = users.by_email(EMAIL)
    assert user is not None
    program = Program(app, tokens.create(user, "all", "admin")[1])
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CATALOG_SOURCE_ALLOW", "127.0.0.0/8")
    return Doors(client, program, run_import, supplier.url)


def lines() -> list[AuditEvent]:
    """The audit log, the newest first."""
    db.session.rollback()
    return list(audit.page().events)


@pytest.mark.parametrize("name, door", EACH)
def test_each_operation_leaves_one_line_by_each_door(doors: Doors, name: str, door: str) -> None:
    action, first, acts = OPERATIONS[name]
    number = getattr(doors, first)() if first else 0
    before = len(lines())
    acts[door](doors, number)
    line, *rest = lines()
    assert len(rest) == before, [one.action for one in lines()]
    assert (line.action, line.subject.endswith(f", by {door}")) == (action, True)
    assert line.email == ("command line" if door == "command" else EMAIL)
    assert bool(line.request_id) == (door != "command")
    assert line.action in audit.ACTIONS


def test_a_bulk_change_leaves_one_line(doors: Doors) -> None:
    number = doors.product()
    before = len(lines())
    task = {"action": "set", "ids": [number], "values": {"active": False}}
    doors.api("POST", "/bulk", task)
    line, *rest = lines()
    assert (line.action, len(rest)) == ("bulk change", before)
    assert line.subject.endswith("by API")


def test_what_is_refused_leaves_none(doors: Doors) -> None:
    number = doors.source()
    before = len(lines())
    assert doors.program.ask("PATCH", f"/sources/{number}", json={"schedule": "x"}).status_code == 422
    assert doors.program.ask("POST", "/imports/999/apply").status_code == 404
    assert len(lines()) == before
