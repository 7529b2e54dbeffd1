"""What happens to files on the way: sep= lines, trailing separators, quoted lines, noise in numbers, JSON under the name of CSV."""

import json

from bench.door_files.made import Made, table, text, truth

ROWS = [["PO-1", "Plain tea", "4.5"], ["PO-2", "Mint tea", "5.25"], ["PO-3", "Fruit tea", "6"]]
HEADER = ["SKU", "Name", "Price"]


def sep_line() -> Made:
    """The first line of a spreadsheet."""
    return table("sep-line.csv", HEADER, ROWS, truth(ROWS, 0, 1, 2), delimiter=";", above="sep=;\r\n")


def trailing_separators() -> Made:
    """A separator too many in each line, the header's too."""
    rows = [[*row, ""] for row in ROWS]
    return table("trailing.csv", [*HEADER, ""], rows, truth(ROWS, 0, 1, 2))


def ghost_rows() -> Made:
    """Columns and rows that hold nothing."""
    wide = ",,,,,\r\n" * 5
    rows = [[*row, "", "", ""] for row in ROWS]
    right = truth(ROWS, 0, 1, 2) | {"rows": 8}
    return table("ghosts.csv", [*HEADER, "", "", ""], rows, right, below=wide)


def noise() -> Made:
    """Binary noise of a workbook, and an exponent."""
    rows = [["NO-1", "Salt", "19.990000000000002"], ["NO-2", "Pepper", "0.30000000000000004"], ["NO-3", "Oil", "7.5"]]
    plain = [["NO-1", "Salt", "19.99"], ["NO-2", "Pepper", "0.3"], ["NO-3", "Oil", "7.5"]]
    return table("noise.csv", HEADER, rows, truth(plain, 0, 1, 2))


def json_array() -> Made:
    """An array of objects, as an API answers: right, asked or rejected."""
    goods = [dict(zip(("sku", "name", "price"), row, strict=True)) for row in ROWS]
    return Made("products.json", json.dumps(goods, ensure_ascii=False).encode(), truth(ROWS, 0, 1, 2))


def json_lines() -> Made:
    """An object a line."""
    goods = [json.dumps({"sku": s, "name": n, "price": float(p)}) for s, n, p in ROWS]
    return Made("products.jsonl", "\n".join(goods).encode(), truth(ROWS, 0, 1, 2))


def units_below() -> Made:
    """Units in a row below the header: the row is no product."""
    rows = [["", "", "EUR", "kg"], *([*row, "0.1"] for row in ROWS)]
    right = {"products": truth(ROWS, 0, 1, 2)["products"]}
    return Made("units.csv", text([*HEADER, "Weight"], rows).encode(), right)


def header_again() -> Made:
    """Two pages of a list, each with its header."""
    rows = [ROWS[0], HEADER, *ROWS[1:]]
    right = truth(ROWS, 0, 1, 2) | {"rows": 4, "rejected": 1}
    return table("header-again.csv", HEADER, rows, right)


FILES = [sep_line, trailing_separators, ghost_rows, noise, json_array, json_lines, units_below, header_again]
