"""Review: the import stops with its plan, and exactly that is applied, later, or never."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings, strategies as st
from markupsafe import escape
from psycopg2.extensions import connection as Connection
from sqlalchemy import text

from catalog import importer
from catalog.cli import main
from catalog.imports import lifecycle, reviews
from catalog.imports.run import breakers, whole_file
from catalog.models import Import, db
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from catalog.web.pages.differences import differences
from tests.changes.test_changes import everything
from tests.conftest import catalog, counts, csrf, empty
from tests.support.live import environment

Run = Callable[..., Import]
SHOP = "sku,name,price,colour\nA,Lamp,1,red\nB,Stool,2,\nC,Table,3,\n"
FILE = "sku,name,price\na,Lamp,1\nB,Chair,2\nD,Desk,4\nd,Desk,5\n,x,\n"


@pytest.fixture
def shop(run_import: Run) -> None:
    """Three products."""
    run_import(SHOP)


def kept_tables() -> list[str]:
    """What an import left beside the tables that are always there."""
    query = text("SELECT relname FROM pg_class WHERE relname ~ '^import_[0-9]' AND relkind = 'r' ORDER BY 1")
    with db.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def edit(sku: str, /, **values: str) -> None:
    """Somebody changes a product by hand."""
    product = editing.by_sku(sku)
    assert product is not None
    editing.update(product.id, product.version, values, user_id=None)


def remove(sku: str) -> None:
    """Somebody deletes a product by hand."""
    product = editing.by_sku(sku)
    assert product is not None
    editing.delete(product.id, product.version, user_id=None)


def make(sku: str, name: str) -> None:
    """Somebody makes a product by hand."""
    editing.create({"sku": sku, "name": name}, user_id=None)


def names() -> dict[str, object]:
    """The catalog as SKU -> name."""
    return {str(row[0]): row[1] for row in catalog()}


def decide(row: Import, choice: str = "") -> Import:
    """Apply a plan as a worker would, here and now."""
    reviews.apply(lifecycle.get(row.id), choice)
    whole_file.run(row.id)
    ended = lifecycle.get(row.id)
    assert ended is not None
    db.session.expunge(ended)
    return ended


def lines(row: Import, **wanted: object) -> list[tuple[str, str, dict[str, object]]]:
    """The plan as people read it: what, SKU, and each cell, old and new."""
    page = reviews.page(row, importer.Wanted(**wanted))
    return [(line.action, line.sku, {c.field: (c.old, c.new) for c in line.cells}) for line in page.lines]


def test_a_review_stops_after_the_plan_and_applies_exactly_that(shop: None, run_import: Run) -> None:
    before = catalog()
    row = run_import(FILE, review=True)
    assert (row.state, row.finished_at, row.change_set_id) == ("review", None, None)
    planned = counts(row)
    assert planned == {"rows": 5, "created": 1, "updated": 2, "duplicates": 1, "rejected": 1}
    assert catalog() == before
    assert lifecycle.sweep() == 0
    ended = decide(row)
    assert (ended.state, counts(ended)) == ("completed", planned)
    assert names() == {"a": "Lamp", "B": "Chair", "C": "Table", "d": "Desk"}
    assert kept_tables() == []


def test_the_diff_shows_every_cell_old_and_new(shop: None, run_import: Run) -> None:
    row = run_import(FILE, review=True)
    assert lines(row) == [
        ("updated", "a", {"sku": ("A", "a")}),
        ("updated", "B", {"name": ("Stool", "Chair")}),
        ("created", "d", {"sku": (None, "d"), "name": (None, "Desk"), "price": (None, 5), "active": (None, True)}),
    ]


@pytest.fixture(params=["quick", "slow"])
def speed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan with all that makes looking through it quick, and as it is until that is made, or if it never is."""
    if request.param == "slow":
        monkeypatch.setattr(importer, "speed_up", lambda connection, scratch: None)


def test_the_diff_is_searched_filtered_and_paged(speed: None, shop: None, run_import: Run) -> None:
    row = run_import("sku,name,price\nA,Lamp,1\nB,CHAIR 5%,2\nC,Table,9\n", review=True)
    assert [line[1] for line in lines(row, query="chair 5%")] == ["B"]
    assert lines(row, query="5_") == []
    assert [line[1] for line in lines(row, field="price")] == ["C"]
    assert [line[:2] for line in lines(row, actions=("unchanged",))] == [("unchanged", "A")]
    first = reviews.page(row, importer.Wanted(), 1)
    assert first.next_cursor is not None
    for beyond in (2**31 - 1, 10**18):
        nothing = importer.Wanted(query="s", after=beyond)
        assert reviews.page(row, nothing).lines == []
    rest = reviews.page(row, importer.Wanted(after=first.next_cursor), 1)
    assert [line.sku for page in (first, rest) for line in page.lines] == ["B", "C"]
    assert rest.next_cursor is None


