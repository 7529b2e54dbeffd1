"""What docs/security.md claims of every page, address and file at once."""

import configparser
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.models import Base, db
from catalog.people import COMMAND_LINE, invitations
from catalog.web.http.routes import PUBLIC, access
from tests.web.test_access import routes

ROOT = Path(__file__).resolve().parent.parent

PASSWORD_FIELD = re.compile(r'<input[^>]*name="(?:password|current)"[^>]*>')
# What a request itself leaves behind: who is here, and what was refused.
OF_REQUESTS = {"sessions", "audit_events", "login_attempts"}


def pages(app: Flask) -> list[str]:
    """Every address that can be read, but for streams, which do not end."""
    return [
        path
        for rule, method, path in routes(app)
        if method == "GET" and "events" not in rule.rule and "static" not in rule.rule
    ]


def kept() -> dict[str, str]:
    """Each table and what it holds."""
    with db.engine.connect() as connection:
        return {
            name: connection.execute(
                text(f"SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} t")
            ).scalar_one()
            for name in sorted(set(Base.metadata.tables) - OF_REQUESTS)
        }


def test_reading_changes_nothing(client: FlaskClient, app: Flask, run_import) -> None:
    run_import("sku,name\nA1,Lamp\n,x\n")
    before = kept()
    for path in pages(app):
        client.get(path)
    assert kept() == before and len(pages(app)) > 40


def test_every_page_offers_to_sign_out(client: FlaskClient, app: Flask, run_import) -> None:
    run_import("sku,name\nA1,Lamp\n,x\n")
    strangers = {rule.rule for rule in app.url_map.iter_rules() if access(rule.endpoint, app).role == PUBLIC}
    without = []
    for path in (path for path in pages(app) if path not in strangers):
        answer = client.get(path)
        if answer.status_code == 200 and b"<html" in answer.data:
            without += [] if 'action="/logout"' in answer.text else [path]
    assert without == []


def test_no_other_site_may_read_an_answer(client: FlaskClient, app: Flask) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/login", "/products", "/api/v1/products", "/uploads", "/healthz"):
        for method in ("GET", "OPTIONS"):
            answer = client.open(path, method=method, headers=headers)
            names = {name.lower() for name, _ in answer.headers}
            assert not {name for name in names if "access-control" in name}, path


def test_password_fields_help_password_managers(client: FlaskClient, app: Flask) -> None:
    user = invitations.invite(COMMAND_LINE, "bob@example.com", "viewer")
    link = f"/invitation/{invitations.link_token(user, 'only for tests')}"
    for browser, path in (
        (app.test_client(), "/login"),
        (app.test_client(), link),
        (client, "/account"),
        (client, "/account/factor"),
    ):
        page = browser.get(path).text
        fields = PASSWORD_FIELD.findall(page)
        assert fields, path
        for field in fields:
            assert 'type="password"' in field, path
            assert re.search(r'autocomplete="(new|current)-password"', field), path
        assert "onpaste" not in page
        forms = [form for form in page.split("<form")[1:] if PASSWORD_FIELD.search(form)]
        assert all('method="post"' in form.partition(">")[0] for form in forms)


@pytest.mark.parametrize("path", ["../setup.cfg", "..%2fsetup.cfg", "%2e%2e/setup.cfg", "/etc/passwd", ".git/HEAD"])
def test_no_file_is_served_but_those_of_static(client: FlaskClient, path: str) -> None:
    for address in (f"/static/{path}", f"/{path}"):
        assert client.get(address).status_code in (303, 308, 400, 404)
    assert ".git" in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_browser_keeps_theme_density_zone_uploads_and_unsent_cells_alone() -> None:
    source = "".join(path.read_text() for path in (ROOT / "static" / "js").rglob("*.js"))
    written = re.findall(r"(?:local|session)Storage\.setItem\(([^,]+),", source)
    assert set(written) == {'"theme"', '"density"', "unsent()", "keyOf(file)"}
    assert re.findall(r"document\.cookie = `\$\{(\w+)\}", source) == ["told"] and "const told = `zone=" in source
    assert source.count("document.cookie =") == 1


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_package_has_its_exact_version_and_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.split(r"\n(?=[A-Za-z])", text.strip())
    assert len(packages) > 50 and "://" not in text
    assert [p for p in packages if not re.match(r"[\w.-]+==[\w.]+\b.*\\\n +--hash=sha256:", p)] == []
    assert "--require-hashes" in (ROOT / "Makefile").read_text()


def test_every_dependency_is_pinned() -> None:
    """What setup.cfg names is in the files that pip installs from: `make pins`."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    for name, wanted in (
        ("requirements.txt", setup["options"]["install_requires"]),
        ("requirements-test.txt", setup["options.extras_require"]["test"]),
    ):
        pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(), re.MULTILINE))
        needed = {re.split(r"[\[<>=;]", line)[0].strip() for line in wanted.split("\n") if line}
        assert needed and needed - pinned == set()
