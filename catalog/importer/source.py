"""Bytes in: is this text at all, how is it encoded, what separates its cells? From here on everything is UTF-8.

Never guesses in silence: what is neither UTF-8 nor marked as UTF-16 is refused row by row, not repaired.
"""

import codecs
import csv
from collections.abc import Callable
from typing import BinaryIO

from catalog.importer.errors import Refused

SAMPLE_BYTES = 64 * 1024
DELIMITERS = (",", ";", "\t", "|")

# First bytes of what people send by mistake: https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
}
CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")


class Source:
    """A file as a stream of UTF-8 bytes without its byte order mark. `position` counts the file's own bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        sample = file.read(SAMPLE_BYTES)
        self.position = len(sample)
        encoding, mark = _encoding(sample)
        _refuse_what_is_no_text(sample, encoding)
        self._decoder = (
            None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        )
        self._ahead = self._utf8(sample[len(mark) :])
        self.sample = self._ahead

    def read(self, size: int) -> bytes:
        """About `size` more bytes; none are left when it is empty."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        data = self._file.read(size)
        self.position += len(data)
        return self._utf8(data)

    def _utf8(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        try:
            return self._decoder.decode(data, final=not data).encode()
        except UnicodeDecodeError as error:
            raise Refused(
                f"The file says that it is UTF-16, but it isn't near byte {self.position:,}: {error.reason}."
            ) from error


def _encoding(sample: bytes) -> tuple[str, bytes]:
    """The encoding that the byte order mark names, and the mark; without one it must be UTF-8."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if sample.startswith(mark):
            return encoding, mark
    return "utf-8", b""


def _refuse_what_is_no_text(sample: bytes, encoding: str) -> None:
    for signature, kind in SIGNATURES.items():
        if sample.startswith(signature):
            raise Refused(
                f"This is not a CSV file but {kind}. Save or export it as CSV and try again."
            )
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise Refused("The file is empty.")
    text = encoding == "utf-8"
    if text and len(sample) - len(sample.translate(None, CONTROL)) > len(sample) / 10:
        raise Refused(
            "This is not a text file: it is full of control characters. Save or export it as CSV and try again."
        )


def delimiter(sample: bytes, is_header: Callable[[list[str]], bool]) -> str:
    """What separates the cells: the first character with which the first line makes a header, else makes most cells."""
    text = sample.decode("utf-8", "replace")
    rows = {mark: _first_row(text, mark) for mark in DELIMITERS}
    return next(
        (mark for mark, row in rows.items() if is_header(row)),
        max(rows, key=lambda mark: len(rows[mark])),
    )


def _first_row(text: str, mark: str) -> list[str]:
    lines = (
        line
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if line.strip()
    )
    try:
        return next(csv.reader((line + "\n" for line in lines), delimiter=mark), [])
    except csv.Error:
        return []
