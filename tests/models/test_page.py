"""A page says where the rest of a list begins, and that there is none."""

import pytest

from catalog.models import Page


@pytest.mark.parametrize(
    "found, rows, cursor", [([], [], None), ([1, 2], [1, 2], None), ([1, 2, 3], [1, 2], 2), ([5], [5], None)]
)
def test_a_page_leads_to_the_rest_if_there_is_one(found: list[int], rows: list[int], cursor: int | None) -> None:
    page = Page.of(found, 2, lambda row: row)
    assert (page.rows, page.next_cursor) == (rows, cursor)
