"""A file of the collection: its name, its bytes, and its truth."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = Sequence[object]
Truth = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """One file and its truth."""

    name: str
    content: bytes
    truth: Truth = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the file and its truth."""
        (folder / self.name).write_bytes(self.content)
        text = json.dumps(self.truth, ensure_ascii=False, indent=1)
        (folder / f"{self.name}.truth.json").write_text(text + "\n", encoding="utf-8")


def text(header: Row, rows: Iterable[Row], delimiter: str = ",", end: str = "\r\n", *, quote: bool = False) -> str:
    """A table as CSV."""
    written = io.StringIO()
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([header, *rows])
    return written.getvalue()


def table(
    name: str,
    header: Row,
    rows: Sequence[Row],
    truth: Truth,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    above: str = "",
    below: str = "",
) -> Made:
    """A file of one table."""
    return Made(name, (above + text(header, rows, delimiter) + below).encode(encoding), truth)


def truth(rows: Sequence[Row], sku: int, name: int | None, price: int | None = None) -> Truth:
    """The truth of a table in which each row is a product. `sku`, `name` and `price` are positions of columns."""
    products: dict[str, dict[str, Any]] = {}
    for row in rows:
        product = products.setdefault(str(row[sku]), {})
        if name is not None:
            product["name"] = str(row[name])
        if price is not None:
            product["price"] = str(row[price])
    return {"rows": len(rows), "rejected": 0, "products": products}


def priced(rows: Iterable[Row], at: int, write: Callable[[str], str]) -> list[Row]:
    """The rows with each price rewritten by `write`."""
    return [[write(str(cell)) if place == at else cell for place, cell in enumerate(row)] for row in rows]


def comma(price: str) -> str:
    """1234.5 as 1.234,50."""
    return f"{float(price):,.2f}".translate(str.maketrans(",.", ".,"))


def named(line: str, mark: str = ",") -> list[str]:
    """The cells of a header line."""
    return line.split(mark)


def cells(header: list[str], **known: object) -> list[object]:
    """A row of a wide export. `known` has the filled cells, by the letters and digits of their column's name."""
    keys = ["".join(filter(str.isalnum, name)).casefold() for name in header]
    wrong = known.keys() - {*keys}
    assert not wrong, wrong
    return [known.get(key, "") for key in keys]


def lined(
    file: str,
    lines: str,
    sku: str,
    name: str = "",
    price: str = "",
    *,
    point: str = ".",
    mark: str = ";",
    encoding: str = "utf-8",
    asks: bool = False,
    between: str = "",
    below: str = "",
) -> Made:
    """A file as it is written, line by line; `sku`, `name` and `price` are columns, `point` is the decimal sign.

    The lines `between` header and products, and `below` them, are no products: they are rejected.
    """
    header, *products_of = lines.strip("\n").split("\n")
    others = [line for line in (between, below) if line]
    written = [header, *([between] if between else []), *products_of, *([below] if below else [])]
    content = "\r\n".join(written) + "\r\n"
    table = csv.DictReader(io.StringIO(lines.strip("\n")), delimiter=mark)
    products: dict[str, dict[str, str | None]] = {}
    for row in table:
        product = products.setdefault(row[sku], {})
        if name:
            product["name"] = row[name]
        if price:
            product["price"] = _plain_price(row[price], point) or None
    right: Truth = {"ask": True} if asks else {"rejected": len(others), "products": products}
    return Made(file, content.encode(encoding), right)


def _plain_price(written: str, point: str) -> str:
    """A price with digits and a decimal point only: 1.234,50 € as 1234.50."""
    return "".join(one for one in written if one.isdecimal() or one == point).replace(point, ".").strip(".")
