"""The records of a JSON document, one after the other: JSON lines, an array, or the array of objects in an object.

Read in pieces, so that a file of any size needs little memory. Numbers stay as they are written.
"""

import codecs
import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Any, BinaryIO

from catalog.importer.errors import Rejected

BLOCK_BYTES = 256 * 1024
MOST_RECORD = 16 * 1024**2  # characters of one record
ENVELOPES = 3  # objects around the array, as in {"data": {"products": [...]}}
SPACE, BETWEEN = re.compile(r"\s*"), re.compile(r"[\s,\x1e]*")
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
KEY = re.compile(rf"[\s,]*({STRING})\s*:\s*")
ARRAY = re.compile(r"\[\s*\{")
ENVELOPE = re.compile(rf"\{{\s*{STRING}\s*:\s*(?:\[\s*\{{|\{{\s*{STRING}\s*:\s*\[\s*\{{)")
TOKEN = re.compile(rf'{STRING}|["{{}}\[\]]', re.DOTALL)
BEGINS = re.compile(r'\s*(?:\{\s*(?:"|\}\s*(?:[\[{,]|\Z))|\[\s*[\[{\]])')  # {} above other text is a mark of MYOB
OF_RECORDS = frozenset(('"sku"', '"id"', '"name"', '"title"', '"handle"', '"code"', '"gtin"', '"ean"'))
"""Keys of a product: an object that has one before its array is a record by itself."""


def is_json(beginning: bytes) -> bool:
    """Whether a file begins like records of JSON."""
    text = codecs.getincrementaldecoder(_encoding(beginning))("replace").decode(beginning)
    return BEGINS.match(text) is not None


def _encoding(beginning: bytes) -> str:
    wide = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if wide else "utf-8-sig"


class Document:
    """A JSON text, read as far as needed. `is_cut`: it is only the beginning of a file, so its end may be missing."""

    def __init__(self, file: BinaryIO, *, is_cut: bool = False) -> None:
        first = file.read(BLOCK_BYTES)
        self._decode = codecs.getincrementaldecoder(_encoding(first))("strict")
        self._decoder = JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
        self._file, self._is_cut = file, is_cut
        self._text, self._at, self._has_ended = "", 0, False
        self.number = 0  # of the record that is read
        self._take(first)

    def records(self) -> Iterator[Any]:
        """Every record. Raises Rejected."""
        is_array = self._open()
        while self._go_on(BETWEEN) and not (is_array and self._text[self._at] == "]"):
            self.number += 1
            value = self._value()
            if value is None:
                break
            yield value[0]
        else:
            if is_array and self._at >= len(self._text) and not self._is_cut:
                raise self._too_early()

    def _open(self) -> bool:
        """Go to the first record; returns whether it is in an array."""
        self._go_on(SPACE)
        for _ in range(ENVELOPES):
            if self._text[self._at : self._at + 1] != "{":
                break
            inside = self._array_inside(self._at)
            if inside is None:
                return False
            self._at = inside
        is_array = self._text[self._at : self._at + 1] == "["
        self._at += is_array
        return is_array

    def _array_inside(self, start: int) -> int | None:
        """Where the array of objects begins in the object that begins here, or around it; None: it is a record."""
        at = start + 1
        while (key := self._match(KEY, at)) and key[1].lower() not in OF_RECORDS and at - start < MOST_RECORD:
            at = key.end()
            if self._match(ARRAY, at) or self._match(ENVELOPE, at):
                return at
            try:
                at = self._decoder.raw_decode(self._text, at)[1]
            except (JSONDecodeError, RecursionError):
                return None
        return None

    def _match(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        """Match a pattern at a position, after reading enough text."""
        while len(self._text) - at < BLOCK_BYTES and self._more():
            pass
        return pattern.match(self._text, at)

    def _go_on(self, pattern: re.Pattern[str]) -> bool:
        """Skip separators between records; returns whether a record follows."""
        while True:
            found = pattern.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return True
            if not self._more():
                return False

    def _value(self) -> tuple[Any] | None:
        """The next record; None if the text is cut inside it."""
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                if self._is_whole():
                    raise self._broken(error) from None
                if len(self._text) - self._at > MOST_RECORD:
                    raise self._rejected(f"does not end within {MOST_RECORD // 1024**2} MiB") from None
                if not self._more():
                    if self._is_cut:
                        return None
                    raise self._too_early() from None
            except RecursionError:
                raise self._rejected("is nested too deeply") from None
            else:
                return (value,)

    def _is_whole(self) -> bool:
        """Whether an invalid record ends within the text."""
        depth = 0
        for token in TOKEN.finditer(self._text, self._at):
            if token[0] in "{[":
                depth += 1
            elif token[0] in "}]":
                depth -= 1
                if depth <= 0:
                    return True
            elif token[0] == '"':
                return False  # a text that goes on
            if depth == 0:
                return True
        return self._has_ended and depth == 0

    def _more(self) -> bool:
        """Read more text, and drop the text before the position."""
        if self._has_ended:
            return False
        # Twice as much each time: a long record is decoded from its beginning again.
        self._take(self._file.read(max(BLOCK_BYTES, len(self._text) - self._at)))
        return True

    def _take(self, data: bytes) -> None:
        self._has_ended = not data
        try:
            text = self._decode.decode(data, final=not data)
        except UnicodeDecodeError:
            raise self._rejected("is not UTF-8; save the file as UTF-8") from None
        if self._at > BLOCK_BYTES:
            self._text, self._at = self._text[self._at :], 0
        self._text += text

    def _broken(self, error: JSONDecodeError) -> Rejected:
        near = self._text[max(error.pos - 20, self._at) : error.pos + 10].strip()
        return self._rejected(f"is not JSON: {error.msg} near {near!r}")

    def _too_early(self) -> Rejected:
        return Rejected(f"The JSON ends too early, after record {max(self.number - 1, 0):,}. Get the file again.")

    def _rejected(self, why: str) -> Rejected:
        return Rejected(f"Record {max(self.number, 1):,} of the JSON {why}. Nothing was imported.")
