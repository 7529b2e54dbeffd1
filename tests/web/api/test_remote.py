"""The command line on a Catalog elsewhere: a real server, uploads and downloads over HTTP."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from click.testing import CliRunner, Result
from flask import Flask

from catalog import importer
from catalog.cli.command_line import main
from catalog.imports.intake import import_templates
from catalog.imports.report import wording
from catalog.models import COUNTS, ImportSource, db
from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD
from tests.importer.test_formats import zipped
from tests.support.live import COMMAND, environment
from tests.support.shop import edit, names
from tests.web.test_forms_keep import EVERY_OPTION, assert_has_all

FILE = "part,title,price\nA1,Lamp,1.50\na1,Lamp,2\nA2,Chair,much\n"


@pytest.fixture
def elsewhere(app: Flask, address: str) -> Iterator[dict[str, str]]:
    """The environment that names a running Catalog and nothing else."""
    settings = app.config["SETTINGS"]
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)
    token = tokens.create(COMMAND_LINE, user, "cli", "write")[1]
    db.session.commit()
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    env = {k: v for k, v in environment(settings).items() if k not in ours}
    with tempfile.TemporaryDirectory() as home:
        yield env | {"CATALOG_HOME": home, "CATALOG_URL": address, "CATALOG_TOKEN": token}


def run(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with that environment."""
    return subprocess.run([*COMMAND, *arguments], check=False, env=env, capture_output=True, text=True, timeout=120)


def test_import_and_export_elsewhere(elsewhere: dict[str, str], tmp_path: Path) -> None:
    file, back = tmp_path / 'a "b".csv', tmp_path / "back.csv"
    file.write_text(FILE)
    mapped = ["--map", "sku=part", "--map", "name=title"]
    result = run(elsewhere, "import", "--json", *mapped, str(file))
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    warned = {one["kind"]: one["count"] for one in told.pop("warnings")}
    assert warned == {"alike_skus": 1, "repeated_skus": 1}
    assert told.pop("seconds") > 0 and told == {
        "id": 1,
        "state": "completed",
        "rows": 3,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "deleted": 0,
        "skipped": 0,
        "duplicates": 1,
        "rejected": 1,
        "blank": 0,
        "deactivated": 0,
        "removed": 0,
        "error": None,
        "outcome": "part",
        "questions": [],
        "columns": {"sku": "part", "name": "title", "price": "price"},
        "stopped": [],
        "same_as": None,
    }
    assert "100%" in result.stderr
    assert said(elsewhere, "export", str(back)).exit_code == 0
    again = said(elsewhere, "import", str(back))
    assert again.exit_code == 0 and "1 unchanged" in again.stdout
    swept = tmp_path / "swept.csv"
    swept.write_bytes("Lager\nKäse;x\nA1;x\n".encode("cp1252"))
    words = [
        "--mode",
        "delete",
        "--no-header",
        "--skip",
        "1",
        "--delimiter",
        ";",
        "--encoding",
        "cp1252",
        "--map",
        "sku=1",
        "--map",
        "name=2",
    ]
    removed = said(elsewhere, "import", "--json", *words, str(swept))
    told = json.loads(removed.stdout)
    assert (told["rows"], told["deleted"], told["skipped"]) == (2, 1, 1), told
    bad = tmp_path / "bad.csv"
    bad.write_text("nonsense\n")
    assert said(elsewhere, "import", str(bad)).exit_code == 1
    refused = said(elsewhere | {"CATALOG_TOKEN": "x"}, "import", str(file))
    assert refused.exit_code == 1 and "The token is unknown" in refused.stderr
    nobody = said(elsewhere | {"CATALOG_URL": "http://127.0.0.1:9"}, "export", str(tmp_path / "x.csv"))
    assert nobody.exit_code == 1 and "does not answer" in nobody.stderr


def said(env: dict[str, str], *arguments: str) -> Result:
    """The command in this process, which need not start for it."""
    return CliRunner().invoke(main, arguments, env=env)


