"""What can look wrong in rows that are taken: the kinds of warnings, in words."""

from collections.abc import Iterable
from typing import Any

WARNINGS = {
    "scientific": "Numbers in scientific notation: a spreadsheet has rounded long codes, and the digits are gone.",
    "lost_zeros": "New SKUs that differ from known ones by leading zeros only: a spreadsheet may have taken them away.",
    "formula": "Cells that are formulas: they are kept as the text that stands there, nothing is calculated.",
    "decoded_twice": "Text that was read in a wrong encoding before it was saved, such as Ã© for é.",
    "alike_skus": "SKUs that differ only in case, spaces, the form of their letters, or by what can't be seen.",
    "repeated_skus": "The same SKU in several rows: the last one wins. The examples name the values that are lost.",
    "wiped_by_repeats": "Values of an earlier row that the last row of the same SKU leaves empty: they are lost.",
    "rows_per_language": "Rows of the same SKU in several languages or views of a shop: only the last one of them counts, the others are lost.",
    "invisible_in_sku": "SKUs with characters that can't be seen, written here as <U+200B>: at the ends they are removed, inside they make another SKU.",
    "invisible": "Other cells with characters that can't be seen, written here as <U+200B>: from prices they are removed, names keep them.",
    "alike_known": "New SKUs that look like known ones: they differ only by characters that can't be seen or that look the same.",
    "letters_gone": "Cells in which letters are gone: � stands where they were, and only the sender still has them.",
    "date_codes": "Codes that look like dates: a spreadsheet makes 2-Mar of 3-2 or MAR2.",
    "rounded_codes": "Numbers of 16 to 19 digits in a workbook: a spreadsheet keeps 15 digits, and the others have become zeros. Write such codes as text.",
    "decimal_codes": "Codes that end in .0: they were read as numbers before they were saved.",
    "invalid_barcode": "Barcodes that can't be right: the length or the check digit is wrong. They are kept as they are.",
    "guard": "Cells that another program guarded against spreadsheets, by an apostrophe or ='…' around the text: the guard is removed.",
    "no_price_column": "No price column was found, but the name of a column looks like one: it is kept as an attribute. Choose it as the price if it is.",
    "cell_error": "Cells that hold an error of a spreadsheet, such as #N/A, or a formula without its result: the row is rejected, or what the catalog has is kept.",
    "surplus_cells": "Rows that end in empty cells beyond the header, as nearly all rows of the file do: the empty cells are left out.",
    "padded_quotes": "Rows with spaces around the quotes of a cell: the spaces and the quotes are left out.",
    "rows_in_cells": "Text inside of quoted cells that looks like rows of the file: a quote that opens a cell by mistake may have swallowed them.",
    "literal_quotes": "Rows with quotes in a file that does not quote its cells: each quote is kept as a character of the text.",
    "no_product_rows": "Rows that are no products in the export of this shop, such as further pictures of the product above: they are left out, and count as blank.",
    "view_rows": "Rows of store views of a product that has a row of its own: they are left out, and count as blank.",
    "currency": "Prices with a currency beside the number: the price is the number, the currency is kept as the attribute currency.",
    "by_value": "The file has no header: these columns were found by what they hold. Choose others if they are wrong.",
    "zero_price": "Prices of 0: they are taken. Leave the cell empty where there is no price.",
    "entities": "Names or SKUs with signs written as in HTML, such as &amp; for &: they are kept as they are.",
    "crowded_conflicts": "Conflicts that were not overwritten: the product would have more than 1,000 attributes, so it keeps the values of the catalog.",
}
"""Code -> what it means, and what comes of it. The codes are stored and documented: they only ever grow."""


def described(kept: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Warnings as they are stored with an import, each with its kind and its meaning."""
    return [
        {
            "kind": one["code"],
            "count": one["count"],
            "message": WARNINGS.get(one["code"], ""),
            "examples": one["examples"],
        }
        for one in kept
    ]
