"""Review: the import stops with its plan, and exactly that is applied, later, or never."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection
from sqlalchemy import text

from catalog import importer
from catalog.imports import control, reviews, scratch_tables
from catalog.imports.run import breakers, whole_file
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.products.bulk import jobs, tasks
from tests.conftest import catalog, counts, csrf
from tests.support.shop import FILE, decide, edit, kept_tables, lines, make, names, remove

Run = Callable[..., Import]


def test_a_review_stops_after_the_plan_and_applies_exactly_that(shop: None, run_import: Run) -> None:
    before = catalog()
    row = run_import(FILE, review=True)
    assert (row.state, row.finished_at, row.change_set_id) == ("review", None, None)
    planned = counts(row)
    assert planned == {"rows": 5, "created": 1, "updated": 2, "duplicates": 1, "rejected": 1}
    assert catalog() == before
    assert scratch_tables.sweep() == 0
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
        assert reviews.page(row, nothing).rows == []
    rest = reviews.page(row, importer.Wanted(after=first.next_cursor), 1)
    assert [line.sku for page in (first, rest) for line in page.rows] == ["B", "C"]
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
    row = run_import(file, review=meant, mode="upsert" if meant else "sync", columns={"sku": "sku"})
    assert (row.state, row.duplicates) == ("review", 3)
    page = reviews.page(row, importer.Wanted(actions=("duplicates",)))
    found = [(line.sku, line.name, line.line, line.overwritten_by) for line in page.rows]
    assert found == [("A", "One", 2, 7), ("B", "Stool", 3, 6), ("a", "Two", 4, 7)]
    assert not any(line.conflict or line.cells for line in page.rows)
    assert [line[1] for line in lines(row, query="two", actions=("duplicates",))] == ["a"]
    shown = client.get(f"/imports/{row.id}/plan?what=duplicates").text
    assert "overwritten by line 7" in shown and "Duplicates 3" in shown
    assert counts(decide(row)) == counts(row) and names()["A"] == "Lamp"


def test_discard_leaves_nothing_but_the_history_entry(shop: None, run_import: Run) -> None:
    before = catalog()
    row = run_import(FILE, review=True)
    reviews.discard(COMMAND_LINE, row)
    ended = control.get(row.id)
    assert ended is not None
    assert (ended.state, counts(ended)) == ("cancelled", {"rows": 5, "rejected": 1})
    assert (catalog(), kept_tables()) == (before, [])
    with pytest.raises(reviews.NotWaiting):
        reviews.apply(COMMAND_LINE, ended)


def test_a_plan_may_be_discarded_while_it_is_made_quick_to_search(
    shop: None, run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importer.speed_up

    def late(connection: Connection, scratch: str) -> None:
        waiting = control.get(int(scratch.split("_")[1]))
        assert waiting is not None
        reviews.discard(COMMAND_LINE, waiting)
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
    conflicting = reviews.page(row, importer.Wanted(conflicts=True)).rows
    assert [line.sku for line in conflicting] == ["B", "C", "D"]
    assert all(line.conflict for line in conflicting)
    with pytest.raises(reviews.Conflicts):
        reviews.apply(COMMAND_LINE, row)
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
    found = reviews.page(row, importer.Wanted(conflicts=True)).rows
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
    waits = control.get(row.id)
    assert waits is not None and reviews.undecided(waits) == 2
    with pytest.raises(reviews.Conflicts):
        reviews.apply(COMMAND_LINE, waits)
    page = client.get(f"/imports/{row.id}/plan?what=conflicts").text
    assert "For the other 2" in page and page.count('value="overwrite" form="conflicts" checked') == 1
    ended = decide(waits, rest)
    assert ended.state == "completed"
    written = {"A": "Lamp 2", "D": "Desk"} if rest == "overwrite" else {"A": "Lantern", "d": "Shelf"}
    assert names() == {"B": "Chair", "C": "Bench"} | written


def test_a_plan_all_of_whose_conflicts_are_decided_needs_no_choice_for_others(shop: None, run_import: Run) -> None:
    row = run_import("sku,name\nA,Lamp 2\nB,Chair\n", review=True)
    edit("A", name="Lantern")
    (line,) = reviews.page(row, importer.Wanted(conflicts=True)).rows
    reviews.choose(COMMAND_LINE, row, {line.n: "overwrite"})
    assert decide(row).state == "completed"
    assert names() == {"A": "Lamp 2", "B": "Chair", "C": "Table"}


def test_plan_again_reads_the_stored_file_once_more(shop: None, run_import: Run) -> None:
    row = run_import(FILE, review=True)
    edit("B", name="Chair")
    reviews.apply(COMMAND_LINE, row, "again")
    whole_file.run(row.id)
    anew = control.get(row.id)
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
    reviews.apply(COMMAND_LINE, row)
    edit("B", name="Sofa")
    whole_file.run(row.id)
    again = control.get(row.id)
    assert again is not None and (again.state, again.decision) == ("review", None)
    assert reviews.Review.of(again).reasons == [str(reviews.Conflicts(1))]
    with db.engine.connect() as connection:
        told = connection.scalars(
            text(
                "SELECT CAST(payload AS jsonb)->'data'->>'error' FROM webhook_events"
                " WHERE type = 'import.review' ORDER BY id"
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
    assert reviews.Review.of(again).reasons[-1].startswith("The review was lost")
    scratch_tables.sweep()
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
    jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id))
    assert catalog() == before
    again = run_import("sku,name\nA,Lamp\n", mode="sync", review=True)
    assert [line[:2] for line in lines(again)] == [("deactivated", "B"), ("deactivated", "C")]


@pytest.mark.parametrize("file", ["sku,name\nA,Lamp\n,x\n", "sku,name\n"])
def test_a_sync_that_was_not_wholly_read_asks_first(shop: None, run_import: Run, file: str) -> None:
    row = run_import(file, mode="sync")
    assert (row.state, row.deactivated) == ("review", 2 if "A" in file else 3)
    why = "so 3 products would be" if file == "sku,name\n" else "without an accepted row in the file would be"
    assert f"{why} deactivated" in row.review["reasons"][0]
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
        ([f"Q{n},x" for n in range(15)] + ["Q1,x"] * 5, {}, False),
        ([f"Q{n},x" for n in range(14)] + ["Q1,x"] * 6, {}, True),
        ([f"Q{n},x" for n in range(14)] + ["Q1,x"] * 6, {"confirmed": True}, False),
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
