"""The first look on the page: every guess is a control, and a file that failed can be read in another way."""

import io
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from catalog import importer
from catalog.imports import control, reviews
from catalog.imports.intake import import_templates
from catalog.imports.run import whole_file
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.web.pages.forms import choices
from catalog.web.pages.imports.steps import mapping_rows, reading_controls
from tests.conftest import catalog, create, csrf
from tests.importer.test_formats import workbook

CREME = "ref;titre\nA1;à la crème\n".encode("cp1252")


def ask(client: FlaskClient, file: bytes, **fields: str | list[str]):
    """The step Columns of a new import, after these controls were sent."""
    there = f"/imports/{create(file, held=True).id}/look"
    token = csrf(client.get("/imports/new").text)
    return client.post(there, data={"csrf_token": token, "at": "columns"} | fields, follow_redirects=True)


def test_the_look_shows_rows_columns_and_guesses(client: FlaskClient) -> None:
    answer = ask(client, "Artikelnummer;Bezeichnung\nA1;Größe <b>\n".encode("cp1252"))
    assert answer.status_code == 200
    assert "Guessed: cp1252" in answer.text
    assert "Detected: semicolon" in answer.text and "Größe &lt;b&gt;" in answer.text
    assert "CSV, Windows-1252, semicolon" in answer.text
    assert '<option value="" selected>SKU (detected)</option>' in answer.text
    assert "data-blocked" not in answer.text


def test_columns_that_become_no_field_are_folded(client: FlaskClient) -> None:
    names = [f"c{n}" for n in range(30)]
    file = f"sku,name,{','.join(names)}\nA,Lamp,{','.join(names)}\n".encode()
    text = ask(client, file, use_3="skip").text
    first, folded = text.split('<details class="look-more columns-fold"')
    assert 'name="use_1"' in first and 'name="use_3"' in first, "one that is skipped is not worth a fold"
    assert 'id="columns-attribute" >' in folded and "29 columns become attributes" in folded
    assert folded.count('aria-label="c') >= 29 and "c1, c2, c3, c4 …" in folded
    asked = ask(client, file.replace(b"sku", b"x").replace(b"A,", b",")).text
    assert 'id="columns-attribute" open>' in asked, "a person has to look for the SKU"


def test_a_file_that_is_no_table_leads_to_another_file(client: FlaskClient) -> None:
    another = "Choose another file</a>"
    image = ask(client, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9).text
    assert "PNG image" in image and another in image
    assert "Save as template" not in image and "Continue to Check" not in image
    assert another not in ask(client, b"glow,tint\nwarm,red\n").text, "that one asks for its SKU"


def test_a_file_without_rows_leads_to_another_file(client: FlaskClient) -> None:
    columns = ask(client, b"sku,name,price\n")
    check = client.get(columns.request.path.removesuffix("/look"), query_string={"step": "check"})
    for page in (columns.text, check.text):
        assert "The file has no rows." in page and "Choose another file</a>" in page
        assert "Continue to Check" not in page and 'name="again"' not in page


def test_the_other_sheets_of_a_workbook_are_buttons(client: FlaskClient) -> None:
    file = workbook([["Our prices"], ["Call us"]], [["sku", "name"], ["A", "Lamp"]])
    text = ask(client, file, sheet="one").text
    button = re.search('name="answer" value="([^"]*)" data-answer>Use the sheet “two”<', text)
    assert button and "Use the sheet “one”" not in text
    assert "The only row is ready." in ask(client, file, sheet="one", answer=unescape(button[1])).text


def test_the_rows_are_shown_as_they_will_be_stored(client: FlaskClient) -> None:
    file = 'sku,name,price,active\nA1,Lamp,"1.234,50",oui\nA2,Chair,x,non\n'
    text = ask(client, file.encode(), shown="file").text
    kept = text[text.index("as-stored") : text.index("as-file")]
    assert "<td>1234.50</td>" in kept and "<td>yes</td>" in kept and "oui" not in kept
    assert "&#39;x&#39; is not a number" in kept
    assert "1 of 2 rows ready. 1 has a price that can&#39;t be read." in text
    assert 'value="file" checked' in text and "<td>1.234,50</td>" in text


