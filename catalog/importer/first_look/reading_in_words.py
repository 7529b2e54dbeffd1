"""How a file is read, in one line of words: "CSV, UTF-8, semicolon, prices like 1.234,50"."""

from collections.abc import Iterator

from catalog.importer.opening.understood import Understood
from catalog.importer.options import choices_in_words as words
from catalog.notation import plural

FORMATS = {
    "text": "CSV",
    "gzip": "CSV in a .gz file",
    "zip": "CSV in a ZIP archive",
    "json": "JSON",
    "xlsx": "Excel workbook",
    "xlsb": "Excel workbook",
    "ods": "OpenDocument sheet",
}


def reading(read: Understood) -> str:
    """How a file is read."""
    return ", ".join(_said(read))


def _said(read: Understood) -> Iterator[str]:
    yield FORMATS.get(read.format, read.format)
    if read.part and len(read.parts) > 1:
        yield f"“{read.part}”" if read.format == "zip" else f"sheet “{read.part}”"
    if read.has_dialect:
        yield words.encoding(read.encoding)
        yield words.separator(read.delimiter)
    if not read.header:
        yield "no header row"
    elif read.two_rows:
        yield "header in two rows"
    elif read.skip:
        yield f"header after {plural(read.skip, 'line')}"
    if read.numbers:
        yield words.prices(read.numbers)
