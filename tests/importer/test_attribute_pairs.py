"""Attributes in one cell become attributes of their own, and nothing that stands in the cell is lost."""

import json

import pyarrow as pa
import pytest

from bench.door_files import shops
from catalog.importer.checks import attribute_pairs
from tests.importer.test_recipes import attributes


@pytest.mark.parametrize(
    "text, found",
    [
        ("color=Blue,size=S", {"color": "Blue", "size": "S"}),
        ('color=Blue,size="27, tall",x=1', {"color": "Blue", "size": "27, tall", "x": "1"}),
        ("text=Warm, soft and light,color=Red", {"text": "Warm, soft and light", "color": "Red"}),
        ("material=Fleece|Nylon, color=Red", {"material": "Fleece|Nylon", "color": "Red"}),
        ('label="a ""b"""', {"label": 'a "b"'}),
        ("url=https://x.example/?a=1", {"url": "https://x.example/?a=1"}),
        ("color=Blue,color=Red", {}),
        ("see the manual", {}),
        ("", {}),
    ],
)
def test_pairs_of_a_cell(text: str, found: dict[str, str]) -> None:
    assert attribute_pairs.pairs(text) == found


def test_a_name_that_is_taken_gets_that_of_the_column() -> None:
    cells = pa.array(["color=Blue,name=x,fit=slim", "no pairs", ""], pa.large_string())
    made = attribute_pairs.members(cells, "more", {"color", "more"}, ", ").to_pylist()
    assert [json.loads("{" + one[2:] + "}") for one in made] == [
        {"more.color": "Blue", "more.name": "x", "fit": "slim"},
        {"more": "no pairs"},
        {},
    ]


def test_those_of_magento_are_opened() -> None:
    found = attributes(shops.magento_2().content)["M-1"]
    assert (found["color"], found["size"]) == ("Green", "27, tall") and "additional_attributes" not in found
