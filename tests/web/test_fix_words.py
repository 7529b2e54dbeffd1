"""What a fix is said to do is true of the rows that it was tried on."""

import pytest

from catalog.importer import Fix, Verdict
from catalog.web.pages.imports.steps.answers import _outcome


@pytest.mark.parametrize(
    ("ready", "rows", "counted", "whole", "words"),
    [
        (9, 9, 9, True, "Then all 9 rows would be ready."),
        (8, 9, 9, True, "Then 8 of 9 rows would be ready."),
        (500, 500, 780, True, "Then all of the first 500 rows would be ready."),
        (400, 500, 500, False, "Then 400 of the first 500 rows would be ready."),
    ],
)
def test_a_part_of_the_rows_is_called_so(ready: int, rows: int, counted: int, whole: bool, words: str) -> None:
    fix = Fix({}, "Use it?", "Use it", ready, rows)
    assert _outcome(fix, Verdict(rows=counted, whole=whole)) == words
