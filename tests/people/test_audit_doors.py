"""Each decision or change leaves exactly one line in the audit log: who, what, by which door (page, API, command).

Each route that writes, and each command, has its row here: a new one without a row fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli import command_line
from catalog.imports.intake import import_templates
from catalog.imports.rejected import corrections
from catalog.imports.sources import owners, registry, running
from catalog.models import AuditEvent, Import, db
from catalog.people import COMMAND_LINE, Actor, audit, invitations, second_factor, tokens, users
from catalog.products.bulk import jobs, tasks
from catalog.web.http.routes import SAFE, access
from catalog.webhooks import endpoints
from tests.conftest import EMAIL, PASSWORD, create, csrf, signed_in
from tests.support.live import environment
from tests.support.programs import Program
from tests.support.suppliers import Supplier

ROWS = "sku,name\nA1,Lamp\nA2,\n"


@dataclass
class Doors:
    """A page, a program and a terminal of the same person, and what there is to act upon."""

    app: Flask
    client: FlaskClient
    program: Program
    run_import: Callable[..., Import]
    url: str
    path: Path

    def page(self, path: str, **fields: Any) -> None:
        """Press a button."""
        token = csrf(self.client.get("/imports/sources/new").text)
        answer = self.client.post(path, data={"csrf_token": token} | fields)
        assert answer.status_code in (200, 201, 303), answer.text

    def script(self, path: str, json: Any) -> None:
        """Let the script of a page send something."""
        token = csrf(self.client.get("/imports/sources/new").text)
        answer = self.client.post(path, json=json, headers={"X-CSRFToken": token})
        assert answer.status_code == 200, answer.text

    def api(self, method: str, path: str, json: Any = None, **options: Any) -> None:
        """Call an operation."""
        answer = self.program.ask(method, path, json=json, **options)
        assert answer.status_code < 300, answer.text

    def command(self, *words: str) -> None:
        """Type a command."""
        done = CliRunner().invoke(command_line.main, [*words])
        assert done.exit_code in (0, 3), (done.output, done.exception)

    def source(self) -> int:
        """A source."""
        draft = registry.Draft("Acme", self.url, importer.Options(), "0 6 * * *")
        return registry.create(COMMAND_LINE, draft).id

    def orphan(self) -> int:
        """A source whose owner may no longer import."""
        bob = users.create(COMMAND_LINE, "bob@example.com", "battery horse staple", "editor")
        draft = registry.Draft("Acme", self.url, importer.Options(), "0 6 * * *")
        row = registry.create(Actor("page", bob.id, bob.email), draft)
        users.disable(COMMAND_LINE, bob)
        owners.pause()
        return row.id

    def waiting(self) -> int:
        """An import that waits for a decision."""
        return self.run_import(ROWS, review=True).id

    def queued(self) -> int:
        """An import that no worker has."""
        return create(ROWS).id

    def failed(self) -> int:
        """An import that failed."""
        return self.run_import("what,ever\n1,2\n").id

    def imported(self) -> int:
        """An import that changed something."""
        return self.run_import("sku,name\nA1,Lamp\n").id

    def done(self) -> int:
        """An import with a rejected row."""
        return self.run_import(ROWS).id

    def corrected(self) -> int:
        """An import with a rejected row that was corrected."""
        row = self.run_import(ROWS)
        corrections.correct(COMMAND_LINE, row, 2, ["A2", "Chair"])
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
        return jobs.create(COMMAND_LINE, tasks.Task("delete_all")).id

    def bob(self) -> int:
        """Another user, who may not much."""
        return (users.by_email(BOB) or users.create(COMMAND_LINE, BOB, PASSWORD, "viewer")).id

    def disabled(self) -> int:
        """Another user, who may not sign in."""
        user = users.get(self.bob())
        assert user is not None
        users.disable(COMMAND_LINE, user)
        return user.id

    def factor(self, user_id: int = 1) -> int:
        """A user with a second factor."""
        user, secret = users.get(user_id), second_factor.new_secret()
        assert user is not None
        assert second_factor.turn_on(COMMAND_LINE, user, secret, pyotp.TOTP(secret).now())
        with db.engine.begin() as connection:  # as if it had been half a minute ago
            connection.execute(text("UPDATE users SET totp_step = 0"))
        return user_id

    def bobs_factor(self) -> int:
        """Another user with a second factor."""
        return self.factor(self.bob())

    def elsewhere(self) -> int:
        """A session of the same person in another browser."""
        signed_in(self.app, EMAIL)
        return int(db.session.execute(text("SELECT max(id) FROM sessions")).scalar_one())

    def token(self) -> int:
        """A token of the same person."""
        user = users.by_email(EMAIL)
        assert user is not None
        return tokens.create(COMMAND_LINE, user, "mine", "read")[0].id

    def template(self) -> int:
        """A template."""
        return import_templates.save(COMMAND_LINE, "Acme", importer.Options(), ["sku", "name"]).id

    def webhook(self) -> int:
        """A webhook endpoint, with a delivery that failed."""
        draft = endpoints.Draft(WEBHOOK["url"], "", ["product.*"])
        number, _ = endpoints.create(COMMAND_LINE, draft, self.app.config["SETTINGS"])
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO webhook_events (type, payload) VALUES ('product.created', '{}')"))
            connection.execute(text(FAILED), {"webhook": number})
        return number

    def receiver(self) -> int:
        """A webhook endpoint that answers."""
        number = self.webhook()
        with db.engine.begin() as connection:
            values = {"url": self.url, "id": number}
            connection.execute(text("UPDATE webhook_endpoints SET url = :url WHERE id = :id"), values)
        return number

    def sign_in(self, path: str = "/login") -> FlaskClient:
        """Another browser, in which the same person gives the password."""
        browser = self.app.test_client()
        data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(browser.get(path).text)}
        assert browser.post(path, data=data).status_code == 303
        return browser

    def give_code(self) -> None:
        """The second step of a sign-in."""
        user = users.by_email(EMAIL)
        assert user is not None and user.totp_secret
        browser, secret = self.sign_in(), second_factor.unseal(user.totp_secret)
        data = {"code": pyotp.TOTP(secret).now(), "csrf_token": csrf(browser.get("/login/code").text)}
        assert browser.post("/login/code", data=data).status_code == 303

    def turn_factor_on(self) -> None:
        """The set-up of a second factor."""
        secret = self.client.get("/account/factor").text.split('data-copy="')[1].split('"')[0]
        self.page("/account/factor", code=pyotp.TOTP(secret).now(), current=PASSWORD)

    def accept(self) -> None:
        """Choose a password by a link."""
        user = users.by_email(BOB)
        assert user is not None
        link = f"/invitation/{invitations.link_token(user, self.app.config['SECRET_KEY'])}"
        browser = self.app.test_client()
        data = {"password": PASSWORD, "csrf_token": csrf(browser.get(link).text)}
        assert browser.post(link, data=data).status_code == 303

    def invited(self) -> int:
        """A user who has a link."""
        return invitations.invite(COMMAND_LINE, BOB, "viewer").id

    def file(self, name: str = "a.csv") -> Any:
        """A file to send."""
        return BytesIO(ROWS.encode()), name


Act = Callable[[Doors, int], None]
BOB = "bob@example.com"
NEW = {"url": "https://8.8.8.8/a.csv", "schedule": "0 6 * * *"}
WEBHOOK = {"url": "https://8.8.8.8/hook"}
FORM = WEBHOOK | {"events": "product.*", "concurrency": "5", "rate": "50"}
SOURCES = "/imports/sources"
MATCH = {"headers": {"If-Match": "*"}}
REPLACE = {"code": "name_blank", "column": "name", "find": "", "replace": "X"}
FIX = {"code": "name_blank", "action": "set", "column": "1", "value": "X"}
NEW_PASSWORD = "another battery horse staple"
FAILED = """
INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type, state, last_status, last_attempt_at)
SELECT 'msg_a_1', max(id), :webhook, 'product.created', 'failed', 500, now() - interval '1 minute' FROM webhook_events
"""

PAGES: dict[str, tuple[str, Act]] = {
    "account.end_others": ("elsewhere", lambda d, _: d.page("/account/sessions/end-others", current=PASSWORD)),
    "account.end_session": ("elsewhere", lambda d, n: d.page(f"/account/sessions/{n}/end", current=PASSWORD)),
    "account.formats": ("", lambda d, _: d.page("/account/formats", locale="de-DE", time_zone="Europe/Berlin")),
    "account.password": ("", lambda d, _: d.page("/account/password", current=PASSWORD, password=NEW_PASSWORD)),
    "account.recovery_codes": ("factor", lambda d, _: d.page("/account/factor/codes", current=PASSWORD)),
    "account.turn_factor_off": ("factor", lambda d, _: d.page("/account/factor/off", current=PASSWORD)),
    "account.turn_factor_on": ("", lambda d, _: d.turn_factor_on()),
    "accounts.code": ("factor", lambda d, _: d.give_code()),
    "accounts.invitation": ("invited", lambda d, _: d.accept()),
    "accounts.login": ("", lambda d, _: d.sign_in() and None),
    "accounts.logout": ("", lambda d, _: d.page("/logout")),
    "bulk.cancel": ("job", lambda d, n: d.page(f"/bulk/{n}/cancel")),
    "bulk.delete_all": ("product", lambda d, _: d.page("/products/delete-all", confirm="delete all products")),
    "bulk.start": ("product", lambda d, n: d.page("/bulk", ids=n, action="deactivate")),
    "changes.undo": ("change", lambda d, n: d.page(f"/changes/{n}/undo")),
    "cells.write": ("done", lambda d, n: d.script(f"/imports/{n}/errors/cells", {"rows": {2: {1: "Chair"}}})),
    "errors.edit": ("done", lambda d, n: d.page(f"/imports/{n}/errors/2", cell=["A2", "Chair"])),
    "errors.fix": ("done", lambda d, n: d.page(f"/imports/{n}/errors/fix", **FIX)),
    "errors.run_again": ("corrected", lambda d, n: d.page(f"/imports/{n}/errors/run")),
    "steps.choose": ("failed", lambda d, n: d.page(f"/imports/{n}/look", again="1")),
    "steps.begin": ("", lambda d, _: d.page("/imports/begin", name="a.csv", size="10")),
    "steps.start": ("failed", lambda d, n: d.page(f"/imports/{n}/start")),
    "imports.cancel": ("queued", lambda d, n: d.page(f"/imports/{n}/cancel")),
    "imports.new": ("", lambda d, _: d.page("/imports/new", file=d.file())),
    "pasted.new": ("", lambda d, _: d.page("/imports/paste", cells="sku\tname\nA1\tLamp\n")),
    "imports.prioritize": ("queued", lambda d, n: d.page(f"/imports/{n}/priority", priority="high")),
    "imports.retry": ("failed", lambda d, n: d.page(f"/imports/{n}/retry")),
    "past_imports.repeat": ("done", lambda d, n: d.page(f"/imports/{n}/repeat")),
    "product.delete": ("product", lambda d, n: d.page(f"/products/{n}/delete", version="1")),
    "product.edit": ("product", lambda d, n: d.page(f"/products/{n}/edit", version="1", sku="A1", name="B")),
    "product.new": ("", lambda d, _: d.page("/products/new", sku="B1", name="B")),
    "products.save_row": ("product", lambda d, n: d.page(f"/products/{n}/row", version="1", name="B")),
    "products.switch": ("product", lambda d, n: d.page(f"/products/{n}/active", version="1", active="0")),
    "import_templates.delete": ("template", lambda d, n: d.page(f"/imports/templates/{n}/delete")),
    "import_templates.rename": ("template", lambda d, n: d.page(f"/imports/templates/{n}", name="B")),
    "import_templates.save": ("done", lambda d, n: d.page(f"/imports/{n}/template", name="B")),
    "reviews.apply": ("waiting", lambda d, n: d.page(f"/imports/{n}/apply")),
    "reviews.discard": ("waiting", lambda d, n: d.page(f"/imports/{n}/discard")),
    "sources.delete": ("source", lambda d, n: d.page(f"{SOURCES}/{n}/delete")),
    "sources.edit": ("source", lambda d, n: d.page(f"{SOURCES}/{n}/edit", name="B")),
    "sources.link": ("", lambda d, _: d.page(f"{SOURCES}/link", url="https://8.8.8.8/b.csv")),
    "sources.new": ("", lambda d, _: d.page(f"{SOURCES}/new", **NEW)),
    "sources.run": ("source", lambda d, n: d.page(f"{SOURCES}/{n}/run")),
    "sources.switch": ("source", lambda d, n: d.page(f"{SOURCES}/{n}/switch", enabled="0")),
    "sources.take_over": ("orphan", lambda d, n: d.page(f"{SOURCES}/{n}/take-over")),
    "tokens.create": ("", lambda d, _: d.page("/tokens", name="mine", scope="read", days="30")),
    "tokens.revoke": ("token", lambda d, n: d.page(f"/tokens/{n}/revoke")),
    "users.disable": ("bob", lambda d, n: d.page(f"/users/{n}/disable")),
    "users.enable": ("disabled", lambda d, n: d.page(f"/users/{n}/enable")),
    "users.end_sessions": ("bob", lambda d, n: d.page(f"/users/{n}/sessions/end")),
    "users.factor_off": ("bobs_factor", lambda d, n: d.page(f"/users/{n}/factor/off")),
    "users.invite": ("", lambda d, _: d.page("/users", email=BOB, role="viewer")),
    "users.renew_link": ("bob", lambda d, n: d.page(f"/users/{n}/link")),
    "users.role": ("bob", lambda d, n: d.page(f"/users/{n}/role", role="editor")),
    "webhooks.delete": ("webhook", lambda d, n: d.page(f"/webhooks/{n}/delete")),
    "webhooks.deliveries.redeliver": ("webhook", lambda d, _: d.page("/webhooks/deliveries/msg_a_1/redeliver")),
    "webhooks.deliveries.redeliver_failed": (
        "webhook",
        lambda d, _: d.page("/webhooks/deliveries/redeliver-failed", since="day"),
    ),
    "webhooks.deliveries.redeliver_selected": (
        "webhook",
        lambda d, _: d.page("/webhooks/deliveries/redeliver", id="msg_a_1"),
    ),
    "webhooks.edit": ("webhook", lambda d, n: d.page(f"/webhooks/{n}/edit", **FORM)),
    "webhooks.forget": ("webhook", lambda d, n: d.page(f"/webhooks/{n}/forget")),
    "webhooks.new": ("", lambda d, _: d.page("/webhooks/new", **FORM)),
    "webhooks.rotate": ("webhook", lambda d, n: d.page(f"/webhooks/{n}/rotate")),
    "webhooks.switch": ("webhook", lambda d, n: d.page(f"/webhooks/{n}/switch", enabled="0")),
    "webhooks.test": ("receiver", lambda d, n: d.page(f"/webhooks/{n}/test", type="product.created")),
}
"""The route -> what must be there first, and the button that is pressed."""

API: dict[str, tuple[str, Act]] = {
    "bulk.cancel": ("job", lambda d, n: d.api("POST", f"/bulk/{n}/cancel")),
    "bulk.create": (
        "product",
        lambda d, n: d.api("POST", "/bulk", {"action": "set", "ids": [n], "values": {"active": False}}),
    ),
    "changes.undo": ("change", lambda d, n: d.api("POST", f"/changes/{n}/undo")),
    "deliveries.redeliver": ("webhook", lambda d, _: d.api("POST", "/deliveries/msg_a_1/redeliver")),
    "deliveries.redeliver_many": ("webhook", lambda d, _: d.api("POST", "/deliveries/redeliver", {"ids": ["msg_a_1"]})),
    "import_history.repeat": ("done", lambda d, n: d.api("POST", f"/imports/{n}/repeat")),
    "import_history.retry": ("failed", lambda d, n: d.api("POST", f"/imports/{n}/retry")),
    "imports.cancel": ("queued", lambda d, n: d.api("POST", f"/imports/{n}/cancel")),
    "imports.change": ("queued", lambda d, n: d.api("PATCH", f"/imports/{n}", {"priority": "high"})),
    "imports.correct": ("done", lambda d, n: d.api("PATCH", f"/imports/{n}/errors/2", {"set": {"name": "Chair"}})),
    "imports.create": ("", lambda d, _: d.api("POST", "/imports", data={"file": d.file()})),
    "imports.fix": ("done", lambda d, n: d.api("POST", f"/imports/{n}/errors/fix", FIX)),
    "imports.replace": ("done", lambda d, n: d.api("POST", f"/imports/{n}/errors/replace", REPLACE)),
    "imports.run_again": ("corrected", lambda d, n: d.api("POST", f"/imports/{n}/errors/run")),
    "imports.undo": ("imported", lambda d, n: d.api("POST", f"/imports/{n}/undo")),
    "products.change": ("product", lambda d, n: d.api("PATCH", f"/products/{n}", {"name": "B"}, **MATCH)),
    "products.create": ("", lambda d, _: d.api("POST", "/products", {"sku": "B1", "name": "B"})),
    "products.delete": ("product", lambda d, n: d.api("DELETE", f"/products/{n}", **MATCH)),
    "products.delete_all": ("product", lambda d, _: d.api("DELETE", "/products", {"confirm": "delete all products"})),
    "products.put_by_sku": ("product", lambda d, _: d.api("PUT", "/products/by-sku/A1", {"name": "B"}, **MATCH)),
    "import_templates.create": ("done", lambda d, n: d.api("POST", "/templates", {"name": "B", "import_id": n})),
    "import_templates.delete": ("template", lambda d, n: d.api("DELETE", f"/templates/{n}")),
    "import_templates.rename": ("template", lambda d, n: d.api("PATCH", f"/templates/{n}", {"name": "B"})),
    "reviews.apply": ("waiting", lambda d, n: d.api("POST", f"/imports/{n}/apply")),
    "sources.change": ("source", lambda d, n: d.api("PATCH", f"/sources/{n}", {"name": "B", "enabled": False})),
    "sources.create": ("", lambda d, _: d.api("POST", "/sources", NEW)),
    "sources.delete": ("source", lambda d, n: d.api("DELETE", f"/sources/{n}")),
    "sources.run": ("source", lambda d, n: d.api("POST", f"/sources/{n}/run")),
    "sources.take_over": ("orphan", lambda d, n: d.api("POST", f"/sources/{n}/take-over")),
    "tokens.create": ("", lambda d, _: d.api("POST", "/tokens", {"name": "mine", "scope": "read"})),
    "tokens.revoke": ("token", lambda d, n: d.api("DELETE", f"/tokens/{n}")),
    "users.change": ("bob", lambda d, n: d.api("PATCH", f"/users/{n}", {"role": "editor"})),
    "users.end_sessions": ("bob", lambda d, n: d.api("POST", f"/users/{n}/sessions/end")),
    "users.invite": ("", lambda d, _: d.api("POST", "/users", {"email": BOB, "role": "viewer"})),
    "users.renew_link": ("bob", lambda d, n: d.api("POST", f"/users/{n}/link")),
    "webhooks.change": ("webhook", lambda d, n: d.api("PATCH", f"/webhooks/{n}", {"rate": 7, "enabled": False})),
    "webhooks.create": ("", lambda d, _: d.api("POST", "/webhooks", WEBHOOK | {"events": ["product.*"]})),
    "webhooks.delete": ("webhook", lambda d, n: d.api("DELETE", f"/webhooks/{n}")),
    "webhooks.forget": ("webhook", lambda d, n: d.api("POST", f"/webhooks/{n}/forget")),
    "webhooks.rotate": ("webhook", lambda d, n: d.api("POST", f"/webhooks/{n}/rotate")),
    "webhooks.test": ("receiver", lambda d, n: d.api("POST", f"/webhooks/{n}/test", {"type": "product.created"})),
}
"""The operation -> what must be there first, and the call."""

COMMANDS: dict[str, tuple[str, str, Act]] = {
    "apply": ("import applied", "waiting", lambda d, n: d.command("apply", str(n))),
    "correct": (
        "import rows corrected",
        "done",
        lambda d, n: d.command("correct", str(n), "--row", "2", "--set", "name=Chair"),
    ),
    "correct --code": (
        "import rows corrected",
        "done",
        lambda d, n: d.command("correct", str(n), "--code", "name_blank", "--column", "name", "--replace", "X"),
    ),
    "correct --run": ("import rows run", "corrected", lambda d, n: d.command("correct", str(n), "--run")),
    "discard": ("import discarded", "waiting", lambda d, n: d.command("discard", str(n))),
    "import": ("import started", "", lambda d, _: d.command("import", str(d.path))),
    "keys rotate": ("keys rotated", "", lambda d, _: d.command("keys", "rotate")),
    "template delete": ("template deleted", "template", lambda d, _: d.command("template", "delete", "Acme")),
    "template rename": ("template renamed", "template", lambda d, _: d.command("template", "rename", "Acme", "B")),
    "template save": ("template saved", "done", lambda d, n: d.command("template", "save", "B", str(n))),
    "retry": (
        "import retried",
        "failed",
        lambda d, n: d.command("retry", str(n), "--map", "sku=what", "--map", "name=ever"),
    ),
    "source add": ("import source", "", lambda d, _: d.command("source", "add", NEW["url"])),
    "source delete": ("import source", "source", lambda d, n: d.command("source", "delete", str(n))),
    "source pause": ("import source", "source", lambda d, n: d.command("source", "pause", str(n))),
    "source run": ("import source run", "source", lambda d, n: d.command("source", "run", str(n))),
    "source take-over": ("import source taken over", "orphan", lambda d, n: d.command("source", "take-over", str(n))),
    "token create": ("token created", "", lambda d, _: d.command("token", "create", EMAIL, "mine")),
    "token revoke": ("token revoked", "token", lambda d, n: d.command("token", "revoke", str(n))),
    "undo": ("undo", "change", lambda d, n: d.command("undo", str(n))),
    "user create": ("user created", "", lambda d, _: d.command("user", "create", BOB)),
}
"""The command -> the action of its line, what must be there first, and how it is typed."""

CHANGE_NOTHING = {
    "backup",
    "bundle",
    "doctor",
    "errors",
    "export",
    "history",
    "log",
    "look",
    "past-imports",
    "plan",
    "sample",
}
CHANGE_NOTHING |= {"template list", "source list", "token list", "up", "url"}
CHANGE_NOTHING |= {"restore"}  # the audit log too is as it was in the backup
CHANGE_NOTHING |= {"storage move"}  # files lie elsewhere, and are the same
CHANGE_NOTHING |= {"index rebuild"}  # of what the products say already
OLD = "api_profiles."
"""The old address of api_import_templates: the same views."""
BESIDE = {"accounts.invitation": {"sign-in"}}
"""Two things at once: the link is used, and the user is signed in."""

EACH = [*PAGES, *(f"api_{name}" for name in API)]


@pytest.fixture
def doors(
    app: Flask,
    client: FlaskClient,
    run_import: Callable[..., Import],
    allowed: Any,
    supplier: Supplier,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Doors:
    """The three of them, of one admin."""
    user = users.by_email(EMAIL)
    assert user is not None
    allowed(webhook_allow=[ip_network("127.0.0.0/8")], webhook_http=True)
    program = Program(app, tokens.create(COMMAND_LINE, user, "all", "admin")[1])
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CATALOG_SOURCE_ALLOW", "127.0.0.0/8")
    monkeypatch.setenv("CATALOG_PASSWORD", PASSWORD)
    path = tmp_path / "a.csv"
    path.write_text("sku,name\nA1,Lamp\n")
    return Doors(app, client, program, run_import, supplier.url, path)


def lines() -> list[AuditEvent]:
    """The audit log, the newest first."""
    db.session.rollback()
    return list(audit.page().rows)


@pytest.fixture
def written(app: Flask) -> Iterator[list[str]]:
    """The routes to which something was sent."""
    endpoints: list[str] = []

    def note(_: Flask, **more: Any) -> None:
        if request.method not in SAFE:
            endpoints.append(request.endpoint or "")

    with request_started.connected_to(note, app):
        yield endpoints


@pytest.mark.parametrize("endpoint", EACH)
def test_each_route_that_writes_leaves_one_line(doors: Doors, written: list[str], endpoint: str) -> None:
    is_api = endpoint.startswith("api_")
    first, act = API[endpoint.removeprefix("api_")] if is_api else PAGES[endpoint]
    number = getattr(doors, first)() if first else 0
    before = len(lines())
    written.clear()
    act(doors, number)
    assert written[-1] == endpoint
    new = lines()[: len(lines()) - before]
    (line,) = [one for one in new if one.action not in BESIDE.get(endpoint, ())]
    assert len(new) == 1 + len(BESIDE.get(endpoint, ())), [one.action for one in new]
    assert line.action == access(endpoint, doors.app).audit
    assert line.email == (BOB if endpoint == "accounts.invitation" else EMAIL) and line.request_id
    if line.action != "sign-in":
        assert line.subject.endswith("through the API" if is_api else "on a page")


def test_every_route_that_writes_has_a_row(migrated_app: Flask) -> None:
    declared = {
        rule.endpoint: access(rule.endpoint, migrated_app).audit
        for rule in migrated_app.url_map.iter_rules()
        if (rule.methods or set()) - SAFE and not rule.endpoint.startswith(OLD)
    }
    audited = {endpoint for endpoint, action in declared.items() if action in audit.ACTIONS}
    assert audited == {*EACH, "accounts.welcome"}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_that_writes_leaves_one_line(doors: Doors, name: str) -> None:
    action, first, act = COMMANDS[name]
    number = getattr(doors, first)() if first else 0
    before = len(lines())
    act(doors, number)
    line, *rest = lines()
    assert len(rest) == before, [one.action for one in lines()]
    assert (line.action, line.email, line.request_id) == (action, "command line", "")
    assert line.subject.endswith("on the command line")


def test_every_command_has_a_row() -> None:
    names = set()
    for name, command in command_line.main.commands.items():
        inner = getattr(command, "commands", None)
        if not command.hidden:
            names |= {f"{name} {each}" for each in inner} if inner else {name}
    assert names == {name.partition(" --")[0] for name in COMMANDS} | CHANGE_NOTHING


def test_the_first_admin_makes_themself(app: Flask) -> None:
    browser = app.test_client()
    link = f"/welcome/{invitations.welcome_token(app.config['SECRET_KEY'])}"
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(browser.get(link).text)}
    assert browser.post(link, data=data).status_code == 303
    assert [(one.action, one.email, one.subject) for one in lines()] == [
        ("sign-in", EMAIL, ""),
        ("user created", EMAIL, f"{EMAIL}, admin, on a page"),
    ]


def test_what_is_decided_of_single_products_leaves_one_line(doors: Doors) -> None:
    number = doors.waiting()
    before = len(lines())
    doors.page(f"/imports/{number}/apply", save="1", **{"line-1": "skip"})
    line, *rest = lines()
    assert (line.action, len(rest)) == ("review choices", before)
    doors.page(f"/imports/{number}/apply", **{"line-1": "overwrite"})
    assert (lines()[0].action, len(lines())) == ("import applied", before + 2)


def test_a_source_that_is_due_leaves_its_log_alone(doors: Doors) -> None:
    number = doors.source()
    before = len(lines())
    assert running.run(number) is not None
    assert len(lines()) == before


def test_what_is_denied_leaves_none(doors: Doors) -> None:
    number = doors.source()
    before = len(lines())
    assert doors.program.ask("PATCH", f"/sources/{number}", json={"schedule": "x"}).status_code == 422
    assert doors.program.ask("POST", "/imports/999/apply").status_code == 404
    assert len(lines()) == before
