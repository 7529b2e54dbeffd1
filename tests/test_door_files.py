"""The files to measure with hold what they promise: many shops, many scripts, a truth beside each."""

import io
import json
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bench import door
from bench.door_files import (
    asia,
    by_hand,
    east,
    feeds,
    lists,
    more_scripts,
    more_tills,
    newer_markets,
    odd_formats,
    pollution,
    programs,
    scripts,
    tills,
    trades,
    west,
    wholesale,
)
from bench.door_files.__main__ import MODULES
from bench.door_files.made import Made
from catalog.importer import Options, Rejected
from catalog.importer.checks.rows import check
from catalog.importer.opening.open import open_file

FILES = [make() for module in MODULES for make in module.FILES]
READ = (east, west, tills, asia, feeds, programs, wholesale)
READ += (more_tills, trades, newer_markets, more_scripts, by_hand, odd_formats)


def test_there_are_many_files_shops_and_scripts() -> None:
    names = " ".join(str(one.truth.get("products")) for one in FILES)
    found = {unicodedata.name(letter).split()[0] for letter in names if letter.isalpha() and not letter.isascii()}
    assert len(FILES) >= 40 and len({one.name for one in FILES}) == len(FILES)
    assert sum(len(module.FILES) for module in MODULES if module not in (lists, pollution, scripts)) >= 12
    wanted = {"CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI", "CJK", "HIRAGANA", "HANGUL", "DEVANAGARI"}
    assert wanted <= found


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name)
def test_each_truth_can_be_held_to(one: Made, tmp_path: Path) -> None:
    one.write(tmp_path)
    (truth_file,) = tmp_path.glob("*.truth.json")
    truth = json.loads(truth_file.read_text())
    assert truth.keys() <= {"rows", "rejected", "ask", "products"} and truth
    if "rows" in truth:
        assert truth["rows"] >= len(truth["products"])


def test_a_better_key_is_seen_whatever_blank_rows_follow(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Art.-Nr.,Bezeichnung,EAN\nA1,S,1\nA1,M,2\n,,\n")
    assert door._better_key(file, "Art.-Nr.") == "EAN"
    assert door._better_key(file, "EAN") is None


@pytest.mark.parametrize(
    "make",
    [make for module in READ for make in module.FILES],
    ids=lambda make: make().name,
)
def test_each_file_is_read_as_its_truth_says(make: Callable[[], Made]) -> None:
    one = make()
    try:
        products, rejected = read(one.content)
    except Rejected as rejection:
        assert one.truth.get("ask") and len(getattr(rejection, "questions", ())) <= 1, rejection
        return
    assert not one.truth.get("ask")
    assert products == {
        sku: {"name": fields.get("name"), "price": fields.get("price") and Decimal(fields["price"])}
        for sku, fields in one.truth["products"].items()
    }
    assert rejected == one.truth["rejected"]


def read(content: bytes) -> tuple[dict[str, dict[str, object]], int]:
    """SKU -> its name and price, and the number of rejected rows."""
    opened = open_file(io.BytesIO(content), Options())
    found = [check(chunk, opened.columns) for chunk in opened.chunks()]
    rows = [row for one in found for row in one.frame.to_dict("records")]
    products = {row["sku"]: {"name": row["name"], "price": _price(row.get("price"))} for row in rows}
    return products, sum(len(one.errors) for one in found)


def _price(written: object) -> Decimal | None:
    return Decimal(written) if isinstance(written, str) and written else None
