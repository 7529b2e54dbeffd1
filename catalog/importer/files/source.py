"""Bytes in: is this text, and which encoding does it have? After this step everything is UTF-8."""

import codecs
from collections.abc import Callable
from typing import BinaryIO

from catalog.importer.errors import Rejected
from catalog.importer.files import markup
from catalog.importer.files.encoding.alignment import Alignment
from catalog.importer.files.encoding.encodings import KEEP, SAMPLE_BYTES, is_wide, recognise
from catalog.importer.files.encoding.names import ENCODINGS
from catalog.importer.files.encoding.scripts import Composer
from catalog.importer.files.end_mark import MARK, EndMark

SHORT_SAMPLE_BYTES = 64 * 1024  # number of bytes to look ahead in a file that can seek

# First bytes of what people send by mistake: https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "an image or a recording",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
}
TABLES_OF_MARKUP = ("an HTML page", "a spreadsheet in XML", "an XML document", "a web page with its pictures (MHTML)")
EXPORT = "Save or export it as CSV and try again."
UNPACK = "Unpack it and import the file inside."
WIDTHS = {"utf-16": 2, "utf-32": 4}
"""Bytes of the file for one byte of UTF-8, in a table. Without it, smaller and smaller reads would fill a block."""
CUT = (
    "This is not a text file that can be read: it looks like UTF-16 or UTF-32 with a missing or extra byte, "
    "or without a byte order mark. Save the file again as UTF-8."
)
WIDE = tuple(name for name in ENCODINGS if name.startswith(tuple(WIDTHS)))
LONE_MARK = "\udc1a"  # the end mark of DOS as one byte, in a text of wider characters
SEVERAL_BYTES = frozenset(
    (*WIDE, "cp1258", "cp932", "shift_jis", "euc_jp", "gb18030", "gbk", "big5", "cp950", "euc_kr", "cp949")
)
CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")


class Source:
    """A file as a stream of UTF-8 bytes without its byte order mark. `position` counts the file's own bytes.

    A byte that does not fit makes the stream invalid UTF-8 at its place: in a UTF-8 file it stays as it is, in other
    encodings it becomes a lone surrogate, which `marks` reads.
    """

    def __init__(
        self,
        file: BinaryIO,
        encoding: str = "",
        usual: str = "",
        is_name: Callable[[str], bool] = lambda text: False,
    ) -> None:
        self._file = file
        seekable = file.seekable()
        sample = file.read(SHORT_SAMPLE_BYTES if seekable else SAMPLE_BYTES)
        self.position = len(sample)
        reject_what_is_no_text(sample)
        _reject_control_characters(sample, encoding or usual)
        found = recognise(sample, file, encoding, usual, is_name)
        self.encoding, self.how = found.name, found.how
        self.marks = "surrogateescape" if found.name == "utf-8" else "surrogatepass"
        self._decoder = None if found.name == "utf-8" else codecs.getincrementaldecoder(found.name)(KEEP)
        self._alignment = Alignment(found.name) if found.name in WIDE else None
        self._composer = Composer() if found.name == "cp1258" else None
        self._end_mark = EndMark()
        self._width = next((n for name, n in WIDTHS.items() if found.name.startswith(name)), 1)
        self.begins_at = len(found.mark)
        self._ahead = self._utf8(sample[len(found.mark) :])
        self.sample = self._ahead

    def read(self, size: int) -> bytes:
        """About `size` more bytes; empty at the end of the file."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        while data := self._file.read(size * self._width):
            self.position += len(data)
            if text := self._utf8(data):
                return text
        return self._utf8(b"")

    def size_of(self, text: bytes) -> int:
        """How many bytes of the file a text of the stream was made from, for UTF-8 and one byte per character."""
        if self._decoder is None or text.isascii():
            return len(text)
        return len(text.decode("utf-8", "surrogatepass"))

    def _utf8(self, data: bytes) -> bytes:
        return self._end_mark.without(self._decoded(data))

    def _decoded(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        if self._alignment:
            self._alignment.see_bytes(data)
        text = self._decoder.decode(data, final=not data)
        if self._composer:
            text = self._composer.joined(text, last=not data)
        if self._alignment:
            self._alignment.see(text)
            text = text.removesuffix(LONE_MARK) if not data else text
        return text.encode("utf-8", "surrogatepass")


def has_places(encoding: str) -> bool:
    """Whether a file can be read from any line on: it is UTF-8, or each byte is a character."""
    return encoding not in SEVERAL_BYTES


def in_utf8(data: bytes, encoding: str) -> bytes:
    """Whole lines of such a file as the stream of a `Source` has them."""
    return data if encoding == "utf-8" else data.decode(encoding, KEEP).encode("utf-8", "surrogatepass")


def kind_of(sample: bytes) -> str:
    """The kind of a file that can't be imported, by its first bytes: "a PDF document". Empty: it may be text."""
    kinds = [kind for begins, kind in SIGNATURES.items() if sample.startswith(begins)]
    if sample[257:262] == b"ustar":
        kinds.append("a tar archive")
    return kinds[0] if kinds else markup.kind_of(sample)


def reject_what_is_no_text(sample: bytes) -> None:
    """Raises Rejected for a file that is empty or not text."""
    if kind := kind_of(sample):
        advice = UNPACK if "archive" in kind else EXPORT
        if kind in TABLES_OF_MARKUP:
            advice = markup.AS_XLSX
        raise Rejected(f"This is not a CSV file but {kind}. {advice}")
    if sample and not sample.strip(b"\0"):
        raise Rejected(
            "This is not a text file: it contains only NUL bytes. It may have been damaged during a transfer. Get the "
            "file again."
        )
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n" + MARK):
        raise Rejected("The file is empty.")


def _reject_control_characters(sample: bytes, encoding: str) -> None:
    if encoding.startswith(("utf-16", "utf-32")) or is_wide(sample):
        return
    sample = sample.rstrip(MARK)
    if sample.count(0) > len(sample) / 4:
        raise Rejected(CUT)
    if len(sample) - len(sample.translate(None, CONTROL)) > len(sample) / 10:
        raise Rejected(f"This is not a text file: it is full of control characters. {EXPORT}")
