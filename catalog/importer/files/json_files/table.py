"""JSON as a table: a row for each record, a column for each key. Read twice: once for the keys, once for the rows.

Nested objects become dotted names (`price.amount`), lists of texts one text, lists of named values (`[{"name":
"colour", "value": "red"}]`) and lists of prices a column each. A record with variants of which one has a SKU becomes a
row for each.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from catalog.importer.errors import Rejected
from catalog.importer.files.json_files import objects
from catalog.importer.files.json_files.children import PARENT, joined
from catalog.importer.files.json_files.records import Document
from catalog.importer.files.pieces import gathered

DEPTH = 32
MOST_KEYS = 1_000
PIECE = 64 * 1024  # characters per piece
VARIANTS = ("variants", "variations", "children", "skus")
VARIANT, FIRST_VARIANT = "variant.", "masterVariant"

Row = dict[str, str]


@dataclass(frozen=True)
class JsonTable:
    """A table as a stream of CSV in UTF-8, with a header, and how far its file is read in bytes."""

    stream: "_Rows"
    position: Callable[[], int]


def open_json(file: BinaryIO) -> JsonTable:
    """The table of a JSON document that can be read twice. Raises Rejected."""
    is_cut = bool(getattr(file, "is_cut", False))
    file.seek(0)
    names = _names(Document(file, is_cut=is_cut))
    file.seek(0)
    return JsonTable(_Rows(names, Document(file, is_cut=is_cut)), file.tell)


def _names(document: Document) -> list[str]:
    """All keys, in order of their first occurrence. Raises Rejected."""
    names: dict[str, None] = {}
    for record in joined(document.records()):
        if isinstance(record, list):
            return [_text(cell, document.number) for cell in record]
        for row in _rows(record, document.number):
            names |= dict.fromkeys(row)
        if len(names) > MOST_KEYS:
            raise Rejected(f"The JSON has more than {MOST_KEYS:,} keys, which is the most that can be imported.")
    if not names:
        raise Rejected("The file is empty.")
    return list(names)


def _rows(record: Any, number: int) -> Iterator[Row]:
    """A record as rows: one, or one for each of its variants. Raises Rejected."""
    if isinstance(record, tuple):
        product, variant = record
        yield _flat(product, number) | _of_variant({key: variant[key] for key in variant if key != PARENT}, number)
        return
    if not isinstance(record, dict):
        raise Rejected(f"Record {number:,} of the JSON is not an object, so it has no columns. Nothing was imported.")
    first = record.get(FIRST_VARIANT)
    begun = [first] if first and isinstance(first, dict) else []
    found = next((key for key in VARIANTS if _are_objects(record.get(key)) and _have_skus(begun + record[key])), "")
    variants = begun + record.get(found, [])
    if not _have_skus(variants):
        yield _flat(record, number)
        return
    parent = _flat({key: record[key] for key in record if key not in (found, FIRST_VARIANT)}, number)
    for variant in variants:
        yield parent | _of_variant(variant, number)


def _of_variant(variant: dict[str, Any], number: int) -> Row:
    return {f"{VARIANT}{key}": text for key, text in _flat(variant, number).items()}


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(one, dict) for one in value)


def _have_skus(variants: list[dict[str, Any]]) -> bool:
    """Whether one of them has a SKU: then one without is a row too, which is rejected, not a part of its product."""
    return any(one.get("sku") for one in variants)


def _flat(record: dict[str, Any], number: int) -> Row:
    row: Row = {}
    _add(row, "", record, number, 0)
    return row


def _add(row: Row, prefix: str, record: dict[str, Any], number: int, depth: int) -> None:
    """The keys of an object as columns. Raises Rejected."""
    _refuse_deep(depth, number)
    for key, value in record.items():
        name = prefix + (key.strip() or "key")
        named = objects.named(value)
        money, prices = objects.money(value), objects.prices(value)
        if money:
            row[name] = money
        elif prices:
            _add(row, f"{name}.", prices, number, depth + 1)
        elif isinstance(value, dict):
            _add(row, f"{name}.", value, number, depth + 1)
        elif named:
            _add(row, f"{name}.", named, number, depth + 1)
        else:
            row[name] = _text(value, number, depth + 1)


def _refuse_deep(depth: int, number: int) -> None:
    if depth > DEPTH:
        raise Rejected(f"Record {number:,} of the JSON is nested deeper than {DEPTH} objects. Nothing was imported.")


def _look_into(value: Any, number: int, depth: int) -> None:
    """Check the depth of an object or a list. Raises Rejected."""
    _refuse_deep(depth, number)
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            _look_into(one, number, depth + 1)


def _text(value: Any, number: int, depth: int = 0) -> str:
    """A value as the text of a cell. Raises Rejected if it is nested too deeply."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(_text(one, number) for one in value)
    _look_into(value, number, depth)
    return json.dumps(value, ensure_ascii=False)


class _Rows(io.RawIOBase):
    """The rows of a document as CSV, below the names of its columns."""

    def __init__(self, names: list[str], document: Document) -> None:
        self._pieces = _written(names, document)
        self._ahead = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Rejected."""
        data, self._ahead = gathered(self._ahead, size, lambda: next(self._pieces, b""))
        return data

    def seekable(self) -> bool:
        """Never: going back would mean to read the document again."""
        return False


def _written(names: list[str], document: Document) -> Iterator[bytes]:
    """Pieces of CSV, each of some rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for number, record in enumerate(joined(document.records())):
        writer.writerows(_cells(record, names, document.number, is_header=not number))
        if text.tell() > PIECE:
            yield _taken(text)
    yield _taken(text)


def _cells(record: Any, names: list[str], number: int, *, is_header: bool) -> Iterator[list[str]]:
    """A record as cells. The values of an array are its cells, and the first array is the header."""
    if isinstance(record, list):
        if not is_header:
            yield [_text(cell, number) for cell in record]
        return
    for row in _rows(record, number):
        yield [row.get(name, "") for name in names]


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode("utf-8", "surrogatepass")
    text.seek(0)
    text.truncate()
    return data
