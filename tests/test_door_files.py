"""The files to measure with hold what they promise: many shops, many scripts, a truth beside each."""

import json
import unicodedata
from pathlib import Path

import pytest

from bench import door
from bench.door_files import markets, more_markets, more_shops, offices, shops, systems, world_markets, world_shops
from bench.door_files.__main__ import MODULES
from bench.door_files.made import Made

SHOPS = (shops, more_shops, markets, more_markets, systems, world_markets, world_shops, offices)
FILES = [make() for module in MODULES for make in module.FILES]


def test_there_are_many_files_shops_and_scripts() -> None:
    names = " ".join(str(one.truth.get("products")) for one in FILES)
    found = {unicodedata.name(letter).split()[0] for letter in names if letter.isalpha() and not letter.isascii()}
    assert len(FILES) >= 40 and len({one.name for one in FILES}) == len(FILES)
    assert sum(len(module.FILES) for module in SHOPS) >= 12
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
