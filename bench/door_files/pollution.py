"""Damage by other programs: sep= lines, trailing separators, empty rows, noise in numbers, JSON in a file named CSV."""

import json

from bench.door_files.made import Made, table, text, truth

ROWS = [["PO-1", "Plain tea", "4.5"], ["PO-2", "Mint tea", "5.25"], ["PO-3", "Fruit tea", "6"]]
HEADER = ["SKU", "Name", "Price"]


def sep_line() -> Made:
    """A first line sep=; for spreadsheets."""
    return table("sep-line.csv", HEADER, ROWS, truth(ROWS, 0, 1, 2), delimiter=";", above="sep=;\r\n")


def trailing_separators() -> Made:
    """One separator too many in each line, also in the header."""
    rows = [[*row, ""] for row in ROWS]
    return table("trailing.csv", [*HEADER, ""], rows, truth(ROWS, 0, 1, 2))


def ghost_rows() -> Made:
    """Empty columns and rows."""
    wide = ",,,,,\r\n" * 5
    rows = [[*row, "", "", ""] for row in ROWS]
    right = truth(ROWS, 0, 1, 2) | {"rows": 8}
    return table("ghosts.csv", [*HEADER, "", "", ""], rows, right, below=wide)


def noise() -> Made:
    """Prices with binary rounding errors of a workbook, and an exponent."""
    rows = [["NO-1", "Salt", "19.990000000000002"], ["NO-2", "Pepper", "0.30000000000000004"], ["NO-3", "Oil", "7.5"]]
    plain = [["NO-1", "Salt", "19.99"], ["NO-2", "Pepper", "0.3"], ["NO-3", "Oil", "7.5"]]
    return table("noise.csv", HEADER, rows, truth(plain, 0, 1, 2))


def json_array() -> Made:
    """An array of objects, as in the response of an API. The verdict may be right, asked or rejected."""
    goods = [dict(zip(("sku", "name", "price"), row, strict=True)) for row in ROWS]
    return Made("products.json", json.dumps(goods, ensure_ascii=False).encode(), truth(ROWS, 0, 1, 2))


def json_lines() -> Made:
    """One JSON object in each line."""
    goods = [json.dumps({"sku": s, "name": n, "price": float(p)}) for s, n, p in ROWS]
    return Made("products.jsonl", "\n".join(goods).encode(), truth(ROWS, 0, 1, 2))


def units_below() -> Made:
    """A row of units below the header. It is not a product."""
    rows = [["", "", "EUR", "kg"], *([*row, "0.1"] for row in ROWS)]
    right = {"products": truth(ROWS, 0, 1, 2)["products"]}
    return Made("units.csv", text([*HEADER, "Weight"], rows).encode(), right)


def header_again() -> Made:
    """Two pages of a list, each with its header."""
    rows = [ROWS[0], HEADER, *ROWS[1:]]
    right = truth(ROWS, 0, 1, 2) | {"rows": 4, "rejected": 1}
    return table("header-again.csv", HEADER, rows, right)


FILES = [sep_line, trailing_separators, ghost_rows, noise, json_array, json_lines, units_below, header_again]
