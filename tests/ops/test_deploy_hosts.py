"""Several hosts: what can't run here is read. Its commands, settings and metrics are those that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from catalog.cli.command_line import main
from catalog.models import Import
from catalog.runtime import ROLES, Settings, variables
from tests.support import certificates
from tests.support.hosts import balancer

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
OF_OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "PYTHONUNBUFFERED"}
"""Variables that are not ours: of the library of buckets, and of Python."""
PROGRAMS = (
    ["gunicorn", "--config", "python:catalog.gunicorn", "wsgi:app"],
    ["python", "worker.py", "imports"],
    ["python", "worker.py", "quick"],
    ["python", "-m", "catalog.steward"],
    ["python", "-m", "catalog.webhooks"],
)
METRIC = re.compile(r"\b(catalog_\w+|up\b)(\{[^}]*\})?")
SETTING = re.compile(r"\b([A-Z_]+)=")
LABEL = re.compile(r'(\w+)(=~|=)"([^"]*)"')


def services() -> dict[str, Any]:
    """compose.scale.yaml with its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.scale.yaml").read_text())["services"]
    return found


def ours() -> dict[str, Any]:
    """The services that run Catalog."""
    return {name: service for name, service in services().items() if service["image"] == "catalog"}


def manifests(kind: str) -> dict[str, Any]:
    """The Kubernetes objects of a kind, by name."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    objects = [one for path in files for one in yaml.safe_load_all(path.read_text())]
    assert all({"apiVersion", "kind", "metadata"} <= set(one) for one in objects)
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def takes(words: list[str]) -> bool:
    """Whether there is this program; `catalog` must know the command and its options."""
    if words[0] != "catalog":
        return words in PROGRAMS
    command = main.commands[words[1]]
    command.make_context(words[1], words[2:], resilient_parsing=False)
    return True


def test_a_command_that_there_is_not_is_found() -> None:
    assert not takes(["python", "worker.py", "slow"])
    for wrong in (["catalog", "up", "--rolls", "web"], ["catalog", "up", "--roles", "cook"]):
        with pytest.raises(click.UsageError):
            takes(wrong)


def test_compose_has_two_webs_three_importers_and_all_they_share() -> None:
    found = ours()
    assert [name for name in found if name.startswith("web-")] == ["web-1", "web-2"]
    assert found["imports"]["deploy"]["replicas"] == 3
    assert {"postgres", "redis", "bucket", "balancer"} <= set(services())
    commands = [service.get("command", list(PROGRAMS[0])) for service in found.values()]
    assert all(takes(words) for words in commands)
    assert [words for words in PROGRAMS if words not in commands] == []
    for service in found.values():
        assert set(service["environment"]) <= set(variables()) | OF_OTHERS
        assert service["environment"]["STORAGE_URL"].startswith("s3://") and "volumes" not in service
    for service in services().values():
        assert set(service.get("depends_on", [])) <= set(services())


def test_no_password_of_compose_has_a_default() -> None:
    text = (ROOT / "compose.scale.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "BUCKET_PASSWORD", "SECRET_KEY"):
        uses = re.findall(rf"\$\{{{name}(?![A-Z_])[^}}]*\}}", text)
        assert uses and all(":?" in use for use in uses), name


def test_kubernetes_runs_every_program_on_the_same_settings() -> None:
    deployments = manifests("Deployment")
    pods = {name: one["spec"]["template"]["spec"] for name, one in deployments.items()}
    (job,) = manifests("Job").values()
    pods["prepare"] = job["spec"]["template"]["spec"]
    containers = {name: pod["containers"][0] for name, pod in pods.items()}
    assert sorted(c["command"] for c in containers.values()) == sorted([*PROGRAMS, ["catalog", "prepare"]])
    assert all(takes(container["command"]) for container in containers.values())
    settings = manifests("ConfigMap")["catalog"]["data"] | manifests("Secret")["catalog"]["stringData"]
    assert set(settings) <= set(variables()) | OF_OTHERS
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STORAGE_URL"} <= set(settings)
    for name, container in containers.items():
        assert container["envFrom"] == [{"configMapRef": {"name": "catalog"}}, {"secretRef": {"name": "catalog"}}]
        assert {one["name"] for one in container.get("env", [])} <= set(variables())
        assert container["image"] == containers["prepare"]["image"], name
        assert pods[name]["securityContext"]["runAsNonRoot"]
    for one in deployments.values():
        assert one["spec"]["selector"]["matchLabels"] == one["spec"]["template"]["metadata"]["labels"]


def test_kubernetes_asks_a_web_process_whether_it_is_ready_and_alive(app: Flask) -> None:
    web = manifests("Deployment")["catalog-web"]
    (container,) = web["spec"]["template"]["spec"]["containers"]
    paths = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert paths == {"readinessProbe": "/readyz", "livenessProbe": "/healthz", "startupProbe": "/healthz"}
    for path in set(paths.values()):  # it is asked by the address of its pod
        assert app.test_client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200
    labels = web["spec"]["template"]["metadata"]["labels"]
    assert manifests("Service")["catalog"]["spec"]["selector"].items() <= labels.items()


def test_ports_and_files_are_those_that_there_are() -> None:
    port = str(Settings.model_fields["port"].default)
    image = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^EXPOSE (\d+)$", image, re.MULTILINE) == [port] and f"PORT={port}" in image
    servers = re.findall(r"^    server \S+ \S+:(\d+)", (DEPLOY / "haproxy.cfg").read_text(), re.MULTILINE)
    assert servers == [port, port]
    (container,) = manifests("Deployment")["catalog-web"]["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": int(port)}]
    assert {one["targetPort"] for one in manifests("Service")["catalog"]["spec"]["ports"]} == {"http"}
    mounted = [one for service in services().values() for one in service.get("volumes", []) if one[0] == "."]
    assert mounted and all((ROOT / one.split(":")[0]).is_file() for one in mounted)
    for unit in DEPLOY.glob("*.service"):
        text = unit.read_text()
        assert "EnvironmentFile=/etc/catalog.env" in text and "WorkingDirectory=/opt/catalog\n" in text, unit
        given = {
            name for words in re.findall(r"^Environment=(.*)$", text, re.MULTILINE) for name in SETTING.findall(words)
        }
        assert given <= set(variables()) | OF_OTHERS | {"WORKERS"}, unit


def test_the_unit_of_a_role_starts_that_role(tmp_path: Path) -> None:
    text = (DEPLOY / "catalog-role@.service").read_text()
    (command,) = re.findall(r"^ExecStart=\S*/(catalog .*)$", text, re.MULTILINE)
    for role in ROLES:
        assert takes(command.replace("%i", role).replace("${WORKERS}", "3").split())
    if shutil.which("systemd-analyze"):
        unit = tmp_path / "catalog-role@web.service"
        unit.write_text(re.sub(r"=/opt/\S+/catalog", "=/bin/true", text))
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
        )
        assert [line for line in done.stderr.splitlines() if "catalog" in line] == []


def test_haproxy_understands_its_file_and_holds_no_stream_back(tmp_path: Path) -> None:
    text = (DEPLOY / "haproxy.cfg").read_text()
    assert set(re.findall(r"^    server (\S+)", text, re.MULTILINE)) == {"web-1", "web-2"} <= set(services())
    assert "httpchk GET /readyz" in text and "compression" not in text and "http-buffer-request" not in text
    for header in ("X-Forwarded-Proto", "X-Forwarded-Host"):
        assert f"set-header {header} " in text
    if shutil.which("haproxy"):
        certificates.write(tmp_path / "catalog.pem", "catalog.example.com")
        file = tmp_path / "haproxy.cfg"
        text = re.sub(r" web-(\d):8000", r" 127.0.0.\1:8000", text)  # no name of these is known here
        file.write_text(text.replace("/etc/haproxy/", f"{tmp_path}/"))
        beside = tmp_path / "hosts.cfg"
        beside.write_text(balancer.configuration("127.0.0.1", {"web-a": "127.0.0.2", "web-b": "127.0.0.3"}))
        for one in (file, beside):
            done = subprocess.run(["haproxy", "-c", "-f", one], capture_output=True, text=True, check=False)
            assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr


def expressions() -> list[str]:
    """All queries of the dashboard and of the alerts."""
    board = json.loads((DEPLOY / "monitoring" / "dashboard.json").read_text())
    alerts = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yaml").read_text())
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    assert all({"summary", "action"} <= set(rule["annotations"]) for rule in rules)
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]] + [
        rule["expr"] for rule in rules
    ]


def test_every_metric_of_dashboard_and_alerts_is_there_with_its_labels(
    app: Flask, run_import: Callable[..., Import]
) -> None:
    run_import("sku,name\nA1,Lamp\n")
    client = app.test_client()
    client.get("/healthz")
    there: dict[str, set[tuple[str, str]]] = {"up": {("job", "catalog")}}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            there.setdefault(sample.name, {("instance", "")}).update(sample.labels.items())
    used = {name for one in expressions() for name, _ in METRIC.findall(one)}
    assert used <= set(there) and len(used) > 12, used - set(there)
    for one in expressions():
        asked = [(name, *label) for name, labels in METRIC.findall(one) for label in LABEL.findall(labels)]
        for name, label, compared, value in asked:
            values = {found for known, found in there[name] if known == label}
            assert values if compared == "=~" and "." in value else set(value.split("|")) <= values, one
        grouped = {name for names in re.findall(r"by \(([^)]*)\)", one) for name in names.split(", ")} - {"le"}
        assert grouped <= {label for name, _ in METRIC.findall(one) for label, _ in there[name]}, one


@pytest.mark.parametrize("expression", expressions())
def test_brackets_of_queries_are_closed(expression: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
