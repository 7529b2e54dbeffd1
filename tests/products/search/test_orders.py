"""Places in an order of the list."""

import pytest

from catalog.products.search.orders import Walk


@pytest.mark.parametrize(("descending", "beyond"), [(False, [("b", 3), ("c", 1)]), (True, [("a", 1), ("b", 1)])])
def test_what_is_still_to_come(descending: bool, beyond: list[tuple[str, int]]) -> None:
    walk = Walk("name", descending, ("b", 2))
    places = [("a", 1), ("b", 1), ("b", 2), ("b", 3), ("c", 1)]
    assert [place for place in places if walk.is_beyond(place)] == beyond


def test_a_walk_from_the_first_place_has_all_before_it() -> None:
    walk = Walk()
    assert walk.is_beyond(("", 0)) and walk.sql("value", "id") == "true" and walk.direction == "ASC"


def test_the_same_in_sql() -> None:
    walk = Walk("price", True, ("1", 2))
    assert walk.sql("v", "i") == '(v, i) < (%(beyond_value)s COLLATE "C", %(beyond_id)s)'
    assert walk.values() == {"beyond_value": "1", "beyond_id": 2}
