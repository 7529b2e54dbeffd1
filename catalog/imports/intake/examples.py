"""Two small files to begin with: a template that names the columns, and a sample with rows as a supplier would send them."""

import csv
import io

from catalog.imports.intake import sample

HEADER = ("sku", "name", "description", "price", "active", "colour")
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
    lines = [
        (
            row["sku"],
            row["name"],
            row["description"],
            f"{4 + 7.35 * at:.2f}",
            "no" if at == ROWS - 1 else "yes",
            COLOURS[at % len(COLOURS)],
        )
        for at, row in enumerate(some)
    ]
    return _csv([HEADER, *lines])


def _csv(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
