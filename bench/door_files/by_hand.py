"""Sheets made by hand: merged cells, tables beside each other, columns for rows, offers, forms, prices as ranges."""

import io
import zipfile
from collections.abc import Sequence
from functools import partial
from xml.sax.saxutils import escape

from bench.door_files.made import Made, lined, named, text

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(name: str, rows: Sequence[Sequence[object]], right: dict[str, object], merged: Sequence[str] = ()) -> Made:
    """A workbook of one sheet. None is a missing cell; numbers stay numbers; `merged` are ranges such as A1:C1."""
    lines = "".join(f'<row r="{at}">{_cells(at, row)}</row>' for at, row in enumerate(rows, 1))
    spans = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    after = f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else ""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SPACE}"><sheetData>{lines}</sheetData>{after}</worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, part in parts.items():
            archive.writestr(path, part)
    return Made(name, made.getvalue(), right)


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _cells(line: int, row: Sequence[object]) -> str:
    found = ((f"{chr(ord('A') + at)}{line}", cell) for at, cell in enumerate(row) if cell is not None)
    return "".join(
        f'<c r="{ref}"><v>{cell}</v></c>'
        if isinstance(cell, int | float)
        else f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'
        for ref, cell in found
    )


def merged_title() -> Made:
    """A title over all columns, a header with line breaks, headings of groups over all columns, numbers as codes."""
    rows = [
        ["Preisliste Frühjahr 2026", None, None, None],
        [None, None, None, None],
        ["Art.-\nNr.", "Bezeichnung", "Preis\n(EUR)", "VPE"],
        ["Töpfe", None, None, None],
        [10010, "Tontopf 12 cm", 2.5, 12],
        [10011, "Tontopf 20 cm", 5.95, 6],
        ["Werkzeug", None, None, None],
        [20010, "Handschaufel", 8, 10],
        [20011, "Gartenschere", 24.9, 4],
    ]
    products = {
        "10010": {"name": "Tontopf 12 cm", "price": "2.5"},
        "10011": {"name": "Tontopf 20 cm", "price": "5.95"},
        "20010": {"name": "Handschaufel", "price": "8"},
        "20011": {"name": "Gartenschere", "price": "24.9"},
    }
    merged = ["A1:D1", "A4:D4", "A7:D7"]
    return workbook("merged-title.xlsx", rows, {"rejected": 2, "products": products}, merged)


def merged_names() -> Made:
    """Price and model of a product are merged over the rows of its sizes. A model may be a name: Catalog asks."""
    rows = [
        ["Model", "Size", "Code", "Price"],
        ["Rain coat", "S", "MC-S", 59],
        [None, "M", "MC-M", None],
        [None, "L", "MC-L", None],
        ["Rain hat", "One size", "MH-1", 19.5],
    ]
    return workbook("merged-names.xlsx", rows, {"ask": True}, ["A2:A4", "D2:D4"])


def merged_group() -> Made:
    """A header of two rows with merged cells: the price is in one of two columns below "Price"."""
    rows = [
        ["Code", "Description", "Price", None, "Stock"],
        [None, None, "Retail", "Trade", None],
        ["MG-1", "Oak board", 39.5, 28, 4],
        ["MG-2", "Ash board", 34.5, 24, 9],
        ["MG-3", "Beech board", 29.5, 20, 2],
    ]
    products = {
        "MG-1": {"name": "Oak board", "price": "39.5"},
        "MG-2": {"name": "Ash board", "price": "34.5"},
        "MG-3": {"name": "Beech board", "price": "29.5"},
    }
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:E2"]
    return workbook("merged-group.xlsx", rows, {"rows": 3, "rejected": 0, "products": products}, merged)


def side_by_side() -> Made:
    """Two tables beside each other, as lists are printed: the right half must not be lost."""
    header = named("Code;Description;Price;;Code;Description;Price", ";")
    rows = [
        ["SB-1", "Bolt M6", "0.12", "", "SB-4", "Nut M6", "0.05"],
        ["SB-2", "Bolt M8", "0.18", "", "SB-5", "Nut M8", "0.07"],
        ["SB-3", "Bolt M10", "0.26", "", "SB-6", "Nut M10", "0.09"],
    ]
    return Made("side-by-side.csv", text(header, rows, ";").encode(), {"ask": True})


