"""Two small files to begin with: a template with the columns, and a sample with rows as a supplier would send them."""

import csv
import io

from catalog.importer import DECLARED, FIELDS
from catalog.imports.intake import sample

HEADER = (*FIELDS, "colour")
ROWS = 20
COLOURS = ("black", "white", "oak", "red", "navy", "")


def template() -> str:
    """Only the header."""
    return _csv([HEADER])


def rows() -> str:
    """Twenty products, one of them inactive."""
    made = csv.DictReader(io.StringIO("".join(sample.blocks(ROWS * 2))))
    products = {row["sku"].casefold(): row for row in made}
    some = list(products.values())[:ROWS]
    return _csv([HEADER, *(_line(at, row) for at, row in enumerate(some))])


def _line(at: int, row: dict[str, str]) -> tuple[str, ...]:
    """One product of the example file as a line of CSV."""
    own = {
        "price": f"{4 + 7.35 * at:.2f}",
        "active": "no" if at == ROWS - 1 else "yes",
        "colour": COLOURS[at % len(COLOURS)],
    }
    product = {field.name: str(field.example) for field in DECLARED} | row | own
    return tuple(product[name] for name in HEADER)


def _csv(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
