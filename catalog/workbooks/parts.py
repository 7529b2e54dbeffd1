"""The XML inside of a workbook: found by name, read in blocks, without entities and without trust in what it claims."""

import codecs
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat

from catalog.workbooks import Rejected

BLOCK = 256 * 1024  # bytes read at once
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Text = Callable[[str], Any]


class Package:
    """The parts of a workbook by name; some programs write names with other letters or slashes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_plain(info.filename): info for info in archive.infolist()}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return _plain(name) in self._names

    def bytes_of(self, name: str) -> Iterator[bytes]:
        """The bytes of a part as they are. Raises KeyError."""
        with self._archive.open(self._names[_plain(name)]) as stream:
            while block := stream.read(BLOCK):
                yield block

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, as UTF-8 or another encoding of which ASCII is a part. Raises KeyError."""
        decoder: codecs.IncrementalDecoder | None = None
        for number, block in enumerate(self.bytes_of(name)):
            if not number and (wide := WIDE.get(block[:2])):
                decoder = codecs.getincrementaldecoder(wide)()
            yield decoder.decode(block).encode() if decoder else block

    def parse(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
        """Parse a part block by block; the caller looks at what its handlers found after each. Raises KeyError, ExpatError."""
        return parse(self.blocks(name), start, end, text)


def parse(blocks: Iterable[bytes], start: Start, end: End | None, text: Text | None) -> Iterator[None]:
    """Parse XML block by block. Raises ExpatError, Rejected."""
    parser: Any = None
    for block in blocks:
        if parser is None:
            # What was UTF-16 is UTF-8 by now, whatever it says of itself.
            is_utf16 = b"utf-16" in block[:200].lower()
            parser = _parser("utf-8" if is_utf16 else None, start, end, text)
        parser.Parse(block, False)
        yield
    if parser is None:
        raise expat.ExpatError("no element found")
    parser.Parse(b"", True)
    yield


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def beside(name: str, target: str) -> str:
    """The part that `target` means, as said in a part of this name."""
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
    raise Rejected("The workbook is damaged: it declares XML entities, which no spreadsheet program does.")