def side_by_side_numbered() -> Made:
    """The same, after a spreadsheet program numbered the names that come twice."""
    header = named("Item no.,Name,Price,Item no._1,Name_1,Price_1")
    rows = [
        ["SN-1", "Bolt M6", "0.12", "SN-4", "Nut M6", "0.05"],
        ["SN-2", "Bolt M8", "0.18", "SN-5", "Nut M8", "0.07"],
        ["SN-3", "Bolt M10", "0.26", "SN-6", "Nut M10", "0.09"],
    ]
    return Made("side-by-side-numbered.csv", text(header, rows).encode(), {"ask": True})


def transposed() -> Made:
    """A column for each product and a row for each field."""
    rows = [
        ["Name", "Pine chair", "Oak chair", "Ash stool"],
        ["Price", "49.00", "89.00", "35.00"],
        ["Weight", "4.1", "5.0", "2.2"],
    ]
    return Made("transposed.csv", text(["SKU", "TP-1", "TP-2", "TP-3"], rows).encode(), {"ask": True})


def transposed_named() -> Made:
    """The same with the names of the products in the first row, and a table of sizes."""
    rows = [["Artikelnummer", "TN-1", "TN-2"], ["Breite (cm)", "60", "80"], ["Preis (EUR)", "149,00", "199,00"]]
    return Made("transposed-named.csv", text(["", "Regal klein", "Regal groß"], rows, ";").encode(), {"ask": True})


def offer() -> Made:
    """An offer: positions, quantities, a price for one and a sum, and sums below."""
    written = (
        "Pos.;Artikel-Nr.;Bezeichnung;Menge;Einheit;Einzelpreis;Gesamtpreis\r\n"
        "1;OF-100;Pendelleuchte;2;Stk;129,00;258,00\r\n2;OF-101;Leuchtmittel;4;Stk;6,50;26,00\r\n"
        "3;OF-102;Dimmer;1;Stk;49,90;49,90\r\n;;;;;Zwischensumme;333,90\r\n;;;;;MwSt. 19 %;63,44\r\n;;;;;Gesamt;397,34\r\n"
    )
    products = {
        "OF-100": {"name": "Pendelleuchte", "price": "129"},
        "OF-101": {"name": "Leuchtmittel", "price": "6.5"},
        "OF-102": {"name": "Dimmer", "price": "49.9"},
    }
    return Made("offer.csv", written.encode("cp1252"), {"rows": 6, "rejected": 3, "products": products})


def ranges() -> Made:
    """Some prices are ranges or words: those rows are rejected, and no half of a range becomes the price."""
    rows = [
        ["RA-1", "Brass knob", "12.50"],
        ["RA-2", "Brass hinge", "8.00 - 11.00"],
        ["RA-3", "Brass lock", "on request"],
        ["RA-4", "Brass key", "3.20"],
        ["RA-5", "Brass hook", "4.10"],
    ]
    products = {sku: {"name": name, "price": price} for sku, name, price in (rows[0], rows[3], rows[4])}
    return Made(
        "ranges.csv",
        text(["Code", "Name", "Price"], rows).encode(),
        {"rows": 5, "rejected": 2, "products": products},
    )


def unquoted_commas() -> Made:
    """Commas in prices without quotes in a file with commas: no price may lose its cents."""
    written = "sku,name,price\nUC-1,Lamp,12,50\nUC-2,Bulb,4,95\nUC-3,Wire,3,10\n"
    return Made("unquoted-commas.csv", written.encode(), {"rows": 3, "rejected": 3, "products": {}})


def markdown() -> Made:
    """A table as chats and wikis write it."""
    written = (
        "| SKU | Name | Price |\n|------|:---------------|------:|\n| MD-1 | Pine chair | 49.00 |\n"
        "| MD-2 | Oak chair | 89.00 |\n| MD-3 | Ash stool | 35.00 |\n"
    )
    products = {
        "MD-1": {"name": "Pine chair", "price": "49"},
        "MD-2": {"name": "Oak chair", "price": "89"},
        "MD-3": {"name": "Ash stool", "price": "35"},
    }
    return Made("table.md", written.encode(), {"rows": 4, "rejected": 0, "products": products})


def one_row() -> Made:
    """A single product."""
    right = {"rows": 1, "rejected": 0, "products": {"ON-1": {"name": "Pine chair", "price": "49.5"}}}
    return Made("one-row.csv", b"Artikelnummer;Bezeichnung;Preis\r\nON-1;Pine chair;49,50\r\n", right)