def test_a_warning_is_shown_with_its_cure_where_it_is_announced(client: FlaskClient) -> None:
    text = ask(client, b"sku,name,price_cents\nA1,Lamp,1299\nA1,Lamp,1299\n").text
    verdict = text.split('class="notice verdict"')[1].split('id="look-busy"')[0]
    assert "There is 1 warning." in verdict and 'data-warning="in_cents"' in verdict and "<code>1299</code>" in verdict
    assert text.count('data-warning="in_cents"') == 1 and "Other warnings" in text and "Continue to Check" in text
    button = re.search('name="answer" value="([^"]*)" data-answer>Read prices like 1234.50<', verdict)
    assert button
    again = ask(client, b"sku,name,price_cents\nA1,Lamp,1299\n", answer=unescape(button[1])).text
    assert "The only row is ready." in again and "in_cents" not in again
    other = b"sku,name,Some tarif\nA1,Lamp,on request\nA2,Tea,from 5\n"
    assert "data-answer>Use “Some tarif” as the price<" in ask(client, other).text
    assert "Use “Some tarif” as" not in ask(client, other.replace(b"from 5", b"")).text


def test_a_choice_changes_what_is_seen(client: FlaskClient) -> None:
    assert "data-blocked" in ask(client, CREME).text
    answer = ask(client, CREME, encoding="cp1252", use_1="sku", use_2="name")
    assert "data-blocked" not in answer.text and "crème" in answer.text


@pytest.mark.parametrize("fields", [{"encoding": "nonsense"}, {"skip": "-1"}, {"skip": "x"}])
def test_what_is_no_choice_is_rejected(client: FlaskClient, fields: dict[str, str]) -> None:
    assert ask(client, CREME, **fields).status_code == 422


def test_an_import_that_asks_is_answered_without_javascript(client: FlaskClient) -> None:
    row = create(CREME, active=False)
    whole_file.run(row.id)
    there = f"/imports/{row.id}"
    before = client.get(there).text
    assert 'data-step="columns"' in before
    assert "cp1250" in before and "crčme" in before
    fields = {"csrf_token": csrf(before), "encoding": "cp1252", "use_1": "sku", "use_2": "name"}
    again = client.post(f"/imports/{row.id}/look", data=fields)
    assert again.status_code == 200 and "à la crème" in again.text
    kept = client.get(there).text  # a reload, or a colleague
    assert "à la crème" in kept and '<option value="cp1252" selected>' in kept
    assert lifecycle_of(row.id).held and lifecycle_of(row.id).options["encoding"] == ""
    answer = client.post(f"/imports/{row.id}/look", data=fields | {"again": "yes"})
    assert (answer.status_code, answer.location) == (303, f"/imports/{row.id}")
    whole_file.run(row.id)
    assert catalog() == [("A1", "à la crème", "", None, False, {})]
    ended = lifecycle_of(row.id)
    assert ended.understood["how"] == "chosen" and ended.draft is None


def lifecycle_of(import_id: int) -> Import:
    """The import as it is now."""
    db.session.expire_all()
    row = control.get(import_id)
    assert row is not None
    return row


def test_columns_of_a_finished_import_are_edited_and_imported_again(
    client: FlaskClient, run_import: Callable[..., Import]
) -> None:
    first = run_import("sku,name,hue\nA1,Lamp,red\n")
    page = client.get(f"/imports/{first.id}?step=columns").text
    fields = {"csrf_token": csrf(page), "at": "columns", "attribute_3": "colour"}
    there = f"/imports/{first.id}/look"
    assert client.post(there, data=fields | {"go": "check"}).location == f"/imports/{first.id}?step=check"
    check = client.get(f"/imports/{first.id}?step=check").text
    assert "Import 1 product again" in check
    rows = {"csrf_token": csrf(check), "at": "check", "mode": "update", "again": "yes"}
    assert client.post(there, data=rows).location == "/imports/2"
    whole_file.run(2)
    assert catalog() == [("A1", "Lamp", "", None, True, {"hue": "red", "colour": "red"})]
    assert lifecycle_of(2).options["mode"] == "update"
    assert lifecycle_of(first.id).options["attributes"] == {} and lifecycle_of(first.id).draft is None