def test_the_options_of_an_import_mean_the_same_elsewhere(
    elsewhere: dict[str, str], app: Flask, tmp_path: Path
) -> None:
    """Archives, templates, the same file again, corrections."""
    packed, plain = tmp_path / "spring.zip", tmp_path / "plain.csv"
    packed.write_bytes(zipped(a__csv=b"part,title\nA1,Lamp\n", b__csv=b"title,part\n,B1\n"))
    plain.write_text("part;title;price\nA1;;\nC1;Cup;2\n")
    mapped = ["--map", "sku=part", "--map", "name=title"]
    undecided = said(elsewhere, "import", *mapped, str(packed))
    assert undecided.exit_code == 3 and "--members" in undecided.stdout
    each = said(elsewhere, "import", "--json", "--members", "each", *mapped, str(packed))
    first, second = map(json.loads, each.stdout.splitlines())
    assert (each.exit_code, first["created"], second["outcome"]) == (1, 1, "none")
    number = str(second["id"])
    fixed = said(elsewhere, "correct", number, "--row", "1", "--set", "title=Bed", "--run", "--json")
    assert json.loads(fixed.stdout)["created"] == 1, fixed.stderr
    assert fixed.stderr.startswith("1 row corrected.\n")
    nothing = said(elsewhere, "correct", number, "--run")
    assert nothing.exit_code == 1 and "No row was fixed" in nothing.stderr
    assert said(elsewhere, "correct", number, "--row", "1").exit_code == 2
    again = said(elsewhere, "import", "--skip-same", "--members", "each", "--json", str(packed))
    assert again.exit_code == 0 and "It is skipped." in again.stderr
    assert json.loads(again.stdout)["id"] == second["id"]
    with app.app_context():
        options = importer.Options(columns={"sku": "part", "name": "title"}, mode="update", numbers="plain")
        import_templates.save(COMMAND_LINE, "Acme", options, ["part", "title", "price"])
    kept = ["--template", "acme", "--blank", "title=keep", "--delimiter", ";", "--json"]
    result = said(elsewhere, "import", *kept, str(plain))
    told = json.loads(result.stdout)
    assert (told["skipped"], told["rejected"]) == (1, 1), result.stderr
    missing = said(elsewhere, "import", "--template", "nobody", str(plain))
    assert missing.exit_code == 1 and "no template" in missing.stderr
    far = said(elsewhere, "import", "http://127.0.0.1:9/x.csv")
    assert far.exit_code == 1 and "not public" in far.stderr