def two_rows() -> Made:
    """Two products, tabs, no line end after the last one."""
    products = {"TW-1": {"name": "Pine chair", "price": "49.5"}, "TW-2": {"name": "Oak chair", "price": "89"}}
    content = b"Code\tProduct\tPrice\nTW-1\tPine chair\t49.50\nTW-2\tOak chair\t89.00"
    return Made("two-rows.txt", content, {"rows": 2, "rejected": 0, "products": products})


def wide() -> Made:
    """300 columns of a PIM, with the known ones in the middle, and names of attributes that contain known words."""
    extra = [f"attr_{n:03}" for n in range(290)]
    words = ["price_group", "name_of_series", "sku_of_parent", "description_of_scent", "active_ingredient"]
    header = [*extra[:150], "sku", "name", "price", *words, *extra[150:]]
    rows = [
        [*map(str, range(150)), f"WI-{n}", f"Wide thing {n}", f"{n}.25", "A", "Basic", "P-1", "rose", "zinc"]
        + ["x"] * 140
        for n in range(1, 6)
    ]
    products = {f"WI-{n}": {"name": f"Wide thing {n}", "price": f"{n}.25"} for n in range(1, 6)}
    return Made("wide.csv", text(header, rows).encode(), {"rows": 5, "rejected": 0, "products": products})


def commented() -> Made:
    """Remarks above and a count below, as scripts of databases write them."""
    written = (
        "# export of table items, 2026-01-02 10:00\n# host db1, 3 rows\nitem_code;item_name;unit_price\n"
        "CO-1;Pine chair;49.00\nCO-2;Oak chair;89.00\nCO-3;Ash stool;35.00\n(3 rows affected)\n"
    )
    products = {
        "CO-1": {"name": "Pine chair", "price": "49"},
        "CO-2": {"name": "Oak chair", "price": "89"},
        "CO-3": {"name": "Ash stool", "price": "35"},
    }
    return Made("commented.csv", written.encode(), {"rows": 4, "rejected": 0, "products": products})


def fixed_widths() -> Made:
    """Columns that are aligned with spaces."""
    lines = ["CODE      DESCRIPTION               PRICE", "FW-1      Pine chair                49.00"]
    lines += ["FW-2      Oak chair with arms       89.00", "FW-3      Ash stool                 35.00"]
    return Made("fixed-widths.txt", ("\n".join(lines) + "\n").encode(), {"ask": True})


def warehouses() -> Made:
    """A list of stock: a row for each warehouse, no price; the article repeats."""
    header = named("Artikel;Bezeichnung;Lagerort;Bestand", ";")
    rows = [["WH-1", "Schraube", "Nord", "10"], ["WH-1", "Schraube", "Süd", "4"]]
    rows += [["WH-2", "Mutter", "Nord", "7"], ["WH-2", "Mutter", "Süd", "1"]]
    return Made("warehouses.csv", text(header, rows, ";").encode(), {"ask": True})


def apostrophes() -> Made:
    """Codes with the apostrophe that keeps them text in a spreadsheet."""
    written = "Item Code,Item Name,Price\n'00120,Pine chair,49.00\n'00121,Oak chair,89.00\n'00122,Ash stool,35.00\n"
    products = {
        "00120": {"name": "Pine chair", "price": "49"},
        "00121": {"name": "Oak chair", "price": "89"},
        "00122": {"name": "Ash stool", "price": "35"},
    }
    return Made("apostrophes.csv", written.encode(), {"rows": 3, "rejected": 0, "products": products})


FILES = (
    merged_title,
    merged_names,
    merged_group,
    side_by_side,
    side_by_side_numbered,
    transposed,
    transposed_named,
    offer,
    ranges,
    unquoted_commas,
    markdown,
    one_row,
    two_rows,
    wide,
    commented,
    fixed_widths,
    warehouses,
    apostrophes,
    partial(
        lined,
        "order-form.csv",
        """
Code;Description;Unit price;Order qty;Line total
OR-1;Pine chair;49,00;;0,00
OR-2;Oak chair;89,00;;0,00
OR-3;Ash stool;35,00;;0,00
""",
        "Code",
        "Description",
        "Unit price",
        point=",",
    ),
)
