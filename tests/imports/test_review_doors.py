"""Review on pages and by the command."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from catalog.cli.command_line import main
from catalog.imports.run import whole_file
from catalog.models import Import
from tests.conftest import catalog, csrf
from tests.support.live import environment
from tests.support.shop import FILE, SHOP, edit, names

Run = Callable[..., Import]


def test_the_pages_of_a_review_from_the_form_to_the_decision(app: Flask, client: FlaskClient, run_import: Run) -> None:
    run_import(SHOP)
    token = csrf(client.get("/imports/new").text)
    file = (io.BytesIO(FILE.encode()), "spring.csv")
    answer = client.post(
        "/imports/new", data={"csrf_token": token, "review": "yes", "mode": "sync-delete", "file": file}
    )
    whole_file.run(2)
    page = client.get(answer.location).text
    assert "Review needed" in page and "Review changes" in page
    plan = client.get("/imports/2/plan")
    assert (
        "1 row was rejected, and 1 product without an accepted row in the file would be deleted."
        in plan.text.replace("\n", " ")
    )
    assert "<del>Stool</del>" in plan.text and "<ins>Chair</ins>" in plan.text
    assert "Refused 1" not in plan.text and "Rejected 1" in plan.text
    assert "sku" in client.get("/imports/2/plan?what=rejected").text
    assert "Nothing to show" in client.get("/imports/2/plan?q=nowhere").text
    assert client.get("/imports/2/plan?what=nonsense&after=x&field=y").status_code == 200
    edit("B", name="Sofa")
    plan = client.get("/imports/2/plan").text
    assert "Deleted 1" in plan and "Removed" not in plan
    asked = client.post("/imports/2/apply", data={"csrf_token": token})
    assert asked.status_code == 409 and "Choose what to do, then apply." in asked.text
    decision = {"csrf_token": token, "conflicts": "overwrite"}
    assert client.post("/imports/2/apply", data=decision).status_code == 303
    whole_file.run(2)
    assert names() == {"a": "Lamp", "B": "Chair", "d": "Desk"}
    shown = client.get("/imports/2").text
    assert "1 product deleted" in shown and "deleted, not in the file" in shown
    assert client.get("/imports/2/plan").status_code == 302
    client.post("/imports/2/discard", data={"csrf_token": token})
    assert "is not waiting for a decision" in client.get("/imports/2").text


def test_a_page_of_products_with_many_attributes_is_one_that_a_browser_can_show(
    client: FlaskClient, run_import: Run
) -> None:
    head = ",".join(f"a{n}" for n in range(300))
    rows = "".join(f"P{n},x{',y' * 300}\n" for n in range(20))
    row = run_import(f"sku,name,{head}\n{rows}", review=True)
    page = client.get(f"/imports/{row.id}/plan").text
    assert page.count("<dt>") < 2_200 and "search for this SKU to see all of them" in page
    page = client.get(f"/imports/{row.id}/plan?q=P19").text
    assert page.count("<dt>") > 300 and "search for this SKU to see all of them" not in page


def test_the_command_waits_applies_and_discards(
    app: Flask, shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "spring.csv"
    path.write_text(FILE)

    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, arguments)
        return result.exit_code, result.stdout

    code, told = command("import", "--json", "--review", str(path))
    assert (code, json.loads(told)["state"]) == (0, "review")
    assert command("apply", "9")[0] == 1
    code, told = command("apply", "2", "--json")
    assert (code, json.loads(told)["updated"]) == (0, 2)
    monkeypatch.setenv("CATALOG_BREAKER_FROM", "3")
    path.write_text("sku\nA\nB\n")
    done = CliRunner().invoke(main, ["import", "--mode", "delete", str(path)])
    assert (done.exit_code, "is waiting for review" in done.stdout) == (3, True)
    assert "Both rows are ready." in done.stderr, "the verdict, as `look` says it"
    assert command("discard", "3") == (0, "Import 3 is discarded. Nothing was changed.\n")
    assert command("import", "--mode", "delete", "--yes", str(path))[0] == 0
    assert len(catalog()) == 2
    assert command("import", "--blank", "price=maybe", str(path))[0] == 2


def test_the_command_lists_conflicts_with_both_values_and_decides_each(
    app: Flask, shop: None, run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    run_import("sku,name\nA,Lamp 2\nB,Chair\nC,Couch\n", review=True)
    edit("A", name="Lantern")
    edit("B", name="Sofa")

    def command(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, arguments)
        return result.exit_code, result.stdout, result.stderr

    a = 'A, line 2, updated: name is "Lantern" in the catalog, "Lamp 2" in the file'
    b = 'B, line 3, updated: name is "Sofa" in the catalog, "Chair" in the file'
    c = 'C, line 4, updated: name "Table" -> "Couch"'
    assert command("plan", "2")[:2] == (0, f"conflict: {a}\nconflict: {b}\n{c}\n")
    only = command("plan", "2", "--conflicts", "--json")[1].splitlines()
    assert [json.loads(line)["sku"] for line in only] == ["A", "B"]
    code, _, told = command("apply", "2")
    assert (code, a in told, b in told, "--keep SKU" in told) == (3, True, True, True)
    assert command("apply", "2", "--keep", "C")[0] == 2
    assert command("apply", "2", "--keep", "A", "--take", "a")[0] == 2
    assert command("apply", "2", "--keep", "a")[0] == 3  # B is not decided
    assert command("apply", "2", "--keep", "a", "--take", "B")[0] == 0
    assert names() == {"A": "Lantern", "B": "Chair", "C": "Couch"}
    assert command("plan", "2")[0] == 1 and command("plan", "9")[0] == 1