def test_other_commands_work_elsewhere_or_say_that_they_do_not(elsewhere: dict[str, str], tmp_path: Path) -> None:
    file, packed = tmp_path / "x.csv", tmp_path / "bundle.zip"
    file.write_text("sku,name\nA1,Lamp\n")

    def good(*arguments: str) -> str:
        result = said(elsewhere, *arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    good("import", str(file))
    assert "x.csv: Import 1 completed" in good("past-imports", "--mode", "upsert")
    assert json.loads(good("past-imports", "--json", "--limit", "1"))["created"] == 1
    assert "name: import 1, line 2 of x.csv" in good("history", "a1")
    assert "Received x.csv" in good("log", "1")
    assert json.loads(good("log", "1", "--json").splitlines()[0])["at"]
    good("bundle", "1", str(packed))
    assert "1 unchanged" in good("import", str(packed))
    assert good("template", "save", "Acme", "1") == "Saved as Acme.\n"
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("part;title\nB1;Bed\n")
    ways = ("--map", "sku=part", "--map", "name=title", "--delimiter", ",")
    assert said(elsewhere, "import", *ways, str(wrong)).exit_code == 1
    assert "1 created" in good("retry", "3", "--delimiter", ";")
    assert said(elsewhere, "retry", "3", "--map", "name=part", "--template", "acme").exit_code == 1
    good("template", "rename", "acme", "Ajax")
    assert good("template", "list").startswith("Ajax\t")
    good("template", "delete", "Ajax")
    assert good("template", "list", "--json") == "[]\n"
    number = good("source", "add", "https://8.8.8.8/x.csv", "--schedule", "0 6 * * *").strip()
    good("source", "pause", number)
    assert good("source", "list").startswith(f"{number}\t0 6 * * * UTC, paused\t-\t")
    good("source", "delete", number)
    assert json.loads(good("undo", "1", "--preview", "--json"))["deleted"] == 1
    assert "1 deleted" in good("undo", "1")
    for words in (
        ("undo", "1"),
        ("history", "a1"),
        ("bundle", "99", str(tmp_path / "none")),
        ("template", "delete", "x"),
        ("source", "run", "9"),
    ):
        assert said(elsewhere, *words).exit_code == 1, words
    assert not (tmp_path / "none").exists()


def test_the_words_of_a_terminal_count_what_the_table_counts() -> None:
    assert wording.COUNTS == COUNTS


def test_a_source_elsewhere_has_every_choice(elsewhere: dict[str, str]) -> None:
    result = said(elsewhere, "source", "add", "https://8.8.8.8/a", *EVERY_OPTION)
    assert result.exit_code == 0, result.stderr
    row = db.session.get(ImportSource, int(result.stdout))
    assert row is not None
    assert_has_all(row.options)


def test_an_open_question_is_asked_and_answered_elsewhere_too(elsewhere: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "both.zip"
    file.write_bytes(zipped(a__csv=b"sku,name\nA1,Lamp\n", b__csv=b"sku,name\nB1,Bed\n"))
    done = said(elsewhere, "import", str(file))
    assert done.exit_code == 3 and "`catalog retry 1 --members each`. Other values: `joined`." in done.stdout
    again = said(elsewhere, "retry", "1", "--members", "joined", "--json")
    assert (again.exit_code, json.loads(again.stdout)["created"]) == (0, 2)


def test_conflicts_elsewhere_are_listed_and_decided_product_by_product(
    elsewhere: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("sku,name\nA,Lamp\nB,Chair\n")
    said(elsewhere, "import", str(file))
    file.write_text("sku,name\nA,Lamp 2\nB,Chair 2\n")
    said(elsewhere, "import", "--review", str(file))
    edit("A", name="Lantern")
    edit("B", name="Sofa")
    a = 'A, line 2, updated: name is "Lantern" in the catalog, "Lamp 2" in the file'
    assert a in said(elsewhere, "plan", "2", "--conflicts").stdout
    refused = said(elsewhere, "apply", "2")
    assert (refused.exit_code, a in refused.stderr) == (3, True)
    assert said(elsewhere, "apply", "2", "--take", "C").exit_code == 2
    done = said(elsewhere, "apply", "2", "--take", "a", "--conflicts", "skip")
    assert done.exit_code == 0, done.stderr
    assert names() == {"A": "Lamp 2", "B": "Sofa"}
    assert said(elsewhere, "plan", "2").exit_code == 1


def test_corrected_rows_that_are_rejected_again_are_exit_1(elsewhere: dict[str, str], tmp_path: Path) -> None:
    """The exit code is that of this run, though the import took rows before."""
    path = tmp_path / "part.csv"
    path.write_text("sku,name,price\nA1,Lamp,1\nA2,Chair,more\n")
    part = json.loads(said(elsewhere, "import", "--json", str(path)).stdout)
    some = ("correct", str(part["id"]), "--row", "2", "--run", "--set")
    failed = said(elsewhere, *some, "price=still more")
    assert failed.exit_code == 1, failed.stdout
    assert "1 fixed row: 0 imported, 1 still rejected" in failed.stdout
    assert said(elsewhere, *some, "price=2").exit_code == 0


def test_slashes_reach_us_through_the_server_too(app: Flask, address: str) -> None:
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)
    headers = {"Authorization": f"Bearer {tokens.create(COMMAND_LINE, user, 'sku', 'write')[1]}"}
    for sku in ("A/B", "A//B", "/first", "last/"):
        place = f"{address}/api/v1/products/by-sku/{quote(sku, safe='')}"
        made = requests.put(place, json={"name": "Lamp"}, headers=headers, timeout=30)
        read = requests.get(place, headers=headers, timeout=30)
        assert (made.status_code, made.json()["sku"], read.json()) == (201, sku, made.json())
