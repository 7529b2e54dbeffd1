"""How a file is read, in one line of words: "CSV, UTF-8, semicolon, prices like 1.234,50"."""

from collections.abc import Iterator

from catalog.importer.opening.understood import Understood
from catalog.importer.options import choices_in_words as words
from catalog.notation import plural

FEW = 3  # renamed columns that are listed
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


def _renamed(read: Understood) -> Iterator[str]:
    """The columns that have other names than in the template."""
    few = read.renamed if len(read.renamed) <= FEW else ()
    yield from (f"“{name}” as “{before}”" for name, before in few)
    if read.renamed and not few:
        yield f"{plural(len(read.renamed), 'renamed column')} found again"


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
    yield from _renamed(read)
    if read.numbers:
        yield words.prices(read.numbers)
