"""A plan in parts is the same plan, and its parts are really made side by side."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import Identifier

from catalog import importer
from catalog.importer.plan import ranges
from catalog.importer.values import actions as kinds
from catalog.imports import reviews
from catalog.models import Import
from tests.conftest import catalog, counts
from tests.support.examples import some

Run = Callable[..., Import]
SHOP = "sku,name\nA,Lamp\nb,Stool\nC,Table\né,Rug\nß,Cup\n"
FILE = "sku,name\nB,Stool\na,Lamp\nd,Desk\nÉ,Rug\nC,Shelf\nD,Bed\nc,Chair\nΣ,Vase\n,x\n"


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let plans be cut at these keys, however small the file."""

    def at(*bounds: str) -> None:
        monkeypatch.setattr(ranges, "bounds", lambda *given: list(bounds))

    return at


BOUNDS = [("b",), ("c", "d"), ("", "zz"), ("é", "σ"), ("C",)]


@pytest.mark.parametrize("mode", some(["sync", "upsert", "create", "update", "delete"], 2))
def test_a_plan_in_parts_does_what_a_whole_one_does(run_import: Run, cut: Callable[..., None], mode: str) -> None:
    file = FILE if mode != "delete" else FILE.replace("\n,x", "")
    ends = {}
    for parts in [(), *BOUNDS]:
        cut()
        run_import("sku\nA\nb\nC\né\nß\nd\nΣ\n", mode="delete")
        run_import(SHOP)
        cut(*parts)
        row = run_import(file, mode=mode, confirmed=True)
        assert row.state == "completed"
        ends[parts] = (counts(row), row.deactivated, catalog())
    assert [parts for parts in BOUNDS if ends[parts] != ends[()]] == []


def test_the_parts_are_given_to_processes(
    connection: Connection, cut: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Little keeps PostgreSQL from that: an OFFSET of the wrong type does."""
    cut("m")
    explained = []

    class Explaining(Cursor):
        def execute(self, query: Any, values: Any = None) -> None:
            statement = getattr(query, "as_string", lambda _: query)(self)
            if " AS (\nWITH winner" in statement:
                super().execute(f"EXPLAIN {statement}")
                explained.extend(line for (line,) in self.fetchall())
            super().execute(query, values)

    options = importer.Options()
    staged = importer.stage(io.BytesIO(FILE.encode()), connection, "scratch", options)
    monkeypatch.setattr(connection, "cursor_factory", Explaining)
    importer.make_plan(connection, "scratch", staged.columns, options)
    connection.rollback()
    assert any("Parallel Append" in line for line in explained), explained


def test_the_number_of_a_row_says_what_is_done_to_which_fields(run_import: Run) -> None:
    run_import("sku,name,price\nA,Lamp,1\nB,Stool,2\n")
    row = run_import("sku,name,price\na,Lamp,3\nB,Stool,2\nC,x,1\nB,Stool,2\n", review=True)

    def found(field: str = "", *actions: str) -> list[str]:
        asked = importer.Wanted(actions=actions or ("updated",), field=field)
        return [line.sku for line in reviews.page(row, asked).rows]

    assert found("sku") == found("price") == ["a"] and found("name") == []
    assert found("", *kinds.ACTIONS) == ["a", "B", "C", "B"]
    assert found("", "duplicates") == ["B"] and found("price", "unchanged") == []


def test_a_large_file_is_cut_near_its_middle_and_a_small_one_is_not(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged AS SELECT to_char(n, '0000000') AS key FROM generate_series(1, 200000) AS n"
        )
        staged = Identifier("staged")
        assert ranges.bounds(cursor, staged) == []
        monkeypatch.setattr(ranges, "PARTED_BYTES", 1024**2)
        (bound,) = ranges.bounds(cursor, staged)
    # A sample of a hundredth of its pages, some eleven: its middle, more or less.
    assert 10_000 < int(bound) < 190_000