def test_columns_are_edited_from_a_review_that_is_then_prepared_again(
    client: FlaskClient, run_import: Callable[..., Import]
) -> None:
    row = run_import("sku,name,hue\nA1,Lamp,crimson\n", review=True)
    page = client.get(f"/imports/{row.id}?step=columns").text
    fields = {"csrf_token": csrf(page), "at": "columns", "use_3": "skip", "go": "check"}
    assert client.post(f"/imports/{row.id}/look", data=fields).status_code == 303
    assert lifecycle_of(row.id).state == "review"  # until the button is pressed
    check = client.get(f"/imports/{row.id}?step=check").text
    assert "Prepare the review" in check
    client.post(f"/imports/{row.id}/look", data={"csrf_token": csrf(check), "at": "check", "again": "yes"})
    whole_file.run(row.id)
    again = lifecycle_of(row.id)
    assert (again.state, again.options["attributes"]) == ("review", {"#3": ""})
    assert "crimson" not in client.get(f"/imports/{row.id}/plan").text


HALF_EMPTY = b"sku,name,price\n" + b"".join(b"%s,Lamp %d,5\n" % (b"A%d" % n if n < 2 else b"", n) for n in range(10))
MIXED = "No;Brand;Model;Preis\na1;Acme;Lamp;1.234\n"


def test_a_row_of_the_table_says_what_its_column_holds_and_becomes(client: FlaskClient) -> None:
    file = b"sku,name,colour,size\nA,Lamp,red,\nB,Desk,red,\nC,Sofa,blue,L\n"
    seen = ask(client, file, use_4="skip", use_3="attribute=colour", attribute_3="paint").text
    table = seen[seen.index('id="file-columns"') : seen.index('id="targets"')]
    (row,) = re.findall(r"<tr data-kind=.attribute.*?</tr>", table, re.DOTALL)
    assert all(text in row for text in ("<span>red</span><span>blue</span>", "100%", "67%", 'value="paint"'))
    assert 'data-kind="skipped"' in table and "33%" in table
    assert '<th scope="col">paint' in seen[seen.index("as-stored") :]


def test_two_columns_for_one_field_are_told_and_not_taken(client: FlaskClient) -> None:
    seen = ask(client, b"sku,name,code\nA,Lamp,X1\n", use_1="sku", use_3="sku").text
    assert "Columns 1 and 3 are both set to SKU. Keep one of them." in seen
    assert "data-blocked" in seen and seen.count("data-clash") == 2


def test_each_declared_choice_of_reading_has_a_control(client: FlaskClient) -> None:
    seen = ask(client, b"Price list\nsku,name,price\nA,Lamp,1\n").text
    for name in choices.READING:
        assert name in ("sheet", "members") or f'id="{name}"' in seen
    assert "CSV, UTF-8, comma, header after 1 line, prices like 1234.50" in seen


def test_a_new_choice_about_reading_gets_a_control_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"": "Detected", "double": "Double", "single": "Single"}
    choice = importer.Choice("What quotes cells.", about="reading", label="Quotes", words=words)
    monkeypatch.setitem(importer.CHOICES, "quotes", choice)
    monkeypatch.setattr(importer.Options, "quotes", "", raising=False)
    look = importer.look(io.BytesIO(b"sku,name\nA,Lamp\n"), importer.Options())
    control = reading_controls.control("quotes", look, "single")
    assert (control.kind, control.label, control.value) == ("list", "Quotes", "single")
    assert control.others == (("", "Detected"), ("double", "Double"), ("single", "Single"))


def test_what_becomes_of_columns_is_chosen_row_by_row(client: FlaskClient) -> None:
    fields = {
        "use_1": "sku",
        "join_target": ["name", "half done"],
        "join_1": ["#2", ""],
        "join_2": ["#3", ""],
        "join_3": ["", ""],
        "join_separator": [" – ", " "],
        "set_target": ["source"],
        "set_text": ["spring"],
        "step_column": ["#1", "#2"],
        "step_name": ["upper", "replace"],
        "step_text": ["", ""],
        "step_by": ["", ""],
        "use_4": "skip",
    }
    seen = ask(client, MIXED.encode(), **fields).text
    assert "data-blocked" not in seen and "half done" in seen
    twice = ask(
        client,
        MIXED.encode(),
        use_1="sku",
        join_target="name",
        join_1="#2",
        join_2="",
        join_3="",
        join_separator=" ",
        use_3="name",
    )
    assert "&#39;name&#39; is chosen twice" in twice.text