@pytest.mark.parametrize("conflicts", [False, True])
def test_words_of_any_script_are_found_in_a_plan_in_any_case(
    speed: None, shop: None, run_import: Run, conflicts: bool
) -> None:
    file = "sku,name\nA,ΟΔΟΣ 5%\nB,İstanbul\nC,Straße\n"
    row = run_import(file, review=True)
    for sku in "ABC" if conflicts else "":
        edit(sku, description="new")
    for word, found in {
        "ΟΔΟΣ": "A",
        "οδοσ": "A",
        "οδος": "A",
        "ΟΔΟΣ 5%": "A",
        "%ΟΔΟΣ": "",
        "İstanbul": "B",
        "istanbul": "B",
        "İSTANBUL": "B",
        "Straße": "C",
        "STRAßE": "C",
        "STRAẞE": "C",
        "strasse": "",
    }.items():
        asked = lines(row, query=word, conflicts=conflicts)
        assert "".join(line[1] for line in asked) == found, word


def test_a_small_sigma_of_an_end_is_found_in_a_plan(speed: None, shop: None, run_import: Run) -> None:
    row = run_import("sku,name\nA,Ο Δρόμος\n", review=True)
    for word in ("δρόμος", "ΔΡΌΜΟΣ", "δρόμοσ"):
        assert [line[1] for line in lines(row, query=word)] == ["A"], word


@pytest.mark.parametrize("meant", [True, False])
def test_rows_that_another_one_replaces_are_shown_with_the_line_that_wins(
    client: FlaskClient, speed: None, shop: None, run_import: Run, meant: bool
) -> None:
    """Also in a plan that stopped by itself."""
    file = "sku,name\nA,One\nB,Stool\na,Two\n,x\nb,Stool\nA,Lamp\n"
    row = run_import(file, review=meant, mode="upsert" if meant else "sync")
    assert (row.state, row.duplicates) == ("review", 3)
    page = reviews.page(row, importer.Wanted(actions=("duplicates",)))
    found = [(line.sku, line.name, line.line, line.overwritten_by) for line in page.lines]
    assert found == [("A", "One", 2, 7), ("B", "Stool", 3, 6), ("a", "Two", 4, 7)]
    assert not any(line.conflict or line.cells for line in page.lines)
    assert [line[1] for line in lines(row, query="two", actions=("duplicates",))] == ["a"]
    shown = client.get(f"/imports/{row.id}/plan?what=duplicates").text
    assert "overwritten by line 7" in shown and "Duplicates 3" in shown
    assert counts(decide(row)) == counts(row) and names()["A"] == "Lamp"


def test_discard_leaves_nothing_but_the_history_entry(shop: None, run_import: Run) -> None:
    before = catalog()
    row = run_import(FILE, review=True)
    reviews.discard(row)
    ended = lifecycle.get(row.id)
    assert ended is not None
    assert (ended.state, counts(ended)) == ("cancelled", {"rows": 5, "rejected": 1})
    assert (catalog(), kept_tables()) == (before, [])
    with pytest.raises(reviews.NotWaiting):
        reviews.apply(ended)


