"""The verdict on every row of a file that a first look judges by its beginning."""

from random import Random

from flask.testing import FlaskClient

from catalog import importer, jobs
from catalog.imports import every_row
from catalog.models import Import, db
from tests.importer.test_formats import workbook
from tests.imports.test_arriving import Sender

LONG = "x" * 200


def sent(client: FlaskClient, end: bytes) -> None:
    """Import 1: 5 MiB of good rows, and then this."""
    file = b"sku,name\n" + b"".join(b"A%d,%s\n" % (n, LONG.encode()) for n in range(25_000)) + end
    sender = Sender(client, file)
    sender.send(0, len(file))


def test_a_worker_judges_what_comes_after_the_beginning(client: FlaskClient) -> None:
    sent(client, b",Lamp\n" * 5_000)
    page = client.get("/imports/1?step=check").text
    assert "Checking every row" in page and "Import products" in page
    assert client.get("/imports/1/checked").status_code == 204
    jobs.judge_import(1)
    assert 'hx-select=".verdict"' in client.get("/imports/1/checked?step=check").text
    page = client.get("/imports/1?step=check").text
    assert "25,000 of 30,000 rows ready. 5,000 have no SKU." in page and "Checking every row" not in page
    assert "Import 25,000 products" in page and 'name="anyway"' in page, "a sixth of the rows is asked about twice"


def test_a_quote_that_is_never_closed_is_told_before_the_import(client: FlaskClient) -> None:
    sent(client, b'B,"Lamp\n')
    jobs.judge_import(1)
    page = client.get("/imports/1?step=check").text
    assert "is not closed" in page and "data-blocked" in page


def test_other_choices_are_judged_anew_and_a_file_that_is_gone_is_not(client: FlaskClient) -> None:
    sent(client, b"")
    jobs.judge_import(1)
    row = db.session.get_one(Import, 1)
    look = importer.Look(None, [], [], {})
    assert every_row.judged(row, importer.Options(), look).verdict.whole
    assert not every_row.judged(row, importer.Options(blank="keep"), look).verdict.whole
    jobs.judge_import(99)


def test_the_page_of_a_large_workbook_is_there_before_the_look(client: FlaskClient) -> None:
    dice = Random(7)
    rows = [[f"A{n}", dice.randbytes(150).hex()] for n in range(4_000)]
    file = workbook([["sku", "name"], *rows])
    sender = Sender(client, file, "prices.xlsx")
    sender.send(0, len(file))
    page = client.get("/imports/1?step=check").text
    assert (
        "Reading the file." in page
        and 'hx-get="/imports/1?step=check&amp;look=now"' in page
        and "data-look" not in page
    )
    assert "All 4,000 rows are ready." in client.get("/imports/1?step=check&look=now").text
