"""What can't run here is read: containers and units name commands, files and settings that there are."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.ops import embedded_servers, ownership
from catalog.runtime import variables
from catalog.web.server import incoming

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
PROCESSES = (
    "gunicorn --config python:catalog.gunicorn wsgi:app",
    "worker.py imports",
    "worker.py quick",
    "-m catalog.steward",
    "-m catalog.webhooks",
)


def compose() -> dict[str, Any]:
    """compose.yaml with its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_compose_runs_every_process_on_the_same_servers() -> None:
    services = compose()["services"]
    ours = {name: s for name, s in services.items() if s["image"] == "catalog"}
    assert set(ours) == {"prepare", "web", "imports", "quick", "steward", "webhooks"}
    for service in ours.values():
        assert set(service["environment"]) <= set(variables())
        assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} <= set(service["environment"])
        assert service["volumes"] == ["data:/data"]
    assert all(name in services for s in services.values() for name in s.get("depends_on", []))
    assert {"postgres", "redis", "caddy"} <= set(services)


def test_the_database_of_compose_is_not_its_superusers() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    postgres, owner = services["postgres"], services["owner"]
    assert postgres["environment"]["POSTGRES_USER"] == ownership.SETUP
    assert f"//{ownership.ROLE}:" in services["web"]["environment"]["DATABASE_URL"]
    assert "sockets:/var/run/postgresql" in postgres["volumes"]
    assert "sockets:/var/run/postgresql" in owner["volumes"]
    files = [v.split(":")[0] for v in owner["volumes"] if v.startswith("./")]
    assert all((ROOT / file).is_file() for file in files) and len(files) == 2
    assert "owner" in services["prepare"]["depends_on"]
    for name in ("log_min_error_statement", "log_error_verbosity"):
        assert f"{name}={embedded_servers.POSTGRES_SETTINGS[name]}" in postgres["command"]


def test_no_container_starts_without_a_password_and_a_key_of_its_own() -> None:
    text = (ROOT / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "SECRET_KEY"):
        uses = re.findall(rf"\$\{{{name}(?![A-Z_])[^}}]*\}}", text)
        assert uses and all(":?" in use for use in uses), name


def test_the_image_holds_what_the_processes_need() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    assert all((ROOT / name).exists() for name in copied)
    assert {"catalog", "templates", "static", "migrations", "wsgi.py", "worker.py"} <= copied
    assert "USER catalog" in text


def test_the_units_start_every_process() -> None:
    target = (DEPLOY / "catalog.target").read_text()
    commands = "".join(path.read_text() for path in UNITS)
    for instance in ("imports", "quick"):
        assert f"catalog-worker@{instance}.service" in target
        commands += f"worker.py {instance}"
    assert all(process in commands for process in PROCESSES)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (*UNITS, DEPLOY / "catalog.target"):
        text = path.read_text().replace("/opt/catalog/.venv/bin/", "/bin/")
        text = re.sub(r"=/bin/\S+", "=/bin/true", text)
        (tmp_path / path.name).write_text(text)
    units = [str(tmp_path / "catalog.target")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "catalog" in line]
    assert ours == []


def test_streams_are_not_buffered() -> None:
    assert "flush_interval -1" in (DEPLOY / "Caddyfile").read_text()
    assert "proxy_buffering off" in (DEPLOY / "nginx.conf").read_text()


def test_what_stands_in_front_says_who_came_and_is_believed() -> None:
    for service in compose()["services"].values():
        if service["image"] == "catalog":
            assert service["environment"]["CATALOG_PROXIES"] == "1"
            assert "DOMAIN" in service["environment"]["CATALOG_TRUSTED_HOSTS"]
    nginx = (DEPLOY / "nginx.conf").read_text()
    server, *places = nginx.split("location ")
    for name in ("For", "Proto", "Host"):  # what is not set goes through as it came
        assert f"proxy_set_header X-Forwarded-{name} $" in server
    # A place that sets one header of its own inherits none.
    assert not any("proxy_set_header" in place for place in places)


def test_slow_senders_wait_in_front() -> None:
    server, *places = (DEPLOY / "nginx.conf").read_text().split("location ")
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert f"{name} " in server
    files = next(place for place in places if "uploads" in place).split(" {")[0]
    whole = next(place for place in places if place.startswith("/ {"))
    assert "proxy_request_buffering on" in whole
    pattern = files.removeprefix("~ ")
    for path in ("/imports/new", "/uploads/a1", "/api/v1/imports", "/api/v1/uploads/a1"):
        assert re.fullmatch(pattern, path)
        assert incoming.FILE.match(f"POST {path} HTTP/1.1".encode())
    assert not re.fullmatch(pattern, "/login")
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert "read_header " in caddy
    assert "request_buffers " in caddy


def test_the_document_names_every_process_and_file() -> None:
    words = (ROOT / "docs" / "deploy.md").read_text()
    assert all(process in words for process in PROCESSES)
    for link in re.findall(r"\]\(\.\./([^)]+)\)", words):
        assert (ROOT / link).exists()
