"""Output of consoles and Markdown: the lines that it draws are no rows."""

import io

import pytest

from catalog.importer import Options, look
from catalog.importer.rows.strict_csv import is_drawn

ROWS = (("A1", "Lamp red", "1.50"), ("A2", "Lamp blue", "2.50"), ("A3", "Chair", "3.50"))
NAMES = ("sku", "name", "price")


def table(before: str, between: str, after: str) -> str:
    """A table with | between its cells, and these lines above, below the header, and at the end."""
    header, *rows = (f"| {' | '.join(row)} |\n" for row in (NAMES, *ROWS))
    return before + header + between + "".join(rows) + after


FRAME = "+-----+-----------+-------+\n"
BY = {sign: "\n".join(sign.join(row) for row in ROWS) for sign in ",\t|"}
FORMS = {
    "sap": table("-" * 40 + "\n", "-" * 40 + "\n", "-" * 40 + "\n"),
    "mysql": table(FRAME, FRAME, FRAME + "3 rows in set (0.00 sec)\n"),
    "markdown": table("", "|:---|---|---:|\n", ""),
    "psql": f"sku|name|price\n-----+-----------+-------\n{BY['|']}\n(3 rows)\n",
    "box": f"sku|name|price\n─────┼───────────┼───────\n{BY['|']}\n",
    "groups": f"sku|name|price\n---|---|---\n{BY['|']}\n---|---|---\nB1|Bed|9.50\n---|---|---\n",
    "equals": f"sku\tname\tprice\n=====\t=====\t=====\n{BY[chr(9)]}\n",
    "sqlcmd": f"sku,name,price\n---,----,-----\n{BY[',']}\n\n(3 rows affected)\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_lines_that_are_drawn_count_as_blank(form: str) -> None:
    seen = look(io.BytesIO(FORMS[form].encode()), Options())
    count = FORMS[form].count(".50")
    assert (seen.problem, seen.verdict.rows, seen.verdict.ready) == ("", count, count)
    assert [row.product["sku"] for row in seen.stored][:3] == [row[0] for row in ROWS]


@pytest.mark.parametrize(
    "cells", [["-", "Lamp", "1"], ["-", "-", "-"], ["--", "Lamp", ""], ["A--B"], ["5 rows", "x"], ["", ""], ["->"]]
)
def test_one_sign_or_any_value_is_a_row(cells: list[str]) -> None:
    assert not is_drawn(cells)


def test_a_dash_for_a_sku_is_still_rejected() -> None:
    seen = look(io.BytesIO(b"sku,name,price\n-,Lamp,1.50\n--,Chair,2\nA1,Bed,3\n"), Options())
    assert (seen.verdict.rows, seen.verdict.reasons) == (3, {"sku_placeholder": 2})
