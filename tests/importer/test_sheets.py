"""What people see in a sheet arrives: merged cells have one value, codes their zeros, hidden sheets stay hidden."""

from collections.abc import Callable

import pytest

from catalog.models import Import
from catalog.workbooks.numbers import format_of
from catalog.workbooks.sheet import cell_name, column_number
from tests.conftest import catalog, counts
from tests.importer.test_formats import opened, read
from tests.support.workbooks import COLUMNS, number, ods, ods_cell, ods_row, row, text, unknown, xlsx

Run = Callable[..., Import]


def merged(*ranges: str) -> str:
    return f"<mergeCells>{''.join(f'<mergeCell ref={one!r}/>' for one in ranges)}</mergeCells>".replace("'", '"')


def texts(*rows: tuple[str, ...]) -> str:
    return "".join(
        row(n, *(text(f"{'ABCDEF'[at]}{n}", cell) for at, cell in enumerate(cells) if cell))
        for n, cells in enumerate(rows, 1)
    )


SIZES = (
    ("sku", "name", "size", "brand"),
    ("M-S", "Linen tee", "S", "Norda"),
    ("M-M", "", "M", ""),
    ("M-L", "", "L", ""),
    ("X-1", "Mug", "", ""),
    ("N-1", "", "", "Other"),
)


def test_merged_cells_have_one_value_and_nothing_else_is_filled(run_import: Run) -> None:
    done = run_import(xlsx(texts(*SIZES), merged("B2:B4", "D2:D5")))
    assert [(sku, name, attributes["brand"]) for sku, name, *_, attributes in catalog()] == [
        ("M-L", "Linen tee", "Norda"),
        ("M-M", "Linen tee", "Norda"),
        ("M-S", "Linen tee", "Norda"),
        ("X-1", "Mug", "Norda"),
    ]
    assert counts(done) == {"rows": 5, "created": 4, "rejected": 1}
    assert done.recent_errors[0]["code"] == "name_blank"


def test_merged_cells_of_an_open_document() -> None:
    def covered(times: int = 1) -> str:
        return f'<table:covered-table-cell {COLUMNS}="{times}"/>'

    rows = [
        ods_row(*map(ods_cell, SIZES[0])),
        ods_row(
            ods_cell("M-S"),
            ods_cell("Linen tee", **{"table:number-rows-spanned": 3}),
            ods_cell("S"),
            ods_cell("Norda", **{"table:number-rows-spanned": 4}),
        ),
        ods_row(ods_cell("M-M"), covered(), ods_cell("M"), covered()),
        ods_row(ods_cell("M-L"), covered(), ods_cell("L"), covered()),
        ods_row(ods_cell("X-1"), ods_cell("Mug"), ods_cell(), covered()),
    ]
    assert read(ods("".join(rows))) == [
        ("M-S", "Linen tee", "S", "Norda"),
        ("M-M", "Linen tee", "M", "Norda"),
        ("M-L", "Linen tee", "L", "Norda"),
        ("X-1", "Mug", "", "Norda"),
    ]


def test_merges_above_the_rows_are_for_the_looks() -> None:
    rows = texts(("Price list", "", "", ""), ("Artikelnummer", "Bezeichnung", "Preis", ""), ("A1", "Lamp", "1.5", "x"))
    file = xlsx(rows, merged("A1:D1", "C2:D2"))
    assert opened(file).reader.header == ["Artikelnummer", "Bezeichnung", "Preis", ""]
    assert read(file) == [("A1", "Lamp", "1.5", "x")]
    two = texts(("sku", "name", "price", ""), ("", "", "net", "gross"), ("A1", "Lamp", "1", "2"))
    file = xlsx(two, merged("A1:A2", "B1:B2", "C1:D1"))
    chosen = opened(file, columns={"price": "price gross"})
    assert chosen.reader.header == ["sku", "name", "price net", "price gross"]
    assert read(file, columns={"price": "price gross"}) == [("A1", "Lamp", "1", "2")]


def test_a_merge_makes_no_rows_where_nothing_else_is() -> None:
    rows = texts(("sku", "name"), ("A1", "Lamp")) + row(6, text("A6", "A2"), text("B6", "Mug"))
    found = read(xlsx(rows, merged("A2:A5", "B2:B1048576")))
    assert [one for one in found if any(one)] == [("A1", "Lamp"), ("A2", "Lamp")]


