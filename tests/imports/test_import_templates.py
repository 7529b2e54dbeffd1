"""Templates: kept from an import, used by command and API, renamed and deleted everywhere."""

import json
from collections.abc import Callable
from pathlib import Path

import flask_migrate
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli import option_set
from catalog.cli.command_line import main
from catalog.imports.intake import import_templates
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.runtime.core import MIGRATIONS
from tests.conftest import csrf

Run = Callable[..., Import]


def test_a_template_is_kept_renamed_and_deleted_on_the_page(client: FlaskClient, run_import: Run) -> None:
    run_import("No;title\n1;Lamp\n", columns={"sku": "#1"})
    page = client.get("/imports/1").text
    token = {"csrf_token": csrf(page)}
    client.post("/imports/1/template", data=token | {"name": " Acme  Ltd "})
    (kept,) = import_templates.listed()
    assert (kept.name, kept.options["columns"]) == ("Acme Ltd", {"sku": "No"})
    assert kept.fingerprint == importer.fingerprint(["NO ", "Title"])
    client.post("/imports/1/template", data=token | {"name": "acme ltd"})
    assert len(import_templates.listed()) == 1
    client.post("/imports/1/template", data=token | {"name": "Other"})
    answer = client.post("/imports/templates/1", data=token | {"name": "other"})
    assert "There is already a template" in client.get(answer.location).text
    client.post("/imports/templates/1", data=token | {"name": "Third"})
    client.post("/imports/templates/2/delete", data=token)
    assert "Third" in client.get("/imports/templates").text
    assert client.post("/imports/templates/9", data=token).status_code == 404
    assert client.post("/imports/1/template", data=token | {"name": " "}).status_code == 303
    old = client.get("/imports/profiles")
    assert (old.status_code, old.location) == (301, "/imports/templates")


def test_profiles_of_an_older_catalog_are_templates(app: Flask) -> None:
    flask_migrate.Migrate(app, db, directory=MIGRATIONS)
    db.session.remove()
    flask_migrate.downgrade(revision="0021")
    try:
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO import_profiles (name, options) VALUES ('Acme', '{}')"))
    finally:
        flask_migrate.upgrade()
    (kept,) = import_templates.listed()
    assert kept.name == "Acme"


def test_the_old_names_of_command_and_option_still_work(app: Flask, settings: Settings) -> None:
    import_templates.save(COMMAND_LINE, "Acme", importer.Options(), [])
    env = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "CATALOG_HOME": str(settings.home)}
    assert CliRunner().invoke(main, ["profile", "list"], env=env).stdout == "Acme\tas detected\n"
    assert "profile" not in CliRunner().invoke(main, ["--help"]).stdout
    assert option_set.given({"profile": "Acme"}) == option_set.given({"template": "Acme"}) == {"template": "Acme"}


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_a_name_that_can_not_be_is_rejected(app: object, name: str) -> None:
    with pytest.raises(import_templates.Unusable):
        import_templates.save(COMMAND_LINE, name, importer.Options(), [])


def test_the_options_of_the_command_are_one_mapping(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text(json.dumps({"constants": {"a": "1"}, "numbers": "comma"}))
    given = {
        "attributes": (("x", "y"),),
        "joined": (("name", "Brand+Model"),),
        "constants": (("b", "2"),),
        "transforms": (("x", "trim"), ("x", "replace:a:b")),
        "mapping": f"@{file}",
    }
    assert option_set.given(given)["mapping"] == {
        "attributes": {"x": "y"},
        "joined": {"name": {"columns": ["Brand", "Model"]}},
        "constants": {"a": "1", "b": "2"},
        "transforms": {"x": [["trim"], ["replace", "a", "b"]]},
        "numbers": "comma",
    }


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"colums": {}}', "no 'colums'"),
        ('{"joined": {"name": ["a"]}}', "joined of the mapping is not"),
        ('{"numbers": "x"}', "one of plain"),
        ('{"transforms": {"a": [["shout"]]}}', "Column 'a': 'shout'"),
        ('{"attributes": {"a": "SKU"}}', "'SKU' is a field"),
    ],
)
def test_a_mapping_that_is_none_is_a_usage_error(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("sku,name\n1,2\n")
    result = CliRunner().invoke(main, ["import", str(file), "--mapping", text])
    assert result.exit_code == 2 and words in result.output


def test_an_answer_is_not_asked_for_again(app: Flask, run_import: Run) -> None:
    columns = {"sku": "Ident", "name": "Was"}
    first = run_import("Ident,Was,Preis netto\nA1,Lampe,1.250\nA2,Stuhl,2.400\n", columns=columns, numbers="comma")
    import_templates.save_import(COMMAND_LINE, "Acme", first)
    options = import_templates.chosen({"template": "Acme"})
    second = run_import("Neu,Preis netto,Kode,Was\nx,1.250,A1,Lampe\nx,2.400,A2,Stuhl\n", **options.to_json())
    assert (second.state, second.questions) == ("completed", [])
    assert second.understood["columns"] == {"sku": "Ident", "name": "Was", "price": "Preis netto"}
    assert db.session.execute(text("SELECT sku, price::text FROM products ORDER BY sku")).all() == [
        ("A1", "1250"),
        ("A2", "2400"),
    ]


def test_a_template_is_offered_for_most_of_its_header(app: Flask, run_import: Run) -> None:
    import_templates.save_import(
        COMMAND_LINE, "Acme", run_import("Ident,name,price,EAN\nA1,Lamp,1.00,1\n", columns={"sku": "Ident"})
    )
    for names, found in ((["New", "EAN", "Ident", "name"], "Acme"), (["Ident", "name"], None)):
        offered = import_templates.offered(names)
        assert (offered and offered.name) == found
