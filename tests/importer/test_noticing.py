"""Warnings say what looks wrong, in the first look and for the whole file; the rows are imported."""

import io
from collections.abc import Callable

import pytest
from psycopg2.extensions import connection as Connection

from catalog.importer import WARNINGS, Options, look
from catalog.importer.warnings import notices, seen
from catalog.models import Import
from tests.conftest import catalog

Run = Callable[..., Import]

FILE = """sku,name,ean,note
123,Lamp,"4,00638E+12",plain
A-1,Chair,4006381333931,=1+1
a-1,CafÃ© chair,4006381333948,—
A -1,Stool,4006381333955,1E5
A-1,Table,4006381333962,+49 30
"""
CODES = {"scientific", "lost_zeros", "formula", "decoded_twice", "alike_skus", "repeated_skus"}


def test_all_of_it_is_told_with_counts_and_places(run_import: Run) -> None:
    run_import("sku,name\n00123,Old lamp\n")
    row = run_import(FILE, columns={"sku": "sku"})
    told = {one["code"]: (one["count"], one["examples"]) for one in row.warnings}
    assert told == {
        "scientific": (1, [{"line": 2, "column": "ean", "value": "4,00638E+12"}]),
        "lost_zeros": (1, [{"line": 2, "column": "sku", "value": "123 / 00123"}]),
        "formula": (1, [{"line": 3, "column": "note", "value": "=1+1"}]),
        "decoded_twice": (1, [{"line": 4, "column": "name", "value": "CafÃ© chair"}]),
        "alike_skus": (
            2,
            [{"line": 4, "column": "sku", "value": "A-1 / a-1"}, {"line": 5, "column": "sku", "value": "A-1 / A -1"}],
        ),
        "repeated_skus": (
            2,
            [
                {"line": 4, "column": "sku", "value": "a-1 (lost: name 'Chair')"},
                {"line": 6, "column": "sku", "value": "A-1 (lost: name 'CafÃ© chair')"},
            ],
        ),
    }
    assert set(told) == CODES < set(WARNINGS)
    assert {"ean": "4,00638E+12", "note": "plain"} in [line[5] for line in catalog()]


def test_the_first_look_tells_the_same(run_import: Run, connection: Connection) -> None:
    run_import("sku,name\n00123,Old lamp\n")
    seen = look(io.BytesIO(FILE.encode()), Options(columns={"sku": "sku"}), connection=connection)
    assert {one.code for one in seen.warnings} == CODES
    assert (seen.looked_at, seen.rejected) == (5, 0)


def test_a_good_file_has_no_warnings(run_import: Run) -> None:
    row = run_import("sku,name,ean\nA1,Größe Â,4006381333931\nA2,Über – „x“,\n")
    assert row.warnings == []


def test_rows_that_would_be_rejected_are_shown_with_the_reason() -> None:
    seen = look(io.BytesIO(b"sku,name,price\nA1,Lamp,1.50\nA2,Chair,x\n"), Options())
    assert (seen.looked_at, seen.rejected) == (2, 1)
    assert "'x' is not a number" in seen.rejections[0].message


def test_spellings_of_more_rows_than_are_kept_are_counted_in_the_database(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "MOST_HASHED", 4)
    monkeypatch.setattr(seen, "MOST_SKUS", 1)  # so that only the count can know
    row = run_import(FILE, columns={"sku": "sku"})
    counts = {one["code"]: one["count"] for one in row.warnings}
    assert (counts["alike_skus"], counts["repeated_skus"]) == (1, 2)


def test_prices_of_more_than_one_piece_are_told() -> None:
    file = b"Artikelnummer;Bezeichnung;Preis;PE\nA1;Kabel rot;78,50;100\nA2;Dose;4,85;1\nA3;Rohr;12,40;1000\n"
    (found,) = look(io.BytesIO(file), Options()).warnings
    assert (found.code, [e["value"] for e in found.examples]) == ("per_quantity", ["100", "1000"])
    for other in (file.replace(b";PE", b";Lager"), file.replace(b";1000\n", b";PVC\n")):
        assert look(io.BytesIO(other), Options()).warnings == ()


def test_prices_of_0_and_signs_of_html_are_told() -> None:
    file = (
        b"sku,name,price,note\nA1,Salt &amp; pepper,0.00,&lt;b&gt;\nA2,M&M; &,0,\nA3,Tap,0.50,\n"
        b"A&#39;4,Caf&eacute;,10,\n"
    )
    found = {one.code: [e["value"] for e in one.examples] for one in look(io.BytesIO(file), Options()).warnings}
    assert found == {"zero_price": ["0.00", "0"], "entities": ["A&#39;4", "Salt &amp; pepper", "Caf&eacute;"]}
