"""The button of a template in the first look, in a browser: what it announces is what the file is then imported with."""

# ruff: noqa: F401 - the fixture of another story is used here

import pytest
from playwright.sync_api import Page, expect

from catalog import importer
from catalog.imports import lifecycle
from catalog.imports.intake import import_templates
from catalog.models import db
from catalog.people import COMMAND_LINE
from tests.web.stories.test_import_story import page
from tests.web.stories.test_story import DROP, IMPORT_PAGE

pytestmark = pytest.mark.browser
LOOK = "**/imports/look"
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


def choose(page: Page, text: str, name: str = "acme.csv") -> None:
    """Choose a file by its button, and wait for its look."""
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    with page.expect_response(LOOK):
        page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("[data-look]")).to_be_visible()


def press(page: Page, name: str = "Use this template") -> None:
    """Press the template's button, and wait for the look that it asks for."""
    with page.expect_response(LOOK):
        page.get_by_role("button", name=name).click()


def chosen(page: Page) -> dict[str, str]:
    """The options beside the look, as the form would send them."""
    names = ("mode", "review", "active", "blank", "extra", "rejected")
    script = "names => Object.fromEntries([...new FormData(document.querySelector('form[data-upload]'))].filter(([name]) => names.includes(name)))"
    found: dict[str, str] = page.evaluate(script, list(names))
    return found


SET = {
    "mode": "sync-delete",
    "review": "yes",
    "active": "no",
    "blank": "keep",
    "extra": "drop",
    "rejected": "limit",
}
USUAL = {
    "mode": "upsert",
    "review": "no",
    "active": "yes",
    "blank": "clear",
    "extra": "keep",
    "rejected": "skip",
}


def is_used(page: Page) -> None:
    """The template is announced, its choices are in the controls, and the import can start."""
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    expect(page.locator("[data-announce]")).to_contain_text("Read with the template")
    expect(page.get_by_label("Number format")).to_have_value("comma")
    expect(page.get_by_label("Name of Brand as an attribute")).to_have_value("make")
    assert chosen(page) == SET
    assert page.get_by_label("Stop if more than").input_value() == "2%"
    expect(page.get_by_role("button", name="Start import")).to_be_enabled()


def started(page: Page) -> importer.Options:
    """The options of the import that the page has started."""
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url(IMPORT_PAGE)
    db.session.rollback()
    row = lifecycle.get(int(page.url.rsplit("/", 1)[1]))
    assert row is not None
    return importer.by_name(importer.Options.from_json(row.options), HEADER)


def test_without_a_file_there_is_no_button(page: Page, template: int) -> None:
    page.goto("/imports/new")
    expect(page.get_by_role("button", name="Use this template")).to_have_count(0)


def test_a_chosen_file_is_imported_with_the_template(page: Page, template: int) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    expect(page.get_by_role("button", name="Start import")).to_be_disabled()
    press(page)
    is_used(page)
    expect(page.locator("#look-title")).to_be_focused()
    assert started(page).to_json() == OPTIONS.to_json()


def test_a_dropped_file_waits_for_the_button(page: Page, template: int) -> None:
    page.goto("/imports/new")
    zone = page.locator("[data-dropzone]").element_handle()
    page.evaluate(DROP, [zone, "acme.csv", ACME])
    press(page)
    is_used(page)
    assert started(page).to_json() == OPTIONS.to_json()


def test_on_the_empty_list_the_options_that_do_not_show_are_used_too(page: Page, template: int) -> None:
    page.goto("/products")
    choose(page, ACME)
    press(page)
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    assert chosen(page) == SET
    assert started(page).to_json() == OPTIONS.to_json()


def test_an_answer_that_does_not_come_announces_nothing(page: Page, template: int, complaints: list[str]) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    page.route(LOOK, lambda route: route.abort())
    page.get_by_role("button", name="Use this template").click()
    expect(page.locator("[data-problem]")).to_contain_text("Your choices are kept")
    assert chosen(page) == USUAL
    complaints.clear()  # of the answer that was cut off
    page.unroute(LOOK)
    press(page)
    is_used(page)


