"""How a file is read, in words that are true of its kind."""

import io

import pytest

from catalog.importer import Options, look
from catalog.importer.first_look.reading_in_words import reading

ROWS = b"sku;name\nA;Lamp\nB;Chair\n"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (ROWS, "CSV, UTF-8, semicolon"),
        (b'[{"sku": "A", "name": "Lamp"}]', "JSON"),
        (b'{"sku": "A", "name": "Lamp"}\n{"sku": "B", "name": "Chair"}\n', "JSON"),
    ],
)
def test_json_has_no_separator(file: bytes, words: str) -> None:
    read = look(io.BytesIO(file), Options()).understood
    assert read and reading(read) == words