def test_a_plan_may_be_discarded_while_it_is_made_quick_to_search(
    shop: None, run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importer.speed_up

    def late(connection: Connection, scratch: str) -> None:
        waiting = lifecycle.get(int(scratch.split("_")[1]))
        assert waiting is not None
        reviews.discard(waiting)
        real(connection, scratch)

    monkeypatch.setattr(importer, "speed_up", late)
    assert run_import(FILE, review=True).state == "cancelled"
    assert kept_tables() == []


@pytest.mark.parametrize(
    "choice, expected, what",
    [
        (
            "skip",
            {"A": "Lamp", "B": "Sofa", "C": "Table", "D": "Shelf", "E": "Rug"},
            {"rows": 5, "created": 1, "unchanged": 1, "skipped": 3},
        ),
        (
            "overwrite",
            {"A": "Lamp", "B": "Chair", "C": "Couch", "D": "Desk", "E": "Rug"},
            {"rows": 5, "created": 2, "updated": 2, "unchanged": 1},
        ),
    ],
)
def test_what_changed_since_is_asked_about(
    shop: None, run_import: Run, choice: str, expected: object, what: object
) -> None:
    file = "sku,name\nA,Lamp\nB,Chair\nC,Couch\nD,Desk\nE,Rug\n"
    row = run_import(file, review=True)
    edit("B", name="Sofa", description="soft")
    remove("C")
    make("d", "Shelf")
    assert reviews.conflicts(row) == 3
    conflicting = reviews.page(row, importer.Wanted(conflicts=True)).lines
    assert [line.sku for line in conflicting] == ["B", "C", "D"]
    assert all(line.conflict for line in conflicting)
    with pytest.raises(reviews.Conflicts):
        reviews.apply(row)
    ended = decide(row, choice)
    assert (ended.state, counts(ended)) == ("completed", what)
    found = {sku.upper(): name for sku, name in names().items()}
    assert found == {k: v for k, v in expected.items() if (k, choice) != ("C", "skip")}
    (sofa,) = [line for line in catalog() if line[0] == "B"]
    assert sofa[2] == "soft"  # the file does not speak of it


@pytest.mark.parametrize("rest", ["skip", "overwrite"])
def test_conflicts_show_both_values_and_are_decided_product_by_product(
    shop: None, run_import: Run, client: FlaskClient, rest: str
) -> None:
    row = run_import("sku,name\nA,Lamp 2\nB,Chair\nC,Couch\nD,Desk\n", review=True)
    edit("A", name="Lantern")
    edit("B", name="Sofa")
    edit("C", name="Bench")
    make("d", "Shelf")
    found = reviews.page(row, importer.Wanted(conflicts=True)).lines
    both = {line.sku: (line.cells[-1].old, line.cells[-1].new, line.cells[-1].now) for line in found if line.sku != "D"}
    assert both == {
        "A": ("Lamp", "Lamp 2", "Lantern"),
        "B": ("Stool", "Chair", "Sofa"),
        "C": ("Table", "Couch", "Bench"),
    }
    assert [(cell.new, cell.now) for cell in found[3].cells] == [("D", "d"), ("Desk", "Shelf"), (True, True)]
    page = client.get(f"/imports/{row.id}/plan?what=conflicts").text
    assert "Sofa" in page and page.count("In the catalog now") == 6
    token = csrf(page)
    numbers = {line.sku: line.n for line in found}
    some = {f"line-{numbers['B']}": "overwrite", f"line-{numbers['C']}": "skip", "line-x": "skip"}
    client.post(f"/imports/{row.id}/apply", data={"csrf_token": token, "save": "yes", **some})
    waits = lifecycle.get(row.id)
    assert waits is not None and reviews.undecided(waits) == 2
    with pytest.raises(reviews.Conflicts):
        reviews.apply(waits)
    page = client.get(f"/imports/{row.id}/plan?what=conflicts").text
    assert "For the other 2" in page and page.count('value="overwrite" form="conflicts" checked') == 1
    ended = decide(waits, rest)
    assert ended.state == "completed"
    written = {"A": "Lamp 2", "D": "Desk"} if rest == "overwrite" else {"A": "Lantern", "d": "Shelf"}
    assert names() == {"B": "Chair", "C": "Bench"} | written


def test_a_plan_all_of_whose_conflicts_are_decided_needs_no_choice_for_others(shop: None, run_import: Run) -> None:
    row = run_import("sku,name\nA,Lamp 2\nB,Chair\n", review=True)
    edit("A", name="Lantern")
    (line,) = reviews.page(row, importer.Wanted(conflicts=True)).lines
    reviews.choose(row, {line.n: "overwrite"})
    assert decide(row).state == "completed"
    assert names() == {"A": "Lamp 2", "B": "Chair", "C": "Table"}


def test_plan_again_reads_the_stored_file_once_more(shop: None, run_import: Run) -> None:
    row = run_import(FILE, review=True)
    edit("B", name="Chair")
    reviews.apply(row, "again")
    whole_file.run(row.id)
    anew = lifecycle.get(row.id)
    assert anew is not None
    assert (anew.state, anew.updated, anew.unchanged) == ("review", 1, 1)
    assert len(kept_tables()) == 2
    assert reviews.Review.of(anew).reasons == [breakers.ASKED.message]


def test_to_plan_again_is_no_choice_for_the_next_time(shop: None, run_import: Run) -> None:
    """It had stopped by itself; looked at once more it has the options that it came with."""
    row = run_import("sku,name\nA,Lamp\n,x\n", mode="sync")
    assert row.state == "review"
    assert decide(row, "again").state == "review"
    ended = decide(row)
    assert (ended.state, ended.options["review"]) == ("completed", False)


def test_a_conflict_that_nobody_saw_makes_it_wait_again(
    shop: None, run_import: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row = run_import(FILE, review=True)
    reviews.apply(row)
    edit("B", name="Sofa")
    whole_file.run(row.id)
    again = lifecycle.get(row.id)
    assert again is not None and (again.state, again.decision) == ("review", None)
    assert reviews.Review.of(again).reasons == [str(reviews.Conflicts(1))]
    with db.engine.connect() as connection:
        told = connection.scalars(
            text(
                "SELECT CAST(payload AS jsonb)->'data'->>'error' FROM webhook_events WHERE type = 'import.review' ORDER BY id"
            )
        ).all()
    assert told == [breakers.ASKED.message, str(reviews.Conflicts(1))]
    assert "not made quick" not in capsys.readouterr().err
    assert decide(again, "skip").skipped == 1


def test_a_plan_that_a_crash_emptied_is_made_anew_and_asked_about_again(shop: None, run_import: Run) -> None:
    row = run_import(FILE, review=True)
    with db.engine.begin() as connection:
        connection.execute(text(f'TRUNCATE "{reviews.scratch(row)}_plan"'))
    again = decide(row)
    assert (again.state, again.created, again.rejected) == ("review", 1, 1)
    with db.engine.begin() as connection:  # as after a restore, which has no plans
        connection.execute(text(f'DROP TABLE "{reviews.scratch(again)}_plan"'))
    assert (lines(again), reviews.conflicts(again)) == ([], 0)
    again = decide(again)
    assert again.state == "review"
    assert reviews.Review.of(again).reasons[-1].startswith("The plan that")
    lifecycle.sweep()
    assert len(kept_tables()) == 2
    assert decide(again).state == "completed"


# ---- sync and blanks ----


@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_sync_deals_with_products_that_are_not_in_the_file(shop: None, run_import: Run, absent: str) -> None:
    before = catalog()
    row = run_import("sku,name\nA,Lamp\nE,Rug\n", mode="sync", absent=absent)
    assert counts(row) == {"rows": 2, "created": 1, "unchanged": 1}
    assert (row.deactivated, row.removed) == ((2, 0) if absent == "deactivate" else (0, 2))
    off = [line[0] for line in catalog() if not line[4]]
    assert (list(names()), off) == ((["A", "B", "C", "E"], ["B", "C"]) if absent == "deactivate" else (["A", "E"], []))
    jobs.now(tasks.Task("undo", undoes_id=row.change_set_id))
    assert catalog() == before
    again = run_import("sku,name\nA,Lamp\n", mode="sync", review=True)
    assert [line[:2] for line in lines(again)] == [("deactivated", "B"), ("deactivated", "C")]


@pytest.mark.parametrize("file", ["sku,name\nA,Lamp\n,x\n", "sku,name\n"])
def test_a_sync_that_was_not_wholly_read_asks_first(shop: None, run_import: Run, file: str) -> None:
    row = run_import(file, mode="sync")
    assert (row.state, row.deactivated) == ("review", 2 if "A" in file else 3)
    assert "without an accepted row would be deactivated" in row.review["reasons"][0]
    assert decide(row).deactivated == row.deactivated


def test_a_blank_cell_keeps_or_clears_column_by_column(run_import: Run) -> None:
    run_import("sku,name,Text,price,colour,size\nA,Lamp,old,1,red,L\n", columns={"description": "Text"})
    run_import(
        "sku,name,Text,price,colour,size\nA,Lamp,,,,\n",
        columns={"description": "Text"},
        blanks={"text": "keep", "Colour": "keep"},
    )
    assert catalog() == [("A", "Lamp", "old", None, True, {"colour": "red"})]
    refused = run_import("sku,name\nA,x\n", blanks={"size": "keep"})
    assert refused.state == "failed" and "size" in (refused.error or "")


# ---- breakers ----


@pytest.fixture
def large(run_import: Run, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """A catalog that counts as large: twenty products."""
    settings = app.config["SETTINGS"].model_copy(update={"breaker_from": 20})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    run_import("sku,name\n" + "".join(f"P{n:02},x\n" for n in range(20)))


@pytest.mark.parametrize(
    "file, options, waits",
    [
        ([f"P{n:02},y" for n in range(10)], {}, False),
        ([f"P{n:02},y" for n in range(11)], {}, True),
        (["P00"], {"mode": "delete"}, False),
        (["P00", "P01"], {"mode": "delete"}, True),
        ([f"Q{n},x" for n in range(18)] + [",x"] * 2, {}, False),
        ([f"Q{n},x" for n in range(17)] + [",x"] * 3, {}, True),
        ([f"Q{n},x" for n in range(17)] + [",x"] * 3, {"confirmed": True}, False),
        ([f"P{n:02},x" for n in range(18)], {"mode": "sync"}, True),
    ],
)
def test_what_would_change_much_stops_and_asks(
    large: None, run_import: Run, file: list[str], options: dict[str, str], waits: bool
) -> None:
    header = "sku" if options.get("mode") == "delete" else "sku,name"
    row = run_import("\n".join([header, *file]), **options)
    assert row.state == ("review" if waits else "completed")
    if waits:
        assert "%" in row.review["reasons"][0]
        assert decide(row).state == "completed"


def test_a_plan_nobody_meant_to_see_knows_its_unchanged_products(large: None, run_import: Run) -> None:
    rows = [f"P{n:02},{'x' if n < 2 else 'y'}" for n in range(20)]
    row = run_import("\n".join(["sku,name", *rows]))
    assert row.state == "review"
    assert [line[1] for line in lines(row, actions=("unchanged",), query="p01")] == ["P01"]


# ---- the law ----

SKUS = st.sampled_from("ABCDE")
NAMES = st.sampled_from(["x", "y", "z"])
ROWS = st.lists(st.tuples(SKUS, NAMES), max_size=5)
EDITS = st.lists(st.tuples(st.sampled_from(["edit", "remove", "make"]), SKUS, NAMES), max_size=4)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ROWS,
    ROWS,
    EDITS,
    st.sampled_from(["skip", "overwrite"]),
    st.sampled_from(["upsert", "create", "update", "delete", "sync"]),
    st.sampled_from(["deactivate", "delete"]),
)
def test_apply_does_exactly_what_the_plan_said(
    run_import: Run,
    before: list[tuple[str, str]],
    file: list[tuple[str, str]],
    edits: list[tuple[str, str, str]],
    choice: str,
    mode: str,
    absent: str,
) -> None:
    """Lines without a conflict happen; of the others none happens, or all do, whatever was edited in between."""
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM products"))
        connection.execute(text("UPDATE catalog_total SET products = 0"))
    run_import(csv_of(before))
    planned = run_import(csv_of(file), mode=mode, absent=absent, review=True)
    for what, sku, name in edits:
        there = editing.by_sku(sku)
        if what == "make" and not there:
            make(sku, name)
        elif what == "edit" and there:
            edit(sku, name=name)
        elif what == "remove" and there:
            remove(sku)
    everything = importer.Wanted(actions=importer.ACTIONS)
    plan = reviews.page(planned, everything).lines
    now = {str(row[0]): (row[1], row[4]) for row in catalog()}
    expected = dict(now)
    with db.engine.connect() as connection:
        there = set(connection.scalars(text("SELECT id FROM products")))
    for line in plan:
        if line.line is None and line.product_id not in there:
            continue  # what somebody made in its place is another product
        if not line.conflict or choice == "overwrite":
            _happens(line, expected, mode)
    ended = decide(planned, choice)
    assert ended.state == "completed"
    assert {str(row[0]): (row[1], row[4]) for row in catalog()} == expected
    assert ended.rows == sum(counts(ended).values()) - ended.rows
    if not any(line.conflict for line in plan):
        assert counts(ended) == counts(planned)


def _happens(line: importer.Line, shop: dict[str, tuple[object, object]], mode: str) -> None:
    """What one line of the plan does to a catalog: SKU -> name and whether it is active."""
    cells = {cell.field: cell.new for cell in line.cells}
    there = line.sku in shop
    if line.action in ("deleted", "removed"):
        shop.pop(line.sku, None)
    elif line.action == "deactivated" and there:
        shop[line.sku] = (shop[line.sku][0], False)
    elif (
        line.action == "created"
        and not (there and mode == "create")
        or line.action == "updated"
        and (there or mode != "update")
    ):
        shop[line.sku] = (cells["name"], shop[line.sku][1] if there else True)


def csv_of(rows: list[tuple[str, str]]) -> str:
    """A file of SKUs and names."""
    return "".join(f"{sku},{name}\n" for sku, name in [("sku", "name"), *rows])


# ---- SKUs that move between the plan and its decision ----


@pytest.mark.parametrize("choice", ["skip", "overwrite"])
@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_product_that_was_given_a_sku_of_the_file_is_not_absent(run_import: Run, absent: str, choice: str) -> None:
    run_import("sku,name\nA,a\nB,b\n")
    row = run_import("sku,name\nB,b\n", mode="sync", absent=absent, review=True)
    remove("B")
    edit("A", sku="B")
    ended = decide(row, choice)
    assert (ended.state, counts(ended)) == ("completed", {"rows": 1, "unchanged": 1})
    assert (ended.deactivated, ended.removed) == (0, 0)
    assert [(sku, active) for sku, _, _, _, active, _ in catalog()] == [("B", True)]


@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_product_that_is_absent_and_then_has_the_new_rows_sku_is_that_rows(run_import: Run, absent: str) -> None:
    run_import("sku,name\nA,a\n")
    row = run_import("sku,name\nb,new\n", mode="sync", absent=absent, review=True)
    edit("A", sku="B")
    ended = decide(row, "overwrite")
    assert (ended.state, counts(ended)) == ("completed", {"rows": 1, "updated": 1})
    assert (ended.deactivated, ended.removed) == (0, 0)
    assert [(sku, name, active) for sku, name, _, _, active, _ in catalog()] == [("b", "new", True)]


def test_two_products_that_swapped_their_skus_get_the_rows_of_what_they_are_called_now(run_import: Run) -> None:
    run_import("sku,name\nA,a\nB,b\n")
    row = run_import("sku,name\nA,new a\nB,new b\n", review=True)
    swap("A", "B")
    ended = decide(row, "overwrite")
    assert counts(ended) == {"rows": 2, "updated": 2}
    assert names() == {"A": "new a", "B": "new b"}


def test_a_product_gets_nothing_of_the_one_that_had_its_sku_before(run_import: Run) -> None:
    """The plan of A knows A's old texts; the file does not speak of them, or a blank cell keeps them."""
    run_import("sku,name,description,size,colour\nA,a,soft,XL,red\nB,b,hard,S,blue\n")
    file = "sku,name,description,colour\nA,new,,\n"
    row = run_import(file, blank="keep", review=True)
    remove("A")
    edit("B", sku="A")
    ended = decide(row, "overwrite")
    assert counts(ended) == {"rows": 1, "updated": 1}
    (now,) = catalog()
    assert (now[1], now[2], now[5]) == ("new", "hard", {"size": "S", "colour": "blue"})


def swap(one: str, other: str) -> None:
    """Two products get each other's SKU by hand."""
    edit(one, sku="between")
    edit(other, sku=one)
    edit("between", sku=other)


MOVED = st.sampled_from("ABCb")  # few, so that they meet
SOME = st.lists(st.tuples(MOVED, NAMES), min_size=1, max_size=3)
MOVES = st.lists(
    st.tuples(st.sampled_from(["rename", "swap", "edit", "remove", "make"]), MOVED, MOVED), min_size=1, max_size=5
)


@settings(max_examples=int(os.environ.get("CHAOS_MOVES", "15")), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    SOME,
    SOME,
    MOVES,
    st.sampled_from(["overwrite", "skip"]),
    st.sampled_from(["sync", "upsert", "create", "update", "delete"]),
    st.sampled_from(["deactivate", "delete"]),
)
@example([("A", "x")], [("B", "y")], [("rename", "A", "B")], "overwrite", "sync", "deactivate")
@example(
    [("A", "x"), ("B", "y")], [("B", "y")], [("remove", "B", "B"), ("rename", "A", "B")], "overwrite", "sync", "delete"
)
def test_whatever_was_renamed_meanwhile_each_product_is_touched_once_and_never_as_absent_if_it_has_a_row(
    app: Flask,
    run_import: Run,
    before: list[tuple[str, str]],
    file: list[tuple[str, str]],
    moves: list[tuple[str, str, str]],
    choice: str,
    mode: str,
    absent: str,
) -> None:
    empty(app)
    run_import(csv_of(before))
    planned = run_import(csv_of(file), mode=mode, absent=absent, review=True)
    plan = reviews.page(planned, importer.Wanted(actions=importer.ACTIONS)).lines
    for move in moves:
        moved(*move)
    now, shop = everything(), {str(p[0]).upper(): p for p in catalog()}
    ended = decide(planned, choice)
    assert ended.state == "completed"
    assert ended.rows == sum(counts(ended).values()) - ended.rows
    after = {str(p[0]).upper(): p for p in catalog()}
    listed = {sku.upper() for sku, _ in file}
    if mode != "delete":
        for sku in listed & shop.keys():
            assert sku in after and after[sku][4] == shop[sku][4]
    if choice == "overwrite" and mode in ("upsert", "sync"):
        for line in plan:
            cells = {cell.field: cell.new for cell in line.cells}
            if line.action in ("created", "updated") and "name" in cells:
                assert after[line.sku.upper()][1] == cells["name"]
    touched = _touched(ended.change_set_id) if ended.change_set_id else []
    assert len(touched) == len(set(touched))
    assert len(touched) == ended.created + ended.updated + ended.deleted + ended.deactivated + ended.removed
    if touched:
        assert jobs.now(tasks.Task("undo", undoes_id=ended.change_set_id)).skipped == 0
    assert everything() == now


def _touched(change_set_id: int) -> list[int]:
    """The products that a change set made, changed or removed, each as often as it did."""
    query = text("""
SELECT product_id FROM product_changes WHERE change_set_id = :id
UNION ALL SELECT id FROM products WHERE created_change_set_id = :id
""")
    with db.engine.connect() as connection:
        return list(connection.scalars(query, {"id": change_set_id}))


def moved(what: str, sku: str, other: str) -> None:
    """One thing that somebody does by hand, if it can be done."""
    there, taken = editing.by_sku(sku), editing.by_sku(other)
    if what == "make" and not there:
        make(sku, "by hand")
    elif not there:
        return
    elif what == "remove":
        remove(sku)
    elif what == "edit":
        edit(sku, name="edited")
    elif what == "rename" and (not taken or taken.id == there.id):
        edit(sku, sku=other)
    elif what == "swap" and taken and taken.id != there.id:
        swap(sku, other)


# ---- pages ----


def test_the_pages_of_a_review_from_the_form_to_the_decision(app: Flask, client: FlaskClient, run_import: Run) -> None:
    run_import(SHOP)
    token = csrf(client.get("/imports/new").text)
    file = (io.BytesIO(FILE.encode()), "spring.csv")
    answer = client.post(
        "/imports/new", data={"csrf_token": token, "review": "yes", "mode": "sync-delete", "file": file}
    )
    whole_file.run(2)
    page = client.get(answer.location).text
    assert "Review needed" in page and "Review the plan" in page
    plan = client.get("/imports/2/plan")
    assert "1 row was rejected, and 1 product without an accepted row would be deleted." in plan.text.replace("\n", " ")
    assert "<del>Stool</del>" in plan.text and "<ins>Chair</ins>" in plan.text
    assert "Refused 1" not in plan.text and "Rejected 1" in plan.text
    assert "sku" in client.get("/imports/2/plan?what=rejected").text
    assert "Nothing to show" in client.get("/imports/2/plan?q=nowhere").text
    assert client.get("/imports/2/plan?what=nonsense&after=x&field=y").status_code == 200
    edit("B", name="Sofa")
    asked = client.post("/imports/2/apply", data={"csrf_token": token})
    assert asked.status_code == 409 and "Choose what becomes of them" in asked.text
    decision = {"csrf_token": token, "conflicts": "overwrite"}
    assert client.post("/imports/2/apply", data=decision).status_code == 303
    whole_file.run(2)
    assert names() == {"a": "Lamp", "B": "Chair", "d": "Desk"}
    assert "1 product removed" in client.get("/imports/2").text
    assert client.get("/imports/2/plan").status_code == 302
    client.post("/imports/2/discard", data={"csrf_token": token})
    assert "does not wait for a decision" in client.get("/imports/2").text


def test_a_page_of_products_with_many_attributes_is_one_that_a_browser_can_show(
    client: FlaskClient, run_import: Run
) -> None:
    head = ",".join(f"a{n}" for n in range(300))
    rows = "".join(f"P{n},x{',y' * 300}\n" for n in range(20))
    row = run_import(f"sku,name,{head}\n{rows}", review=True)
    page = client.get(f"/imports/{row.id}/plan").text
    assert page.count("<dt>") < 2_200 and "search for this SKU alone" in page
    page = client.get(f"/imports/{row.id}/plan?q=P19").text
    assert page.count("<dt>") > 300 and "search for this SKU alone" not in page


def test_long_texts_show_the_words_that_differ() -> None:
    old = f"{'the same ' * 40}red end"
    left, right = differences(old, old.replace("red", "<blue>"))
    assert left == "… the same the same the same <mark>red</mark> end"
    assert right == "… the same the same the same <mark>&lt;blue&gt;</mark> end"


def test_a_difference_at_the_end_of_a_very_long_text_is_shown() -> None:
    words = [f"word{n}" for n in range(5_000)]
    left, right = differences(" ".join([*words, "red"]), " ".join([*words, "blue"]))
    assert left.endswith("word4999 <mark>red</mark>") and len(left) < 100
    assert right.endswith("word4999 <mark>blue</mark>")


def test_of_texts_that_share_nothing_the_beginnings_are_shown() -> None:
    left, right = differences("a " * 5_000, "b " * 3)
    assert left.startswith("<mark>a a ") and left.endswith("…</mark>")
    assert (len(left) < 2_000, right) == (True, "<mark>b b b</mark> ")


@given(st.lists(st.sampled_from("ab c\n<"), max_size=30), st.lists(st.sampled_from("ab c\n<"), max_size=30))
def test_nothing_but_what_is_the_same_is_left_out(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    left, right = differences(before, after)
    for whole, shown in ((before, left), (after, right)):
        plain = shown.replace("<mark>", "").replace("</mark>", "")
        assert "…" in shown or plain == escape(whole)


# ---- the command ----


def test_the_command_waits_applies_and_discards(
    app: Flask, shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "spring.csv"
    path.write_text(FILE)

    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, arguments)
        return result.exit_code, result.stdout

    code, told = command("import", "--json", "--review", str(path))
    assert (code, json.loads(told)["state"]) == (0, "review")
    assert command("apply", "9")[0] == 1
    code, told = command("apply", "2", "--json")
    assert (code, json.loads(told)["updated"]) == (0, 2)
    monkeypatch.setenv("CATALOG_BREAKER_FROM", "3")
    path.write_text("sku\nA\nB\n")
    code, told = command("import", "--mode", "delete", str(path))
    assert (code, "waits for review" in told) == (3, True)
    assert command("discard", "3") == (0, "Import 3 is discarded. Nothing was changed.\n")
    assert command("import", "--mode", "delete", "--yes", str(path))[0] == 0
    assert len(catalog()) == 2
    assert command("import", "--blank", "price=maybe", str(path))[0] == 2


def test_the_command_lists_conflicts_with_both_values_and_decides_each(
    app: Flask, shop: None, run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    run_import("sku,name\nA,Lamp 2\nB,Chair\nC,Couch\n", review=True)
    edit("A", name="Lantern")
    edit("B", name="Sofa")

    def command(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, arguments)
        return result.exit_code, result.stdout, result.stderr

    a = 'A, line 2, updated: name is "Lantern" in the catalog, "Lamp 2" in the file'
    b = 'B, line 3, updated: name is "Sofa" in the catalog, "Chair" in the file'
    c = 'C, line 4, updated: name "Table" -> "Couch"'
    assert command("plan", "2")[:2] == (0, f"conflict: {a}\nconflict: {b}\n{c}\n")
    only = command("plan", "2", "--conflicts", "--json")[1].splitlines()
    assert [json.loads(line)["sku"] for line in only] == ["A", "B"]
    code, _, told = command("apply", "2")
    assert (code, a in told, b in told, "--keep SKU" in told) == (1, True, True, True)
    assert command("apply", "2", "--keep", "C")[0] == 2
    assert command("apply", "2", "--keep", "A", "--take", "a")[0] == 2
    assert command("apply", "2", "--keep", "a")[0] == 1  # B is not decided
    assert command("apply", "2", "--keep", "a", "--take", "B")[0] == 0
    assert names() == {"A": "Lantern", "B": "Chair", "C": "Couch"}
    assert command("plan", "2")[0] == 1 and command("plan", "9")[0] == 1