def test_a_column_called_like_a_field_is_shown_as_left_out(client: FlaskClient) -> None:
    file = b"sku,name,description\nA,Lamp,bright\n"
    seen = ask(client, file, map_description="-").text
    assert "Skipped (detected)" in seen and "No column for description" in seen
    kept = ask(client, file, map_description="-", attribute_3="text").text
    assert "data-blocked" not in kept and 'value="attribute=description (file)" selected' in kept
    refused = ask(client, file, map_description="-", attribute_3="Description").text
    assert "&#39;Description&#39; is a field and can&#39;t be the name of an attribute." in refused
    assert "data-blocked" in refused


def test_an_empty_cell_keeps_or_clears_column_by_column(client: FlaskClient, run_import: Callable[..., Import]) -> None:
    run_import("sku,name,Preis,Farbe,size\nA,Lamp,1,red,L\n")
    file = "sku,name,Preis,Farbe,size\nA,Lamp,,,\nD,Desk,,,\n"
    fields = {"blank_3": "keep", "blank_4": "keep", "attribute_4": "Farbe"}
    seen = ask(client, file.encode(), **fields).text
    assert seen.count('<option value="keep" selected>') == 2
    token = {"csrf_token": csrf(client.get("/imports/new").text), "review": "yes"}
    sent = {"file": (io.BytesIO(file.encode()), "x.csv")}
    assert client.post("/imports/new", data=token | fields | sent).status_code == 303
    whole_file.run(3)
    row = control.get(3)
    assert row is not None and row.options["blanks"] == {"#3": "keep", "#4": "keep"}
    assert "<code>Preis</code> keeps the value; <code>Farbe</code> keeps the value" in client.get("/imports/3").text
    named = importer.by_name(importer.Options.from_json(row.options), look_names(file))
    assert named.blanks == {"Preis": "keep", "Farbe": "keep"}
    assert mapping_rows.of_options(importer.Options(blanks={"price": "keep", "#5": "clear"}), {"price": 2}).blanks == {
        3: "keep",
        5: "clear",
    }
    values = {"sku": "d", "name": "Shelf", "price": "5"}
    editing.create(Actor("page"), values | {"attributes": [("Farbe", "blue"), ("size", "M")]})
    reviews.apply(COMMAND_LINE, control.get(3), "overwrite")
    whole_file.run(3)
    lamp, desk = catalog()
    assert (lamp[3], lamp[5]) == (1, {"Farbe": "red"})
    assert (desk[1], desk[3], desk[5]) == ("Desk", 5, {"Farbe": "blue"})


def look_names(file: str) -> list[str]:
    """The header of a file."""
    return file.splitlines()[0].split(",")


def test_a_join_of_many_columns_survives_the_page() -> None:
    columns = ["#1", "#2", "#3", "#4"]
    options = importer.Options(joined={"x": {"columns": columns, "separator": "-"}})
    assert mapping_rows.choices(mapping_rows.of_options(options))["joined"] == options.joined


def test_prices_that_can_be_read_in_two_ways_block_the_start(client: FlaskClient) -> None:
    fields = {"use_1": "sku", "use_3": "name"}
    assert "can be read in two ways" in ask(client, MIXED.encode(), **fields).text
    seen = ask(client, MIXED.encode(), **fields, numbers="comma").text
    assert "data-blocked" not in seen


def test_a_question_is_answered_by_a_button_without_javascript(client: FlaskClient) -> None:
    seen = ask(client, MIXED.encode(), use_1="sku", use_3="name", attribute_2="make").text
    buttons = [unescape(value) for value in re.findall(r'name="answer" value="([^"]*)"', seen)]
    assert [json.loads(one) for one in buttons] == [{"numbers": way} for way in ("point", "comma")]
    seen = ask(client, MIXED.encode(), use_1="sku", use_3="name", attribute_2="make", answer=buttons[-1]).text
    assert "data-blocked" not in seen and "<td>1234</td>" in seen and 'value="make"' in seen
    assert '<option value="comma" selected>' in seen


