"""The kinds of warnings about accepted rows, in words."""

from collections.abc import Iterable
from typing import Any

from catalog.notation import plural

WARNINGS = {
    "scientific": "cell holds a number | cells hold numbers | in scientific notation, such as 4.00638E+12: a spreadsheet rounded a long code, and its digits are lost.",
    "lost_zeros": "new SKU differs | new SKUs differ | from a known SKU only by leading zeros: a spreadsheet may have removed them.",
    "formula": "cell holds | cells hold | a formula. It is kept as text; nothing is calculated.",
    "decoded_twice": "cell has | cells have | text that was saved in the wrong encoding, such as Ã© for é.",
    "alike_skus": "SKU looks | SKUs look | like another SKU of the file: they differ only in case, spaces, the form of their letters, or invisible characters.",
    "repeated_skus": "row repeats | rows repeat | a SKU; only the last of each is kept. The examples name the values that are lost.",
    "wiped_by_repeats": "value is | values are | lost, because the last row with the same SKU is empty there.",
    "rows_per_language": "row is | rows are | lost: the file has rows of one SKU in several languages or store views, and only the last of each SKU is kept.",
    "invisible_in_sku": "SKU has | SKUs have | invisible characters, shown here as <U+200B>. They are removed from the ends of a SKU. Inside, they make it a different SKU.",
    "invisible": "cell has | cells have | invisible characters, shown here as <U+200B>. They are removed from prices and kept in other texts.",
    "alike_known": "new SKU looks | new SKUs look | like a known SKU. The two differ only in characters that are invisible or look the same.",
    "letters_gone": "cell has | cells have | lost letters, which are shown as �. Ask the sender for the original file.",
    "date_codes": "code looks | codes look | like a date: a spreadsheet turns 3-2 or MAR2 into 2-Mar.",
    "rounded_codes": "cell holds | cells hold | a number of 16 to 19 digits. A workbook stores only 15 digits; the others have become zeros. Write such codes as text.",
    "decimal_codes": "code ends | codes end | in .0: a program treated codes as numbers before the file was saved.",
    "invalid_barcode": "barcode has | barcodes have | a wrong length or check digit. Barcodes are kept as they are.",
    "guard": 'cell has | cells have | a guard against formulas: an apostrophe, or ="…" around the text. The guard is removed.',
    "no_price_column": "column may be | columns may be | the price, judging by the name, but is not imported as the price. Choose it as the price if it is.",
    "cell_error": "cell holds | cells hold | a spreadsheet error, such as #N/A, or a formula without its result. The row is rejected, or the catalog keeps its value.",
    "surplus_cells": "row ends | rows end | in empty cells beyond the header, as nearly all rows of the file do. These cells are ignored.",
    "padded_quotes": "row has | rows have | spaces around the quotes of a cell. The spaces and the quotes are removed.",
    "rows_in_cells": "row may be | rows may be | missing: text inside a quoted cell looks like rows of the file. A stray quote may have swallowed them.",
    "literal_quotes": "row has | rows have | quotes in a file that does not quote its cells. Each quote is kept as part of the text.",
    "no_product_rows": "row is not a product | rows are not products | in the export of this shop, such as further pictures of the product above. They are skipped and count as blank.",
    "view_rows": "row belongs | rows belong | to a store view of a product that has its own row. Such rows are skipped and count as blank.",
    "currency": "price has | prices have | a currency beside the number. The number is the price; the currency is kept as the attribute currency.",
    "by_value": "column was | columns were | found by content, because the file has no header. Choose other columns if that is wrong.",
    "zero_price": "price is | prices are | 0. This is accepted. Leave the cell empty where there is no price.",
    "in_cents": "price is | prices are | in the smallest unit of their currency, such as cents: 1299 is imported as 12.99 EUR, but as 1299 JPY. If that is wrong, choose another number format.",
    "per_quantity": "price is | prices are | for 10, 100 or 1,000 pieces, as a column of the file says. The price is imported as it is in the file.",
    "entities": "name or SKU has | names or SKUs have | characters written as in HTML, such as &amp; for &. They are kept as they are.",
    "crowded_conflicts": "product keeps | products keep | the values of the catalog, although the file's values were chosen: with these, a product would have more than 1,000 attributes.",
}
"""Code -> the sentence of the warning: its beginning for one, for several, its end. Codes are stored: none goes."""


def warning_words(code: str, count: int) -> str:
    """42 rows repeat a SKU; only the last of each is kept. Empty for a code that this Catalog does not know."""
    if code not in WARNINGS:
        return ""
    one, many, end = WARNINGS[code].split(" | ")
    return f"{plural(count, one, many)} {end}"


def described(kept: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Warnings as they are stored with an import, each with its kind and its meaning."""
    return [
        {
            "kind": one["code"],
            "count": one["count"],
            "message": warning_words(one["code"], one["count"]),
            "examples": one["examples"],
        }
        for one in kept
    ]
