"""What no product may be called is refused at every door, and a product that is called so comes back all the same."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection
from sqlalchemy import text

from catalog.importer import Options, look
from catalog.models import Import, db
from catalog.people import Actor
from catalog.products import editing, exports, validation
from catalog.products.listing import Filter
from tests.conftest import catalog, counts, csrf
from tests.support.programs import Program

Run = Callable[..., Import]

SKUS = ["-", "NULL", "Total", "#N/A", "(512 rows affected)", "n/a", "Loading..."]
NAMES = ["-", "NULL", "#REF!", "n/a"]
SKU_WORDS = "'-' is a placeholder, and every row needs a SKU."


@pytest.fixture
def old(run_import: Run) -> None:
    """Products that were made before any of it was refused."""
    made = [(sku, f"Lamp {sku}") for sku in SKUS]
    made += [(f"A-{n}", name) for n, name in enumerate(NAMES)]
    made.append(("SKU", "Name"))
    rows = "".join(f"new {n},x,2\n" for n in range(len(made)))
    run_import("sku,name,price\n" + rows)
    for n, (sku, name) in enumerate(made):
        change = text("UPDATE products SET sku = :sku, name = :name WHERE sku = :old")
        db.session.execute(change, {"sku": sku, "name": name, "old": f"new {n}"})
    db.session.commit()


@pytest.mark.parametrize("sku", SKUS)
def test_no_form_and_no_program_makes_what_a_file_may_not(sku: str) -> None:
    _, errors = validation.clean({"sku": sku, "name": "Lamp"})
    assert list(errors) == ["sku"] and f"'{sku}'" in errors["sku"]
    assert not validation.clean({"sku": f"X{sku}1", "name": "NaN"})[1]


@pytest.mark.parametrize("name", NAMES)
def test_nor_a_name_that_stands_for_nothing(name: str) -> None:
    assert list(validation.clean({"sku": "A", "name": name})[1]) == ["name"]


def test_page_and_api_say_it_in_the_words_of_the_file(client: FlaskClient, writer: Program, run_import: Run) -> None:
    assert SKU_WORDS in run_import("sku,name\n-,Lamp\n").recent_errors[0]["message"]
    token = csrf(client.get("/products/new").text)
    page = client.post("/products/new", data={"csrf_token": token, "sku": "-", "name": "Lamp"})
    assert SKU_WORDS.replace("'", "&#39;") in page.text
    answer = writer.ask("POST", "/products", {"sku": "-", "name": "Lamp"})
    assert (answer.status_code, SKU_WORDS in answer.text) == (422, True)
    assert catalog() == []


def test_an_export_of_such_products_changes_nothing(old: None, run_import: Run) -> None:
    before = catalog()
    data = b"".join(exports.as_csv(Filter()))
    row = run_import(data, mode="sync", absent="delete")
    assert (row.state, counts(row)) == ("completed", {"rows": 12, "unchanged": 12})
    assert catalog() == before


def test_so_does_a_file_that_names_them_exactly(old: None, run_import: Run, connection: Connection) -> None:
    rows = [f"{sku},Lamp {sku},2" for sku in SKUS] + ["SKU,Name,2"]
    rows += [f"A-{n},{name},2" for n, name in enumerate(NAMES)]
    file = "sku,name,price\nB,Chair,1\n" + "\n".join(rows) + "\nC,Chair,1\n"
    row = run_import(file)
    assert counts(row) == {"rows": 14, "created": 2, "unchanged": 12}
    seen = look(io.BytesIO(file.encode()), Options(), connection=connection)
    assert seen.rejected == 0


def test_what_is_not_exactly_so_is_rejected_as_ever(old: None, run_import: Run) -> None:
    row = run_import("sku,name,price\nnull,Lamp,1\n—,Lamp,1\nA-0,n/a,1\nTotal,Lamp,#N/A\nNULL,-,1\n")
    assert row.rejected == 5


def test_a_footer_renames_no_product(run_import: Run) -> None:
    run_import("name,sku,price\nLamp,2,1\n")
    assert run_import("name,sku,price\nChair,3,1\nEND OF FILE,2,\n").rejected == 1
    assert sorted(row[1] for row in catalog()) == ["Chair", "Lamp"]


def test_such_a_product_is_edited_without_another_sku(old: None) -> None:
    product = editing.by_sku("-")
    assert product is not None
    given = {"sku": "-", "name": "Lantern"}
    editing.update(Actor("page"), product.id, product.version, given)
    with pytest.raises(editing.Invalid):
        editing.update(Actor("page"), product.id, product.version + 1, {"sku": "--"})
