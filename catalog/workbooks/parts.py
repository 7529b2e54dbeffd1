"""The XML files in a workbook: found by name and read in blocks. Entities are rejected; declared sizes are not used."""

import codecs
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat

from catalog.workbooks import damaged

BLOCK = 256 * 1024  # bytes read at once
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Text = Callable[[str], Any]


class Package:
    """The parts of a workbook by name. Upper and lower case, slashes and backslashes make no difference."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_plain(info.filename): info for info in archive.infolist()}

    def has(self, name: str) -> bool:
        """Whether the workbook has this part."""
        return _plain(name) in self._names

    def bytes_of(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, in blocks. Raises KeyError."""
        with self._archive.open(self._names[_plain(name)]) as stream:
            while block := stream.read(BLOCK):
                yield block

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part in blocks; UTF-16 is converted to UTF-8. Raises KeyError."""
        decoder: codecs.IncrementalDecoder | None = None
        for number, block in enumerate(self.bytes_of(name)):
            if not number and (wide := WIDE.get(block[:2])):
                decoder = codecs.getincrementaldecoder(wide)()
            yield decoder.decode(block).encode() if decoder else block

    def parse(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
        """Parse a part block by block. Yields after each, so that the caller can use what its handlers found.

        Raises KeyError, ExpatError, Rejected.
        """
        return parse(self.blocks(name), start, end, text)


def parse(blocks: Iterable[bytes], start: Start, end: End | None, text: Text | None) -> Iterator[None]:
    """Parse XML block by block. Yields after each. Raises ExpatError, Rejected."""
    parser: Any = None
    for block in blocks:
        if parser is None:
            # UTF-16 is UTF-8 by now, even if the XML still declares UTF-16.
            is_utf16 = b"utf-16" in block[:200].lower()
            parser = _parser("utf-8" if is_utf16 else None, start, end, text)
        parser.Parse(block, False)
        yield
    if parser is None:
        raise expat.ExpatError("no element found")
    parser.Parse(b"", True)
    yield


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def beside(name: str, target: str) -> str:
    """The name of the part that a relative `target` in the part `name` points to."""
    target = target.replace("\\", "/")
    return target if target.startswith("/") else posixpath.join(posixpath.dirname(name), target)


def _parser(encoding: str | None, start: Start, end: End | None, text: Text | None) -> Any:
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _reject_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


def _reject_doctype(*_: Any) -> None:
    raise damaged("it declares XML entities, which no spreadsheet program does")
