"""Sources over the API: made, changed, paused, asked for, removed; and from the command line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from catalog.cli import command_line
from catalog.imports.sources import due
from tests.support.live import environment
from tests.support.programs import Program, problem
from tests.support.suppliers import Supplier


def test_a_source_over_the_api(writer: Program, allowed: Any, supplier: Supplier) -> None:
    draft = {"url": supplier.url, "schedule": "0 6 * * *", "time_zone": "Asia/Tokyo"}
    made = writer.ask("POST", "/sources", json=draft | {"blank": "keep"})
    assert (made.status_code, made.json["next_run_at"][11:16]) == (201, "21:00")
    place = made.headers["Location"].removeprefix("/api/v1")
    assert writer.ask("POST", f"{place}/run").status_code == 202
    assert due.run_due() == 1
    (done,) = writer.ask("GET", f"{place}/runs").json["runs"]
    assert (done["outcome"], done["import_id"], done["by_hand"]) == ("imported", 1, True)
    draft = {"enabled": False, "extra": "drop", "mode": "sync", "delimiter": ";"}
    changed = writer.ask("PATCH", place, json=draft).json
    assert (changed["options"]["mode"], changed["options"]["delimiter"]) == ("sync", ";")
    told = (changed["enabled"], changed["options"]["extra"], changed["options"]["blank"])
    assert told == (False, "drop", "keep") and changed["schedule"] == "0 6 * * *"
    assert [one["id"] for one in writer.ask("GET", "/sources").json["sources"]] == [1]
    assert writer.ask("DELETE", place).status_code == 204
    problem(writer.ask("GET", place), 404, "not_found")


def test_what_can_not_be_names_its_field(writer: Program, reader: Program) -> None:
    inside = writer.ask("POST", "/sources", json={"url": "https://10.0.0.1/a.csv"})
    assert problem(inside, 422, "invalid")["errors"][0]["field"] == "url"
    never = {"url": "https://8.8.8.8/a.csv", "schedule": "0 0 30 2 *"}
    found = problem(writer.ask("POST", "/sources", json=never), 422, "invalid")
    assert found["errors"][0]["field"] == "schedule"
    problem(reader.ask("POST", "/sources", json=never), 403, "forbidden")


def test_the_command_line_has_it_all(app: Flask, supplier: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CATALOG_SOURCE_ALLOW", "127.0.0.0/8")

    def catalog(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(command_line.main, list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return result.stdout

    once = json.loads(catalog("import", supplier.url, "--json"))
    assert (once["state"], once["created"]) == ("completed", 1)
    assert catalog("source", "add", supplier.url, "--schedule", "@daily") == "1\n"
    ran = json.loads(catalog("source", "run", "1", "--json"))
    assert (ran["outcome"], ran["state"]) == ("imported", "completed")
    assert "has not changed" in catalog("source", "run", "1")
    catalog("source", "pause", "1")
    assert re.match(r"1\t@daily UTC, paused\tunchanged\t", catalog("source", "list"))
    catalog("source", "delete", "1")
    catalog("source", "run", "1", code=1)
    monkeypatch.setenv("CATALOG_SOURCE_ALLOW", "")
    catalog("import", supplier.url, code=1)
    catalog("import", str(Path("/nowhere.csv")), code=2)
