"""Attributes written by whole columns are the JSON that Python writes row by row."""

import json

import pandas as pd
from hypothesis import given, settings, strategies as st

from catalog.importer.checks.attributes import attributes_of
from catalog.importer.columns.result import Columns
from tests.support.examples import examples

TEXT = st.text(st.sampled_from('aé"\\\n\x01\x1f\x7f\u2028😀 ,{'), max_size=4)


@settings(max_examples=examples(20, 60), deadline=None)
@given(TEXT, st.lists(st.tuples(TEXT, TEXT, st.just("x")), max_size=4))
def test_any_cells_make_the_same_objects(name: str, rows: list[tuple[str, ...]]) -> None:
    names = [f"n{name}", "colour", "source"]
    cells = pd.DataFrame(rows, columns=["0", "1", "2"], dtype="str")
    cells.index = cells.index * 3 + 5  # with gaps, as where rows were refused
    places = {name: position for position, name in enumerate(names)}
    for width in (1, 3):
        some = dict(list(places.items())[:width])
        made = attributes_of(cells, Columns(tuple(names), {}, some))
        assert made.to_list() == [
            json.dumps({n: cell for n, cell in zip(some, row, strict=False) if cell}, ensure_ascii=False)
            for row in rows
        ]
        assert made.index.equals(cells.index)
