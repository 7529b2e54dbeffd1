"""Every route with what it declares, held to the table in routes.txt: a right changes only with its line there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog.app import create_app
from catalog.web import front
from catalog.web.http import routes
from catalog.web.http.routes import PAGE_ONLY, PERSON_ONLY, Access, Blueprint

TABLE = Path(__file__).with_name("routes.txt")
SHORT = {PAGE_ONLY: "page alone", PERSON_ONLY: "person alone"}


def _marks(declared: Access) -> Iterator[str]:
    for name in ("is_file", "polled", "without_factor", "any_host"):
        if getattr(declared, name):
            yield name.replace("_", " ")
    if declared.body != "form":
        yield declared.body
    if declared.audit:
        yield f"audit: {declared.audit.partition(': ')[0]}"


def _table(app: Flask) -> list[str]:
    lines = []
    for rule in app.url_map.iter_rules():
        declared = routes.access(rule.endpoint, app)
        who = f"scope {declared.scope}" if declared.scope else declared.role
        operation = SHORT.get(declared.api, declared.api)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"} or rule.methods or ()):
            cells = [rule.endpoint, method, who, ", ".join(_marks(declared)), operation]
            lines.append(" | ".join(cells).rstrip(" |"))
    return sorted(lines)


def test_every_route_declares_what_the_table_says(migrated_app: Flask) -> None:
    assert _table(migrated_app) == TABLE.read_text().splitlines()


@pytest.mark.parametrize(
    "path, declared, lack",
    [
        ("/new", {}, "no role"),
        ("/new", {"role": "owner"}, "no role"),
        ("/new", {"role": "viewer"}, "no operation"),
        ("/api/v1/new", {"role": "viewer"}, "no scope"),
        ("/post", {"role": "public"}, "no action of the audit log"),
    ],
)
def test_an_app_with_a_route_that_lacks_it_does_not_start(
    migrated_app: Flask, monkeypatch: pytest.MonkeyPatch, path: str, declared: dict[str, str], lack: str
) -> None:
    bp = Blueprint("extra", __name__)
    bp.route(path, methods=["POST" if path == "/post" else "GET"], endpoint="lacking", **declared)(lambda: "")
    install = front.install

    def with_extra(app: Flask, settings: object) -> None:
        app.register_blueprint(bp)
        install(app, settings)

    monkeypatch.setattr(front, "install", with_extra)
    with pytest.raises(routes.Undeclared, match=rf"The route extra\.lacking \({path}\) (writes, and )?declares {lack}"):
        create_app(migrated_app.config["SETTINGS"])
