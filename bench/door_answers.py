"""The answers of a person who knows the truth, for `bench.door --second`."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from catalog.importer import CHOICES, Options, Rejected, open_table, options_from, position


def options_of(questions: list[dict[str, Any]], file: Path, truth: dict[str, Any]) -> list[str]:
    """The options of `catalog retry` that answer these questions."""
    options: list[str] = []
    for question in questions:
        answer = max(question["choices"], key=lambda choice: _fits(question, choice, file, truth))
        options += [CHOICES[question["option"]].flag, answer]
    return options


def table(file: Path, stored: dict[str, Any]) -> tuple[tuple[str, ...], list[list[str]], bool] | None:
    """The header and rows of a file that is read with these stored options, and whether the header is in the file."""
    reading = {name: stored[name] for name in ("encoding", "delimiter", "sheet", "members", "skip", "header")}
    try:
        with file.open("rb") as stream:
            opened = open_table(stream, options_from({name: value for name, value in reading.items() if value != ""}))
            rows = [cells for part in opened.chunks() for _, _, cells in part.rows]
            return opened.header, rows, opened.understood.header
    except (Rejected, ValueError):
        return None


def _fits(question: dict[str, Any], choice: str, file: Path, truth: dict[str, Any]) -> int:
    """How many values of the truth are in the file if the question is answered so."""
    products = truth.get("products") or {}
    option, field = question["option"], question["field"]
    reading = Options().to_json() | ({option: choice} if option in ("encoding", "sheet", "members") else {})
    read = table(file, reading)
    if read is None:
        return 0
    header, rows, _ = read
    if option == "columns":
        at = position(list(header), choice.partition("=")[2])
        cells = {row[at].strip() for row in rows} if at is not None else set()
    else:
        cells = {cell.strip() for row in rows for cell in row}
    if option == "numbers":
        prices = {price for cell in cells for price in _prices(cell, choice)}
        return sum(Decimal(str(one["price"])) in prices for one in products.values() if one.get("price"))
    wanted = set(products) if field in ("", "sku") else {one.get(field) for one in products.values()}
    wanted |= {one.get("name") for one in products.values()} if not field else set()
    return len(cells & {str(value) for value in wanted if value})


def _prices(cell: str, choice: str) -> Iterator[Decimal]:
    """A cell as a price that is written like this."""
    plain = cell.replace(".", "").replace(",", ".") if choice == "comma" else cell.replace(",", "")
    try:
        yield Decimal(plain)
    except InvalidOperation:
        return
