"""One product by hand: who saves second learns of it, nothing is lost, every field says what is wrong with it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import text

from catalog.changes import history, log as change_log
from catalog.models import Import, Product, User, db
from catalog.people import COMMAND_LINE, Actor, users
from catalog.products import editing, validation
from tests.conftest import PASSWORD, csrf
from tests.support.examples import examples

Run = Callable[..., Import]

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def make(sku: str = "A1", **values: Any) -> Product:
    """A product made by hand; it lives on without the session."""
    product = editing.create(Actor("page"), {"sku": sku, "name": "Lamp"} | values)
    db.session.expunge(product)
    db.session.rollback()
    return product


def change_sets() -> int:
    """How many there are."""
    with db.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM change_sets")).scalar_one())


def post(client: FlaskClient, path: str, data: dict[str, Any], **options: Any) -> Any:
    """Send a form."""
    token = csrf(client.get("/products/new").text)
    return client.post(path, data={"csrf_token": token} | data, **options)


@pytest.fixture
def importing(app: Flask) -> Iterator[psycopg2.extensions.connection]:
    """An import that writes, and does not stop."""
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO imports (id, state, filename, storage_key, sha256, size, options, source)"
                " VALUES (42, 'applying', 'spring.csv', '', '', 0, '{}', 'page')"
            )
        )
    other = psycopg2.connect(app.config["SETTINGS"].libpq_url)
    with other.cursor() as cursor:
        cursor.execute("SET application_name = 'catalog import 42'")
        change_log.lock(cursor)
    yield other
    other.close()


# ---- the service ----


def test_create_update_delete_keep_versions_and_the_total(app: Flask) -> None:
    product = make(price="1.50", attributes=[("colour", "red"), ("", "dropped")])
    assert (product.version, str(product.price), product.attributes) == (1, "1.50", {"colour": "red"})
    saved = editing.update(Actor("page"), product.id, 1, {"name": " Chair ", "active": False})
    assert (saved.name, saved.active, saved.version, saved.source_line) == ("Chair", False, 2, None)
    assert editing.count() == 1
    editing.delete(Actor("page"), product.id, 2)
    assert editing.get(product.id) is None and editing.count() == 0


def test_nothing_changed_makes_no_version_and_no_change_set(app: Flask) -> None:
    product = make(description="a\r\nb\nc", price="1.50")
    before = change_sets()
    same = {"sku": "A1", "name": "Lamp ", "description": "a\r\nb\r\nc", "price": "1.50", "active": "on"}
    assert editing.update(Actor("page"), product.id, 1, same).version == 1
    assert change_sets() == before


def test_a_browsers_line_breaks_are_not_kept(app: Flask) -> None:
    make(description="a\nb")
    saved = editing.update(Actor("page"), 1, 1, {"description": "a\r\nb\r\nc"})
    assert saved.description == "a\nb\nc"


@pytest.mark.parametrize("first, second", [("edit", "edit"), ("edit", "delete"), ("delete", "edit")])
def test_who_comes_second_learns_of_it(app: Flask, first: str, second: str) -> None:
    def act(kind: str) -> None:
        if kind == "edit":
            editing.update(Actor("page"), 1, 1, {"name": kind})
        else:
            editing.delete(Actor("page"), 1, 1)

    make()
    act(first)
    with pytest.raises((editing.Stale, editing.Gone)) as told:
        act(second)
    if isinstance(told.value, editing.Stale):
        assert (told.value.current.name, told.value.current.version) == ("edit", 2)


@pytest.mark.parametrize("kind", ["edit", "delete", "create"])
def test_of_two_at_once_one_wins(app: Flask, kind: str) -> None:
    if kind != "create":
        make()
    outcomes: list[str] = []
    ready = threading.Barrier(4)

    def act(number: int) -> None:
        with app.app_context():
            db.session.execute(text("SELECT 1"))
            ready.wait(10)
            try:
                if kind == "edit":
                    editing.update(Actor("page"), 1, 1, {"name": f"N{number}"})
                elif kind == "delete":
                    editing.delete(Actor("page"), 1, 1)
                else:
                    editing.create(Actor("page"), {"sku": "aA"[number % 2] + "1", "name": "x"})
                outcomes.append("won")
            except (editing.Stale, editing.Gone, editing.SkuTaken) as error:
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    lost = {"edit": "Stale", "delete": "Gone", "create": "SkuTaken"}[kind]
    assert sorted(outcomes) == sorted(["won", *[lost] * 3])


def test_a_sku_in_another_case_is_taken_and_the_other_product_is_named(app: Flask) -> None:
    make("straße-1", name="First")
    with pytest.raises(editing.SkuTaken) as told:
        make("STRAßE-1")
    assert told.value.other and told.value.other.name == "First"
    make("B1")
    with pytest.raises(editing.SkuTaken):
        editing.update(Actor("page"), 3, 1, {"sku": "Straße-1"})
    assert editing.update(Actor("page"), 1, 1, {"sku": "STRAßE-1"}).sku == "STRAßE-1"


@pytest.mark.parametrize(
    "values, field",
    [
        ({"sku": " \u3000"}, "sku"),
        ({"sku": "x" * 256}, "sku"),
        ({"sku": "a\0"}, "sku"),
        ({"name": ""}, "name"),
        ({"name": "x" * 1001}, "name"),
        ({"price": "1,5"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1e5"}, "price"),
        ({"price": "9" * 13}, "price"),
        ({"active": "perhaps"}, "active"),
        ({"description": "\0"}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"description": "é" * (512 * 1024 + 1)}, "description"),
        ({"attributes": [("a", "1"), ("a", "2")]}, "attributes"),
        ({"attributes": [("a\0", "1")]}, "attributes"),
        ({"attributes": [("k" * 300, "1")]}, "attributes"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(app: Flask, values: dict[str, Any], field: str) -> None:
    make()
    with pytest.raises(editing.Invalid) as told:
        editing.update(Actor("page"), 1, 1, values)
    assert list(told.value.errors) == [field]
    assert change_sets() == 1


def test_an_attribute_that_is_no_text_stays_and_its_name_is_not_free(app: Flask) -> None:
    make()
    with db.engine.begin() as connection:
        connection.execute(text("""UPDATE products SET attributes = '{"sizes": [1, 2], "a": "b"}'"""))
    saved = editing.update(Actor("page"), 1, 1, {"attributes": [("c", "d")]})
    assert saved.attributes == {"sizes": [1, 2], "c": "d"}
    with pytest.raises(editing.Invalid):
        editing.update(Actor("page"), 1, 2, {"attributes": [("sizes", "d")]})


typed = st.text(alphabet=st.sampled_from("aAß\u0130e\u0301\u212b 0.19-+e\u00a0\u3000,x"), max_size=6)


@settings(max_examples=examples(8, 25), deadline=None, suppress_health_check=list(HealthCheck))
@given(sku=typed, name=typed, price=typed)
def test_a_form_takes_what_a_file_takes(run_import: Run, sku: str, name: str, price: str) -> None:
    """The same rules, written twice, say the same."""
    with db.engine.begin() as connection:
        connection.execute(text("TRUNCATE products"))
    cells = ",".join(f'"{cell}"' for cell in (sku, name, price))
    row = run_import(f"sku,name,price\n{cells}\n", encoding="utf-8", numbers="plain")
    values, errors = validation.clean({"sku": sku, "name": name, "price": price})
    assert bool(errors) == (row.created == 0)
    if not errors:
        with db.engine.connect() as connection:
            stored = connection.execute(text("SELECT sku, name, price FROM products")).one()
        assert tuple(stored) == tuple(values[name] for name in ("sku", "name", "price"))


@pytest.mark.parametrize("product_id", [0, 99, 2**63, 10**30])
def test_what_is_not_there_is_gone(app: Flask, product_id: int) -> None:
    assert editing.get(product_id) is None
    with pytest.raises(editing.Gone):
        editing.update(Actor("page"), product_id, 1, {"name": "x"})
    with pytest.raises(editing.Gone):
        editing.delete(Actor("page"), product_id, 1)


def test_an_edit_during_an_import_gives_up_soon_and_names_it(app: Flask, importing: object) -> None:
    begun = time.monotonic()
    with pytest.raises(change_log.Busy) as told:
        make()
    assert time.monotonic() - begun < app.config["SETTINGS"].lock_seconds + 10
    assert str(told.value) == "Import 42 (spring.csv) is changing products right now."


# ---- history ----


def test_the_history_tells_who_when_from_what_to_what(run_import: Run) -> None:
    row = run_import("sku,name,price,colour\nA0,x,,\nA1,Lamp,1.50,red\n")
    editing.update(Actor("page"), 2, 1, {"price": "2", "attributes": [("size", "L")]})
    again = run_import("sku,name\nA1,Lamp\nA1,Armchair\n")
    product = editing.get(2)
    assert product is not None
    told = history.of_product(product)
    assert [(c.action, c.line, c.entry.source.import_id) for c in told] == [
        ("updated", 3, again.id),
        ("updated", None, None),
        ("created", 3, row.id),
    ]
    steps = [[(s.field, str(s.old), str(s.new)) for s in c.steps] for c in told]
    assert steps[0] == [("name", "Lamp", "Armchair")]
    assert steps[1] == [("price", "1.50", "2"), ("colour", "red", "None"), ("size", "None", "L")]


# ---- the pages ----


def test_create_see_edit_duplicate_and_delete_by_page(client: FlaskClient) -> None:
    form = {"sku": "A1", "name": "Lamp", "price": "1.50", "active": "y", "key": ["colour", ""], "value": ["red", ""]}
    answer = post(client, "/products/new", form)
    assert (answer.status_code, answer.location) == (303, "/products/1")
    page = client.get("/products/1").text
    assert all(word in page for word in ("Lamp", "1.50", "colour", "red", "Product created", "ann@example.com"))
    answer = post(client, "/products/1/edit", form | {"version": 1, "name": "Chair"})
    assert (answer.status_code, answer.location) == (303, "/products/1")
    page = client.get("/products/1").text
    assert "<del>Lamp</del>" in page and "<ins>Chair</ins>" in page
    copied = client.get("/products/new?from=1").text
    assert 'value="Chair"' in copied and 'value="A1"' not in copied and "red" in copied
    assert "Delete A1?" in client.get("/products/1/delete").text
    answer = post(client, "/products/1/delete", {"version": 2})
    assert (answer.status_code, answer.location) == (303, "/products")
    assert client.get("/products/1").status_code == 404


def test_a_flash_can_be_undone(client: FlaskClient) -> None:
    post(client, "/products/new", {"sku": "A1", "name": "Lamp", "active": "y"})
    with client.session_transaction() as session:
        assert session["_flashes"] == [("undo:1", "A1 was created.")]


def test_errors_stand_beside_their_fields(client: FlaskClient) -> None:
    answer = post(
        client, "/products/new", {"sku": "", "name": "<b>", "price": "much", "key": ["a", "a"], "value": ["1", "2"]}
    )
    assert answer.status_code == 422
    for word in ("Enter a SKU.", "“much” is not a plain number", "“a” is listed twice", "&lt;b&gt;"):
        assert word in answer.text


def test_a_long_text_is_named() -> None:
    long = "x" * (1024**2 + 1)
    with pytest.raises(validation.Wrong, match="attribute “colour” is longer than 1 MiB"):
        validation.CLEANERS["attributes"]([("colour", long)])
    with pytest.raises(validation.Wrong, match="The description is longer"):
        validation.CLEANERS["description"](long)


def test_a_taken_sku_links_the_other_product(client: FlaskClient) -> None:
    make("A1", name="First")
    answer = post(client, "/products/new", {"sku": "a1", "name": "Second"})
    assert answer.status_code == 422
    assert 'href="/products/1"' in answer.text and "upper and lower case make no difference" in answer.text


def test_who_saves_second_sees_both_values_and_chooses(client: FlaskClient) -> None:
    make("A1", price="1")
    editing.update(Actor("page"), 1, 1, {"name": "Theirs", "price": "2"})
    mine = {"sku": "A1", "name": "Mine", "price": "1", "active": "y"}
    answer = post(client, "/products/1/edit", mine | {"version": 1})
    assert answer.status_code == 409
    assert all(word in answer.text for word in ("Mine", "Theirs", "Save mine", "Keep theirs"))
    assert 'name="version" value="2"' in answer.text
    assert post(client, "/products/1/edit", mine | {"version": 2}).status_code == 303
    assert editing.get(1).name == "Mine"  # type: ignore[union-attr]


def test_a_conflict_says_who_saved_first(client: FlaskClient, run_import: Run) -> None:
    make("A1")
    me = db.session.scalars(db.select(User)).one()
    other = users.create(COMMAND_LINE, "bo@example.com", PASSWORD, "editor")
    mine = {"sku": "A1", "name": "Mine", "version": 1}

    def said(path: str = "/products/1/edit") -> str:
        return post(client, path, mine).text

    editing.update(Actor("page", me.id), 1, 1, {"name": "Tab"})
    assert "You changed this product in another tab while you edited it here" in said()
    assert "Keep saved" in said() and "Keep saved" in said("/products/1/row")
    assert "You changed this product in another tab in the meantime" in said("/products/1/delete")
    editing.update(Actor("api", me.id), 1, 2, {"name": "Program"})
    assert "You changed this product through the API" in said()
    editing.update(Actor("page", other.id), 1, 3, {"name": "Bo"})
    assert "bo@example.com changed this product while you edited it." in said() and "Keep theirs" in said()
    switched = post(client, "/products/1/active", {"version": 1, "active": "n"}, headers=HTMX)
    assert "bo@example.com changed A1 in the meantime" in switched.text
    editing.update(Actor("cli"), 1, 4, {"name": "Script"})
    assert "Someone changed this product on the command line" in said()
    run_import("sku,name\nA1,Imported\n")
    assert "Import 1 changed this product" in said()


def test_deleting_what_somebody_changed_is_asked_again(client: FlaskClient) -> None:
    make()
    editing.update(Actor("page"), 1, 1, {"name": "Newer"})
    answer = post(client, "/products/1/delete", {"version": 1})
    assert answer.status_code == 409 and "changed this product" in answer.text and "Newer" in answer.text
    assert post(client, "/products/1/delete", {"version": 2}).status_code == 303


def test_a_dialog_gets_the_form_alone_and_is_left_for_the_page(client: FlaskClient) -> None:
    make()
    part = client.get("/products/1/edit", headers=HTMX).text
    assert "<html" not in part and "product-form" in part
    answer = post(client, "/products/1/edit", {"version": 1, "sku": "A1", "name": ""}, headers=HTMX)
    assert answer.status_code == 422 and "<html" not in answer.text
    answer = post(client, "/products/1/edit", {"version": 1, "sku": "A1", "name": "B"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/products/1")


@pytest.mark.parametrize("path", ["/products/new", "/products/1/edit", "/products/1/delete"])
def test_a_page_answers_409_while_an_import_writes_and_keeps_the_input(
    client: FlaskClient, importing: object, path: str
) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO products (id, sku, name, created_change_set_id, change_set_id)"
                " VALUES (1, 'A1', 'Lamp', 1, 1)"
            )
        )
    answer = post(client, path, {"version": 1, "sku": "Z1", "name": "Typed name"})
    assert answer.status_code == 409
    assert "/imports/42" in answer.text and "spring.csv" in answer.text
    assert "Typed name" in answer.text or "delete" in path


@pytest.mark.parametrize("product_id", ["99", "9223372036854775808", "9" * 40])
@pytest.mark.parametrize("path", ["", "/edit", "/delete"])
def test_unknown_products_are_404(client: FlaskClient, product_id: str, path: str) -> None:
    assert client.get(f"/products/{product_id}{path}").status_code == 404
    if path:
        assert post(client, f"/products/{product_id}{path}", {"version": "1"}).status_code == 404


@pytest.mark.parametrize("value", ["\0", "'; DROP TABLE products; --", "🛒" * 400, "\u202e\ud7ff", "9" * 400])
def test_garbage_in_a_form_is_never_a_fault(client: FlaskClient, value: str) -> None:
    for number, name in enumerate(("sku", "name", "description", "price", "version", "key", "active", "csrf"), 1):
        make(sku=f"A{number}")
        form = {"sku": f"A{number}", "name": "Lamp", "version": "1", "key": "k", "value": "v"} | {name: value}
        assert post(client, f"/products/{number}/edit", form).status_code in (303, 409, 422), name
    assert client.get("/products/new", query_string={"from": value}).status_code == 200
