"""Attributes have an end: a product has at most 1,000, an export as many columns, and the rest comes back anyway."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.importer import Options, look
from catalog.importer.values.formulas import MARK, REST
from catalog.imports import reviews
from catalog.imports.run import whole_file
from catalog.models import Import, Product, db
from catalog.people import COMMAND_LINE, Actor, tokens, users
from catalog.products import editing, exports
from catalog.products.bulk import jobs, tasks
from catalog.products.listing import Filter
from tests.conftest import EMAIL, catalog, counts, csrf
from tests.support.examples import some
from tests.support.programs import Program, problem

Run = Callable[..., Import]


def wide(names: list[str], sku: str = "A", value: str = "x") -> str:
    """A file of one product with these attributes."""
    return f"sku,name,{','.join(names)}\n{sku},Lamp,{','.join([value] * len(names))}\n"


def names(first: int, last: int) -> list[str]:
    """Names of attributes."""
    return [f"a{number:04}" for number in range(first, last)]


def exported() -> str:
    """The whole export."""
    return b"".join(exports.as_csv(Filter())).decode()


def attributes(sku: str = "A") -> int:
    """How many a product has."""
    found = editing.by_sku(sku)
    assert found
    db.session.refresh(found)
    return len(found.attributes)


def test_an_import_does_not_bring_a_product_above_the_limit(run_import: Run) -> None:
    run_import(wide(names(0, 900)))
    crowd = "sku,name," + ",".join(names(850, 1001)) + "\n"
    rows = ["A,Second," + ",".join(["y"] * 151), "B,Other," + ",".join(["z"] * 151)]
    done = run_import(crowd + "\n".join(rows) + "\n")
    assert counts(done) == {"rows": 2, "created": 1, "rejected": 1}
    assert "1,001 attributes; the limit is 1,000" in done.recent_errors[0]["message"]
    assert (attributes(), attributes("B")) == (900, 151)
    assert editing.by_sku("A").name == "Lamp"  # type: ignore[union-attr]
    again = run_import(crowd.replace(",a1000\n", "\n") + rows[0].removesuffix(",y"))
    assert (again.updated, attributes()) == (1, 1000)


def test_a_product_that_had_more_before_is_changed_as_long_as_it_gets_no_more(run_import: Run) -> None:
    run_import(wide(names(0, 10)))
    more = json.dumps(dict.fromkeys(names(0, 1500), "x"))
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE products SET attributes = :more"), {"more": more})
    assert run_import(wide(names(0, 10), value="new")).updated == 1
    assert run_import(wide(["another"])).rejected == 1
    assert attributes() == 1500


def test_forms_and_the_api_hold_the_limit_too(app: Flask, client: FlaskClient) -> None:
    user = users.by_email(EMAIL)
    assert user
    program = Program(app, tokens.create(COMMAND_LINE, user, "all", "write")[1])
    full = dict.fromkeys(names(0, 1000), "x")
    assert program.ask("POST", "/products", {"sku": "A", "name": "N", "attributes": full}).status_code == 201
    over = full | {"more": "x"}
    told = problem(program.ask("POST", "/products", {"sku": "B", "name": "N", "attributes": over}), 422, "invalid")
    assert "at most 1,000 attributes" in told["detail"]
    form = {
        "csrf_token": csrf(client.get("/products/new").text),
        "sku": "C",
        "name": "N",
        "key": [*over],
        "value": [*over.values()],
    }
    answer = client.post("/products/new", data=form)
    assert answer.status_code == 422 and "at most 1,000 attributes" in answer.text


@pytest.mark.parametrize("each", some([True, False], 1))
def test_a_conflict_is_not_overwritten_beyond_the_limit(run_import: Run, client: FlaskClient, each: bool) -> None:
    run_import("sku,name\nA,Lamp\nB,Desk\n")
    file = wide(names(0, 600)) + f"B,Table,{','.join(['x'] * 600)}\n"
    row = run_import(file, review=True)
    for sku in ("A", "B"):
        found = editing.by_sku(sku)
        assert found
        count = 600 if sku == "A" else 400
        other = [(f"b{number:04}", "y") for number in range(count)]
        editing.update(Actor("page"), found.id, found.version, {"attributes": other})
    lines = reviews.page(row, importer.Wanted(conflicts=True)).rows
    if each:
        reviews.choose(COMMAND_LINE, row, {line.n: "overwrite" for line in lines})
    reviews.apply(COMMAND_LINE, db.session.get_one(Import, row.id, populate_existing=True), "" if each else "overwrite")
    whole_file.run(row.id)
    done = db.session.get(Import, row.id, populate_existing=True)
    assert done and counts(done) == {"rows": 2, "updated": 1, "skipped": 1}
    assert (attributes("A"), attributes("B")) == (600, 1000)
    assert [(w["code"], w["count"]) for w in done.warnings] == [("crowded_conflicts", 1)]
    assert done.warnings[0]["examples"] == [{"line": 2, "column": "sku", "value": "A"}]
    assert "keeps the values of the catalog" in client.get(f"/imports/{row.id}").text


@pytest.mark.long
def test_a_bulk_edit_leaves_full_products_as_they_are(run_import: Run) -> None:
    run_import(wide(names(0, 990)))
    run_import(wide(names(990, 1000)))
    run_import(wide(["few"], sku="B"))
    for key in ("new", "a0000"):
        task = tasks.Task("set", {"filter": {}}, {"attribute": {"key": key, "value": "set"}})
        jobs.now(COMMAND_LINE, task)
    assert (attributes(), attributes("B")) == (1000, 3)
    assert editing.by_sku("A").attributes["a0000"] == "set"  # type: ignore[union-attr]


@pytest.mark.long
def test_more_attributes_than_columns_come_back_unchanged(run_import: Run) -> None:
    for first in (0, 900, 1800):
        run_import(wide(names(first, first + 900), sku=f"S{first}"))
    run_import(wide(["a0000", "=sum"], sku="S5"))
    before, file = catalog(), exported()
    header, *rows = csv.reader(io.StringIO(file))
    assert header[-2:] == [REST, MARK] and len(header) == 5 + 1000 + 2
    assert "a0000" in header  # what most products have is a column
    assert any(row[-2] for row in rows)
    done = run_import(file)
    assert (done.state, counts(done)) == ("completed", {"rows": 4, "unchanged": 4})
    assert catalog() == before


def test_the_rest_makes_a_catalog_anew(run_import: Run) -> None:
    run_import(wide(names(0, 900), sku="A"))
    run_import(wide(names(500, 1400), sku="B", value='"Ünï ""c"", x"'))
    before, file = catalog(), exported()
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM products"))
        connection.execute(text("UPDATE catalog_total SET products = 0"))
    assert run_import(file).created == 2
    assert catalog() == before


@pytest.mark.parametrize("cell", ["{", "[1]", "7", '{"sku": "B"}', '{"a": "\\u0000"}', '{"": 1}', '{"a": NaN}'])
def test_a_rest_that_is_no_object_is_rejected(run_import: Run, cell: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerows(
        [["sku", "name", "colour", REST, MARK], ["A", "One", "red", cell, "."], ["B", "Two", "red", '{"b": "c"}', "."]]
    )
    done = run_import(file.getvalue())
    assert counts(done) == {"rows": 2, "created": 1, "rejected": 1}
    assert done.recent_errors[0]["code"] == "attributes_invalid"
    assert editing.by_sku("B").attributes == {"colour": "red", "b": "c"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "cell, why",
    [
        ('{"a": 1}', "'a' is not text"),
        ('{"a": null}', "'a' is not text"),
        ('{"a": ["x"]}', "'a' is not text"),
        ('{"a": {"b": "c"}}', "'a' is not text"),
        ('{"a": {}}', "'a' is not text"),
        ('{"a": "x", "b": "y", "a": "z"}', "'a' is listed twice"),
        ('{"a": "x", "\\u0061": "z"}', "'a' is listed twice"),
        ('{"colour": "blue"}', "'colour' has its own column"),
    ],
)
def test_a_rest_with_what_is_no_attribute_is_rejected_with_the_reason(cell: str, why: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["sku", "name", "colour", REST, MARK], ["A", "One", "red", cell, "."]])
    (error,) = look(io.BytesIO(file.getvalue().encode()), Options()).rejections
    assert error.code == "attributes_invalid" and why in error.message


def test_a_page_shows_a_part_and_says_where_the_rest_is(client: FlaskClient, run_import: Run) -> None:
    run_import(wide(names(0, 300)))
    (product,) = db.session.query(Product)
    page = client.get(f"/products/{product.id}").text
    assert "100 of 300 attributes are shown." in page
    assert "a0099" in page and "a0100" not in page
    assert f"/products/export.csv?ids={product.id}" in page
    assert "a0299" in client.get(f"/products/{product.id}?attributes=all").text


@pytest.mark.parametrize(
    "header", ["sku,name,catalog:more-attributes,catalog:export", "sku,name,catalog:more-attributes"]
)
def test_the_rest_is_taken_without_any_other_attribute(run_import: Run, header: str) -> None:
    end = ",." if header.endswith("export") else ""
    row = run_import(f'{header}\r\nA,Lamp,"{{""colour"": ""red""}}"{end}\r\n')
    assert (row.error, row.created) == (None, 1)
    assert catalog()[0][-1] == {"colour": "red"}


def test_the_page_says_before_the_export_where_the_rest_is(client: FlaskClient, run_import: Run) -> None:
    run_import(wide(["colour"]))
    page = client.get("/products").text
    assert f"in the column <code>{REST}</code>" in page
    assert f"The {exports.MOST_COLUMNS:,} most frequent attributes" in page
