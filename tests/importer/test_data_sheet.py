"""Of several sheets the one with products is read, whatever stands before it; of two such sheets a person chooses."""

import io
from typing import Any

import pytest
import xlsxwriter

from catalog.importer import Options, Unanswered, look
from catalog.importer.opening.open import open_file

PRODUCTS = [["SKU", "Name", "Price"], ["A-1", "Lamp", 9.5], ["A-2", "Bulb", 2.5]]
HELP = [["How to fill this sheet"], ["1.", "Do not change the header"], ["", "SKU", "your code"]]


def book(**sheets: list[list[object]]) -> io.BytesIO:
    """A workbook with these sheets."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
    made.seek(0)
    return made


def test_instructions_before_the_products_are_left_out_and_named() -> None:
    opened = open_file(book(Instructions=HELP, Products=PRODUCTS, Terms=[["Delivery"]]), Options())
    assert opened.understood.part == "Products"
    assert opened.understood.left_out == (("Instructions", "none of its lines has known column names"),)
    assert sum(chunk.rows for chunk in opened.chunks()) == 2


def test_two_sheets_of_the_same_columns_are_asked_about() -> None:
    file = book(Lamps=PRODUCTS, Tables=[PRODUCTS[0], ["T-1", "Table", 90]])
    with pytest.raises(Unanswered) as raised:
        open_file(file, Options())
    (question,) = raised.value.questions
    assert (question.option, question.choices) == ("sheet", ("Lamps", "Tables"))
    file.seek(0)
    seen = look(file, Options())
    assert [one.option for one in seen.questions] == ["sheet"] and seen.names == ["SKU", "Name", "Price"]
    file.seek(0)
    assert open_file(file, Options(sheet="Tables")).understood.part == "Tables"


@pytest.mark.parametrize(
    "choices", [{"columns": {"name": ""}}, {"attributes": {"#2": ""}}, {"attributes": {"#2": "x"}}]
)
def test_a_column_that_is_not_used_any_more_changes_neither_sheet_nor_header(choices: dict[str, Any]) -> None:
    titled = [["Price list"], ["Valid from May"], *PRODUCTS]
    found = look(book(Instructions=HELP, Products=titled), Options(**choices))
    assert (found.names, found.problem[:28]) == (["SKU", "Name", "Price"], "No column is called name. Th")