def test_the_fix_that_helps_most_is_a_button(client: FlaskClient) -> None:
    file = b"sku,stamp,name,price\n" + b"".join(
        b"%s,h-%d,Lamp,5\n" % (b"A%d" % n if n < 2 else b"", n) for n in range(10)
    )
    seen = ask(client, file).text
    assert 'data-light="red"' in seen and "is empty in 80% of the rows" in seen
    (button,) = re.findall(r'name="answer" value="([^"]*)"', seen)
    seen = ask(client, file, answer=unescape(button)).text
    assert 'data-light="green"' in seen and "All 10 rows are ready." in seen


@pytest.mark.parametrize("sent", [lambda answer: {"answer": answer}, json.loads], ids=["plain", "by script"])
def test_a_file_without_names_becomes_an_update_by_its_button(
    client: FlaskClient, sent: Callable[[str], dict[str, str]]
) -> None:
    row = create("Artikelnr;VK brutto\nA1;5,90\nA2;6,90\n", active=False)
    states_of(row)
    there = f"/imports/{row.id}/look"
    page = client.get(f"/imports/{row.id}?step=columns").text
    button = re.search('name="answer" value="([^"]*)" data-answer>Only update existing products<', page)
    assert button and "data-blocked" in page
    seen = client.post(there, data={"csrf_token": csrf(page), "at": "columns"} | sent(unescape(button[1]))).text
    assert "data-blocked" not in seen and "Both rows are ready." in seen
    assert "Update existing products" in client.get(f"/imports/{row.id}?step=check").text


def test_a_window_that_stayed_open_does_not_import_again(client: FlaskClient) -> None:
    row = create("sku,name\nA1,Lamp\n", held=True)
    there = f"/imports/{row.id}/look"
    old = client.get(f"/imports/{row.id}?step=columns").text
    assert 'name="state" value="queued"' in old
    form = {"csrf_token": csrf(old), "at": "columns", "state": "queued"}
    client.post(there, data=form | {"at": "check", "again": "yes"})
    whole_file.run(row.id)
    for pressed in ({"go": "check"}, {"at": "check", "again": "yes"}, {"use_2": "skip"}):
        told = client.post(there, data=form | pressed, follow_redirects=True).text
        assert "This import was already started, here or in another window." in told
    by_htmx = {"HX-Request": "true", "HX-Request-Type": "full"}  # as it selects parts of the answer
    assert client.post(there, data=form, headers=by_htmx).headers["HX-Redirect"] == f"/imports/{row.id}"
    assert control.get(2) is None and lifecycle_of(row.id).draft is None


@pytest.mark.parametrize("step", ["file", "columns", "check"])
def test_an_import_is_discarded_in_each_step_and_can_be_started_again(client: FlaskClient, step: str) -> None:
    row = create("sku,name\nA1,Lamp\n", held=True)
    page = client.get(f"/imports/{row.id}?step={step}").text
    ended = client.post(f"/imports/{row.id}/discard", data={"csrf_token": csrf(page)}, follow_redirects=True)
    assert ended.status_code == 200 and "Discarded" in ended.text
    form = {"csrf_token": csrf(page), "at": "check", "again": "yes", "state": "cancelled"}
    assert client.post(f"/imports/{row.id}/look", data=form).location == f"/imports/{row.id}"
    assert lifecycle_of(row.id).state == "queued"


def test_an_import_that_rejects_a_tenth_of_its_rows_asks_twice(client: FlaskClient) -> None:
    row = create(HALF_EMPTY, active=False)
    states_of(row)
    there = f"/imports/{row.id}/look"
    page = client.get(f"/imports/{row.id}?step=check").text
    assert 'name="anyway"' in page and "Import the other 2 rows. 8 rows will be rejected." in page
    fields = {"csrf_token": csrf(page), "again": "yes", "use_1": "sku"}
    assert client.post(there, data=fields).status_code == 422
    assert client.post(there, data=fields | {"anyway": "yes"}).status_code == 303


def states_of(row: Import) -> None:
    """A cancelled import can be looked at and started again."""
    control.cancel(COMMAND_LINE, row.id)


def test_warnings_are_shown_before_the_start(client: FlaskClient) -> None:
    seen = ask(client, b"sku,name\nA1,=1+1\na1,x\n").text
    assert 'data-warning="formula"' in seen and "A1 / a1" in seen