def test_a_choice_that_is_none_does_not_stand_in_its_way(page: Page, template: int) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    with page.expect_response(LOOK):
        page.get_by_label("Skip lines before the header").fill("-1")
        page.get_by_label("Skip lines before the header").press("Enter")
    expect(page.locator("[data-problem]")).to_be_visible()
    press(page)
    is_used(page)
    expect(page.locator("[data-problem]")).to_be_hidden()


def test_a_template_that_does_not_fit_says_so_and_can_be_taken_back(page: Page, template: int) -> None:
    kept = import_templates.get(template)
    assert kept is not None
    kept.options = {**kept.options, "columns": {"sku": "No", "name": "Title"}}
    db.session.commit()
    page.goto("/imports/new")
    choose(page, ACME)
    press(page)
    look = page.locator("[data-look]")
    expect(look).to_contain_text("The template “Acme” does not fit this file")
    expect(look).to_contain_text("There is no column 'Title'")
    expect(look).not_to_contain_text("Read with the template")
    expect(page.get_by_role("button", name="Start import")).to_be_disabled()
    press(page, "Don’t use it")
    expect(page.get_by_role("button", name="Use this template")).to_be_visible()
    assert chosen(page) == USUAL


def test_a_template_of_another_encoding_does_not_fit_and_keeps_its_columns(page: Page, template: int) -> None:
    kept = import_templates.get(template)
    assert kept is not None
    kept.options = {**kept.options, "encoding": "utf-16-le"}
    db.session.commit()
    page.goto("/imports/new")
    choose(page, ACME)
    press(page)
    expect(page.locator("[data-look]")).to_contain_text("does not fit this file")
    expect(page.get_by_role("button", name="Start import")).to_be_disabled()
    with page.expect_response(LOOK):
        page.get_by_label("Encoding").select_option("utf-8")
    is_used(page)


def test_another_file_begins_without_the_template_of_the_one_before(page: Page, template: int) -> None:
    page.goto("/imports/new")
    page.get_by_label("Skip", exact=True).check()
    choose(page, ACME)
    press(page)
    is_used(page)
    page.get_by_label("Only create new products").check()  # a choice of one's own stays
    choose(page, OTHER, "other.csv")
    expect(page.locator("[data-look]")).not_to_contain_text("template “Acme”")
    assert chosen(page) == USUAL | {"extra": "drop", "mode": "create"}


def test_what_is_changed_after_the_template_is_what_counts(page: Page, template: int) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    press(page)
    with page.expect_response(LOOK):
        page.get_by_label("Name of Brand as an attribute").fill("brand")
        page.get_by_label("Name of Brand as an attribute").press("Enter")
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    page.get_by_label("Create and update products", exact=True).check()
    options = started(page)
    assert (options.attributes, options.mode) == ({"Brand": "brand"}, "upsert")
    assert options.transforms == OPTIONS.transforms


def test_pressed_twice_it_is_used_once(page: Page, template: int) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    page.get_by_role("button", name="Use this template").dblclick()
    is_used(page)
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url(IMPORT_PAGE)


def test_a_held_import_is_started_with_the_template(page: Page, template: int) -> None:
    page.goto("/imports/new")
    choose(page, ACME)
    form = page.locator("form[data-upload]")
    form.evaluate(
        "form => form.append(Object.assign(document.createElement('input'), {type: 'hidden', name: 'hold', value: 'yes'}))"
    )
    form.evaluate("form => { form.querySelector('[data-start]').disabled = false }")
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url("**/look")
    page.get_by_role("button", name="Use this template").click()
    expect(page.locator("[data-look]")).to_contain_text("Read with the template “Acme”")
    page.get_by_role("button", name="Don’t use it").click()
    page.get_by_role("button", name="Use this template").click()
    page.get_by_label("Save as a template for this supplier").fill("Acme again")
    assert started(page).to_json() == OPTIONS.to_json()
    assert [one.name for one in import_templates.listed()] == ["Acme", "Acme again"]
