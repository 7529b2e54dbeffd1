"""What a fix is said to do is true of the rows that it was tried on."""

import io

import pytest

from catalog.importer import Fix, Options, Verdict, look
from catalog.web.pages.imports.steps.answers import _outcome


@pytest.mark.parametrize(
    ("accepted", "rows", "counted", "whole", "words"),
    [
        (9, 9, 9, True, "Then all 9 rows would be ready."),
        (8, 9, 9, True, "Then 8 of 9 rows would be ready."),
        (500, 500, 780, True, "Then all of the first 500 rows would be ready."),
        (400, 500, 500, False, "Then 400 of the first 500 rows would be ready."),
    ],
)
def test_a_part_of_the_rows_is_called_so(accepted: int, rows: int, counted: int, whole: bool, words: str) -> None:
    fix = Fix({}, "Use it?", "Use it", 1, rows, accepted)
    assert _outcome(fix, Verdict(rows=counted, whole=whole)) == words


def test_a_fix_counts_rows_as_the_verdict_does() -> None:
    """A row that repeats a SKU is ready in both."""
    rows = [*(f"A{n},Lamp {n},{n}.50" for n in range(1, 40)), "C1,Bad price,abc", "A5,Again,7"]
    verdict = look(io.BytesIO("\n".join(["sku,name,price", *rows]).encode()), Options()).verdict
    assert verdict.words.startswith("40 of 41 rows ready.") and verdict.fix
    assert verdict.products == 39  # the button says how many products are imported
    assert _outcome(verdict.fix, verdict) == "Then all 41 rows would be ready."