def test_a_heading_between_products_is_no_product(run_import: Run) -> None:
    rows = (("sku", "name", "brand"), ("POTS", "", ""), ("A1", "Pot", "Norda"), ("A2", "", ""), ("TOOLS", "", ""))
    done = run_import(xlsx(texts(*rows), merged("A2:C2", "A5:C5", "B3:B4", "C3:C4")))
    assert [(sku, name, attributes) for sku, name, *_, attributes in catalog()] == [
        ("A1", "Pot", {"brand": "Norda"}),
        ("A2", "Pot", {"brand": "Norda"}),
    ]
    assert counts(done) == {"rows": 4, "created": 2, "rejected": 2}


@pytest.mark.parametrize(
    "code, shown",
    [
        ("00000000", {"1234": "00001234", "12.5": "12.5", "123456789": "123456789"}),
        ('"AB-"0000', {"7": "AB-0007"}),
        ("000\\-0000", {"7": "000-0007", "12345678": "1234-5678"}),
        ("[Red]0000;-0000", {"7": "0007", "-7": "-7"}),
        ("0.00", {"12.5": "12.5", "33.333": "33.333", "3": "3"}),
        ("#,##0.00", {"1234.5": "1234.5"}),
        ('0" kg"', {"7": "7"}),
        ('"EUR "0', {"7": "7"}),
        ("General", {"1E3": "1000"}),
        ("0%", {"0.5": "0.5"}),
        ("0.00E+00", {"1234": "1234"}),
        ("yyyy-mm-dd", {"46053": "2026-01-31"}),
        ("[h]:mm", {"1.5": "1 day, 12:00:00"}),
    ],
)
def test_a_number_is_shown_with_its_zeros_and_prices_keep_their_value(code: str, shown: dict[str, str]) -> None:
    quoted = code.replace('"', "&quot;")
    cells = [row(n, text(f"A{n}", "x"), number(f"B{n}", value, 1)) for n, value in enumerate(shown, 2)]
    file = xlsx(texts(("sku", "name")) + "".join(cells), formats=(quoted,))
    assert [name for _, name in read(file)] == [*shown.values()]
    assert format_of(164, "General") is None


def test_zeros_of_an_open_document() -> None:
    def cell(value: str, shown: str) -> str:
        return ods_cell(shown, **{"office:value-type": "float", "office:value": value})

    rows = ods_row(ods_cell("sku"), ods_cell("name"), ods_cell("price"), ods_cell("w"))
    rows += ods_row(cell("1234", "00001234"), cell("7", "AB-0007"), cell("12.5", "12,50 €"), cell("7", "7 kg"))
    assert read(ods(rows)) == [("00001234", "AB-0007", "12.5", "7")]


def test_a_known_code_is_found_by_what_people_see(run_import: Run) -> None:
    run_import("sku,name\n00001234,Lamp\n")
    cells = row(2, number("A2", "1234", 1), text("B2", "Lantern"))
    done = run_import(xlsx(texts(("sku", "name")) + cells, formats=("00000000",)))
    assert counts(done) == {"rows": 1, "updated": 1}


def test_formulas_with_an_empty_result_are_empty() -> None:
    cells = [
        '<c r="A2" t="str"><f>""</f><v></v></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        unknown("C2"),
        '<c r="D2"><f>1+1</f><v>2</v></c>',
    ]
    file = xlsx(texts(("sku", "name", "a", "b")) + row(2, *cells))
    assert read(file) == [("", "#FORMULA!", "#FORMULA!", "2")]


def test_names_of_cells() -> None:
    for column, name in {0: "A", 25: "Z", 26: "AA", 16_383: "XFD"}.items():
        assert cell_name(column, 7) == f"{name}7" and column_number(name) == column


def test_the_noise_of_computed_prices_goes_and_honest_decimals_stay(run_import: Run) -> None:
    prices = ["1.2100000000000002", "0.30000000000000004", "1.8999999999999999", "19.99", "123456789012.123456"]
    rows = [f"N-{n},x,{price}\n" for n, price in enumerate(prices)]
    done = run_import("sku,name,price\n" + "".join(rows))
    assert counts(done) == {"rows": 5, "created": 5}
    found = [str(price.normalize()) for _, _, _, price, *_ in catalog()]  # type: ignore[attr-defined]
    assert found == ["1.21", "0.3", "1.9", "19.99", "123456789012.123456"]


def test_a_price_that_is_no_price_is_told_why(run_import: Run) -> None:
    done = run_import("sku,name,price\nD-1,x,1.123456\nD-2,x,1.1234567\nD-3,x,1.5E+2\nD-4,x,much\n", decimals="reject")
    reasons = [error["message"] for error in done.recent_errors]
    assert "has more decimals than the limit for a price, which is 6" in reasons[0]
    assert "is in scientific notation" in reasons[1]
    assert "write it like" in reasons[2]
