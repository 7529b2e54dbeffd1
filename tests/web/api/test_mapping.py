"""The mapping, the first look and templates through the API."""

import io
import json

from catalog import importer
from catalog.imports import past
from catalog.imports.intake import import_templates
from catalog.imports.run import whole_file
from catalog.models import db
from catalog.people import COMMAND_LINE
from tests.conftest import catalog, create
from tests.support.programs import Program, problem

FILE = b"No;Brand;Model;Preis\na1;Acme;Lamp;1.234,50\n"
MAPPING = {
    "columns": {"sku": "No"},
    "joined": {"name": {"columns": ["Brand", "Model"]}},
    "transforms": {"No": [["upper"]]},
}


def form(**fields: str) -> dict[str, object]:
    return {"file": (io.BytesIO(FILE), "x.csv"), **fields}


def test_a_look_says_what_would_be_and_keeps_nothing(writer: Program) -> None:
    seen = writer.ask("POST", "/imports/look", data=form()).json
    assert "No column is called sku or name" in seen["problem"]
    seen = writer.ask("POST", "/imports/look", data=form(mapping=json.dumps(MAPPING))).json
    assert (seen["problem"], seen["understood"]["numbers"]) == (None, "comma")
    assert seen["meanings"]["Brand"] == "part of name"
    assert seen["columns"]["name"] == "Brand + Model"
    assert past.search(past.Query()).rows == []


def test_a_template_of_an_import_is_used_for_the_next(writer: Program) -> None:
    first = writer.ask("POST", "/imports", data=form(mapping=json.dumps(MAPPING))).json
    whole_file.run(first["id"])
    body = {"name": "Acme", "import_id": first["id"]}
    kept = writer.ask("POST", "/templates", json=body).json
    assert kept["options"]["joined"] == MAPPING["joined"]
    assert writer.ask("POST", "/imports/look", data=form()).json["template"] == "Acme"
    assert writer.ask("POST", "/imports/look", data=form()).json["profile"] == "Acme"
    second = writer.ask("POST", "/imports", data=form(template="acme", blank="keep")).json
    whole_file.run(second["id"])
    db.session.expire_all()
    told = writer.ask("GET", f"/imports/{second['id']}").json
    assert (told["state"], told["unchanged"], told["warnings"]) == ("completed", 1, [])
    assert catalog()[0][:2] == ("A1", "Acme Lamp")
    problem(writer.ask("POST", "/imports", data=form(template="no")), 422, "invalid")
    problem(writer.ask("POST", "/imports", data=form(profile="no")), 422, "invalid")
    problem(writer.ask("POST", "/imports", data=form(mapping="{")), 422, "invalid")


def test_an_attribute_called_like_a_field_is_rejected_at_once(writer: Program) -> None:
    """Also one that a template of an older Catalog has."""
    for mapping in (
        {"attributes": {"Model": "Description"}},
        {"joined": {"SKU": {"columns": ["No"]}}},
        {"constants": {"Active": "yes"}},
    ):
        for path in ("/imports", "/imports/look"):
            answer = writer.ask("POST", path, data=form(mapping=json.dumps(mapping)))
            told = problem(answer, 422, "invalid")
            assert "is a field and can't be the name of an attribute." in str(told)
    kept = import_templates.save(COMMAND_LINE, "Acme", importer.Options(), [])
    kept.options = kept.options | {"attributes": {"Model": "Description"}}
    db.session.commit()
    problem(writer.ask("POST", "/imports", data=form(template="Acme")), 422, "invalid")
    assert past.search(past.Query()).rows == []


def test_an_import_of_before_with_such_a_name_says_so_and_is_run_otherwise(writer: Program) -> None:
    row = create(FILE, columns={"sku": "No", "name": "Model"}, attributes={"Brand": "Name"})
    whole_file.run(row.id)
    db.session.expire_all()
    told = writer.ask("GET", f"/imports/{row.id}").json
    assert (told["state"], "'Name' is a field" in told["error"]) == ("failed", True)
    body = {"name": "x", "import_id": row.id}
    problem(writer.ask("POST", "/templates", json=body), 422, "invalid")
    problem(writer.ask("POST", f"/imports/{row.id}/retry"), 422, "invalid")


def test_templates_are_made_renamed_and_deleted(writer: Program) -> None:
    body = {"name": "Acme", "mapping": MAPPING, "header": ["No", "Brand"]}
    made = writer.ask("POST", "/templates", json=body)
    assert made.status_code == 201
    path = f"/templates/{made.json['id']}"
    assert writer.ask("PATCH", path, json={"name": "Other"}).json["name"] == "Other"
    assert [row["name"] for row in writer.ask("GET", "/templates").json["templates"]] == ["Other"]
    assert writer.ask("GET", "/profiles").json == writer.ask("GET", "/templates").json
    assert writer.ask("GET", path.replace("templates", "profiles")).json["name"] == "Other"
    bad = {"name": "x", "mapping": {"constants": {"sku": "1"}}}
    problem(writer.ask("POST", "/templates", json=bad), 422, "invalid")
    bad = {"name": "x", "mapping": {"attributes": {"No": "SKU"}}}
    problem(writer.ask("POST", "/templates", json=bad), 422, "invalid")
    assert writer.ask("DELETE", path).status_code == 204
    problem(writer.ask("GET", path), 404, "not_found")
