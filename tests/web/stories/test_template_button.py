"""A template's button in the first look, in a browser: what it announces is what the file is then imported with."""

# ruff: noqa: F401 - the fixture of another story is used here

import pytest
from playwright.sync_api import Page, expect

from catalog import importer
from catalog.imports import control
from catalog.imports.intake import import_templates
from catalog.models import ImportTemplate, db
from catalog.people import COMMAND_LINE
from tests.support.looks import TOO_WIDE
from tests.web.stories.test_import_story import page
from tests.web.stories.test_story import DROP, IMPORT_PAGE

pytestmark = pytest.mark.browser
HEADER = ["No", "Brand", "Model", "Preis"]
ACME = f"{';'.join(HEADER)}\na1;Acme;Lamp;1.234\na2;Acme;Chair;2.000\n"
OTHER = "sku,name\nB1,Desk\n"
OPTIONS = importer.Options(
    columns={"sku": "No", "name": "Model"},
    numbers="comma",
    attributes={"Brand": "make"},
    transforms={"No": [["upper"]]},
    mode="sync",
    absent="delete",
    review=True,
    active=False,
    blank="keep",
    extra="drop",
    max_errors="2%",
)


@pytest.fixture
def template(page: Page) -> int:
    """A template that chooses everything otherwise than the page does by itself."""
    return import_templates.save(COMMAND_LINE, "Acme", OPTIONS, HEADER).id


def at_columns(page: Page, text: str = ACME) -> None:
    """Send a file, and show how its columns are read."""
    page.goto("/imports/new")
    file = {"name": "acme.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("[data-look]")).to_be_visible()


def options_of(page: Page) -> importer.Options:
    """The options of the import that the page shows."""
    db.session.rollback()
    row = control.get(int(page.url.rsplit("/", 1)[1].partition("?")[0]))
    assert row is not None
    return importer.by_name(importer.Options.from_json(row.options), HEADER)


def test_a_file_is_imported_with_the_template_that_is_offered(page: Page, template: int) -> None:
    at_columns(page)
    page.get_by_role("button", name="Use this template").click()
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    page.reload()  # it is kept
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    expect(page.get_by_label("Name of Brand as an attribute")).to_have_value("make")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Full catalog: delete products that are not in the file")).to_be_checked()
    expect(page.get_by_label("Stop if more than")).to_have_value("2%")
    page.get_by_role("button", name="Prepare the review").click()
    expect(page.locator("#progress")).to_be_visible()
    assert options_of(page).to_json() == OPTIONS.to_json()


@pytest.mark.long
def test_without_it_everything_is_as_before_and_what_is_changed_after_it_counts(page: Page, template: int) -> None:
    at_columns(page)
    page.get_by_role("button", name="Use this template").click()
    page.get_by_role("button", name="Don't use it").click()
    expect(page.get_by_role("button", name="Use this template")).to_be_visible()
    expect(page.get_by_label("Name of Brand as an attribute")).to_have_value("")
    page.get_by_role("button", name="Use this template").dblclick()
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Create and update products", exact=True).check()
    page.get_by_label("Import right away").check()
    page.get_by_role("button", name="Import 2 products").click()
    expect(page.locator("#progress")).to_be_visible()
    options = options_of(page)
    assert (options.mode, options.review, options.transforms) == ("upsert", False, OPTIONS.transforms)


def test_a_template_that_does_not_fit_says_so(page: Page, template: int) -> None:
    row = db.session.get_one(ImportTemplate, template)
    row.options = row.options | {"encoding": "utf-16-le"}
    db.session.commit()
    at_columns(page)
    page.get_by_role("button", name="Use this template").click()
    expect(page.locator("[data-look]")).to_contain_text("does not fit this file")
    expect(page.get_by_role("button", name="Continue")).to_be_disabled()


def test_an_answer_with_a_long_label_stays_inside_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    long = "Vollständige und auf jeder Verpackung aufgedruckte Lieferanten-Artikelnummer"
    at_columns(page, f"EAN;{long};Name\n" + "".join(f"{4006381330000 + n};LF-{n};Pen {n}\n" for n in range(9)))
    expect(page.get_by_role("button", name=long)).to_be_visible()
    assert page.evaluate(TOO_WIDE) <= 0