def test_a_file_that_is_held_waits_until_somebody_looked(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    data = {
        "file": (io.BytesIO(MIXED.encode()), "x.csv"),
        "csrf_token": token,
        "hold": "yes",
        "mode": "upsert",
        "active": "yes",
        "blank": "clear",
        "extra": "keep",
    }
    answer = client.post("/imports/new", data=data)
    assert answer.location == "/imports/1"
    whole_file.run(1)
    assert control.ring_abandoned() == 0
    page = client.get("/imports/1").text
    assert 'data-step="columns"' in page and "Continue" in page
    assert 'data-step="check"' in client.get("/imports/1?step=check").text
    fields = {
        "csrf_token": csrf(page),
        "use_1": "sku",
        "use_3": "name",
        "numbers": "comma",
        "again": "yes",
        "save_as": "Acme",
    }
    assert client.post("/imports/1/look", data=fields).location == "/imports/1"
    whole_file.run(1)
    db.session.expire_all()
    assert catalog()[0][:4] == ("a1", "Lamp", "", 1234)
    shown = client.get("/imports/templates").text
    assert "Acme" in shown


def test_a_template_is_offered_for_the_same_header_and_used_with_one_press(client: FlaskClient) -> None:
    options = importer.Options(
        columns={"sku": "#1"},
        joined={"name": {"columns": ["#2", "#3"], "separator": "-"}},
        numbers="comma",
        attributes={"Brand": "make"},
        transforms={"No": [["upper"]]},
        mode="update",
    )
    kept = import_templates.save(COMMAND_LINE, "Acme", options, ["No", "Brand", "Model", "Preis"])
    assert kept.options["columns"] == {"sku": "No"}
    offered = ask(client, b"no; BRAND ;Model;Preis\nb2;Acme;Chair;2.000\n").text
    assert "Use this template" in offered
    used = ask(client, MIXED.encode(), template=str(kept.id)).text
    assert "Read with the template" in used
    assert lifecycle_of(2).draft["options"]["mode"] == "update"
    assert "data-blocked" not in used and 'value="make"' in used
    assert '<option value="upper" selected>' in used
    assert "Use this template" not in ask(client, b"sku,name\n1,2\n").text


def test_a_workbook_is_not_asked_for_its_encoding(client: FlaskClient) -> None:
    book = workbook([["sku", "name"], ["A1", "Lamp"]])
    seen = ask(client, book).text
    assert 'id="encoding"' not in seen and 'id="delimiter"' not in seen
    assert 'id="header"' in seen and "data-blocked" not in seen


def test_what_a_template_holds_is_said_where_it_is_offered(client: FlaskClient) -> None:
    options = importer.Options(columns={"sku": "#1", "name": "#3"}, numbers="comma", attributes={"Brand": ""})
    import_templates.save(COMMAND_LINE, "Acme", options, ["No", "Brand", "Model", "Preis"])
    words = "SKU from “No”, name from “Model”, 1 column skipped, prices like 1.234,50"
    assert words in ask(client, MIXED.encode()).text
    assert words in client.get("/imports/templates").text


def test_a_template_without_a_header_is_offered_for_a_first_line_of_values(client: FlaskClient) -> None:
    options = importer.Options(header=False, columns={"sku": "#3", "name": "#1"})
    import_templates.save(COMMAND_LINE, "Bare", options, ["column 1", "column 2", "column 3"])
    assert "Use this template" in ask(client, b"Lamp,2019-01-01,A1\nDesk,2019-01-02,A2\n").text
    assert "Use this template" not in ask(client, b"title,date,code\nDesk,2019-01-02,A2\n").text


def test_what_a_person_corrected_is_proposed_next_time(client: FlaskClient, run_import: Callable[..., Import]) -> None:
    file = "code,title,paint\nA,Lamp,red\nB,Desk,blue\n"
    choices = {"columns": {"sku": "#1", "name": "#2"}, "attributes": {"#3": "colour"}}
    row = run_import(file, **choices)
    seen = ask(client, file.encode()).text
    assert f'value="import-{row.id}" data-template' in seen
    assert "these choices: SKU from column 1, name from column 2, column 3 as colour" in seen
    again = ask(client, file.encode(), template=f"import-{row.id}").text
    assert 'value="colour"' in again and "Use these choices again" not in again
    assert "Use these choices again" not in ask(client, b"code,title\nA,Lamp\n").text
