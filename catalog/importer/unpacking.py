"""What kind of file it is, told by its content: plain text, gzip, a ZIP archive, a workbook. All become one stream of bytes.

Nothing is written to disk and no name inside an archive is used as a path. What unpacks to far more than it is (a bomb), is
encrypted or damaged is refused.
"""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from catalog.importer.errors import Refused, quoted

MOST_BYTES = 64 * 1024**3  # that an archive may unpack to
RATIO = 250  # a table hardly ever packs to less than this part of it; bombs do to a thousandth
DEFLATE_RATIO = 1032  # more is impossible
HARMLESS_BYTES = 32 * 1024**2  # below this the ratio does not matter
MOST_MEMBERS = 1_000
NAMES_SHOWN = 10
TABLES = (".csv", ".tsv", ".txt", ".tab")
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
# All that these modules raise for bytes that are not as they should be.
DAMAGED = (
    EOFError, OSError, ValueError, RuntimeError, LookupError,
    zlib.error, lzma.LZMAError, struct.error, zipfile.BadZipFile,
)  # fmt: skip

GZIP, ZIP, EMPTY_ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"  # fmt: skip


@dataclass(frozen=True)
class Unpacked:
    """A stream of text, where it came from, and how far into the file it is, in bytes."""

    stream: BinaryIO
    format: str  # text, gzip, zip, xlsx, ods
    position: Callable[[], int] | None = None  # none: the stream is the file
    part: str = ""  # sheet of a workbook, member of an archive
    parts: tuple[str, ...] = ()  # among which it was chosen

    @property
    def is_workbook(self) -> bool:
        """Whether rows are a sheet's, which have no encoding and no delimiter."""
        return self.format in ("xlsx", "ods")


def unpack(file: BinaryIO, wanted: str = "") -> Unpacked:
    """The text in a file; `wanted` names the sheet or member. Raises Refused."""
    if not file.seekable():
        return Unpacked(file, "text")
    beginning = file.read(4)
    file.seek(0)
    if beginning.startswith(GZIP) and len(beginning) == 4:
        return _gzip(file)
    if beginning in (ZIP, EMPTY_ZIP):
        return _zip(file, wanted)
    if beginning == OLE and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" in file.read(1024**2):
        raise Refused("This workbook is encrypted. Save it without a password.")
    file.seek(0)
    return Unpacked(file, "text")


def _gzip(file: BinaryIO) -> Unpacked:
    packed = file.seek(-4, io.SEEK_END) + 4
    # The size that gzip itself claims, modulo 4 GiB. What claims too little is caught on the way; what claims more than
    # can be packed into it is cut off.
    claimed = int.from_bytes(file.read(4), "little")
    if claimed < DEFLATE_RATIO * packed:
        _refuse_bomb(claimed, packed)
    file.seek(0)
    stream = _Guarded(cast(BinaryIO, gzip.GzipFile(fileobj=file)), file.tell)
    return Unpacked(cast(BinaryIO, stream), "gzip", file.tell)


def _zip(file: BinaryIO, wanted: str) -> Unpacked:
    with _refusing_damage(file.tell):
        archive = zipfile.ZipFile(file)
    # A damaged name may be empty, which Python asks for its last character.
    members = [m for m in archive.infolist() if m.filename and not m.is_dir()]
    _refuse_what_is_dangerous(members)
    names = {member.filename for member in members}
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return _workbook(file, "xlsx", wanted)
    with _refusing_damage(file.tell):
        kind = archive.read("mimetype").strip() if "mimetype" in names else b""
    if kind == SPREADSHEET:
        return _workbook(file, "ods", wanted)
    if kind or "[Content_Types].xml" in names:
        raise Refused(
            "This is an office document without a sheet. Save the table as CSV."
        )
    member, tables = _table_in(members, wanted)
    with _refusing_damage(file.tell):
        stream = _Guarded(cast(BinaryIO, archive.open(member)), file.tell)
    return Unpacked(
        cast(BinaryIO, stream), "zip", file.tell, member.filename, tuple(tables)
    )


@contextmanager
def _refusing_damage(position: Callable[[], int]) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise Refused(
            f"The archive is damaged near byte {position():,}, so nothing was imported: {error or 'it ends too early'}."
        ) from error


def _refuse_what_is_dangerous(members: list[zipfile.ZipInfo]) -> None:
    if not members:
        raise Refused("The ZIP archive is empty.")
    if len(members) > MOST_MEMBERS:
        raise Refused(f"The ZIP archive has {len(members):,} files; send only the one.")
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in name or ":" in name[:3]:
            raise Refused(
                f"The ZIP archive has a file {quoted(name)} that wants to be outside of it. Pack it anew."
            )
        if member.flag_bits & 1:
            raise Refused("The ZIP archive is encrypted. Pack it without a password.")
    unpacked, packed = (
        sum(member.file_size for member in members),
        sum(member.compress_size for member in members),
    )
    _refuse_bomb(unpacked, packed)


def _refuse_bomb(unpacked: int, packed: int) -> None:
    too_much = unpacked > HARMLESS_BYTES and unpacked > RATIO * max(packed, 1)
    if too_much or unpacked > MOST_BYTES:
        raise Refused(
            f"The archive unpacks to more than {RATIO} times what it is, or to more than {MOST_BYTES // 1024**3} GiB. "
            "No table does; nothing was imported."
        )


def _table_in(
    members: list[zipfile.ZipInfo], wanted: str
) -> tuple[zipfile.ZipInfo, list[str]]:
    """The one member that is meant, and the names among which it is."""
    visible = [
        member
        for member in members
        if not member.filename.startswith("__MACOSX/")
        and not member.filename.rsplit("/", 1)[-1].startswith(".")
    ]
    tables = [m for m in visible if m.filename.lower().endswith(TABLES)] or visible
    names = [member.filename for member in tables]
    if wanted:
        found = [member for member in visible if member.filename == wanted]
        if not found:
            raise Refused(
                f"The archive has no file {quoted(wanted)}. It has: {_shown(names)}."
            )
        return found[0], names
    if len(tables) != 1:
        raise Refused(
            f"The archive has {len(tables):,} files: {_shown(names)}. Say which one (--sheet), or send them one by one."
        )
    return tables[0], names


def _workbook(file: BinaryIO, kind: str, wanted: str) -> Unpacked:
    from catalog.importer import sheets  # slow to load, and rarely needed

    file.seek(0)
    sheet = sheets.open_sheet(file, wanted)
    return replace(
        Unpacked(cast(BinaryIO, sheet.stream), kind),
        position=sheet.position,
        part=sheet.name,
        parts=sheet.names,
    )


def _shown(names: list[str]) -> str:
    more = ", …" if len(names) > NAMES_SHOWN else ""
    return ", ".join(map(quoted, names[:NAMES_SHOWN])) + more


class _Guarded(io.RawIOBase):
    """A stream that unpacks within limits; what goes wrong in it is a reason to refuse the file."""

    def __init__(self, stream: BinaryIO, position: Callable[[], int]) -> None:
        self._stream = stream
        self._position = position
        self._unpacked = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Refused."""
        with _refusing_damage(self._position):
            data = self._stream.read(size)
        self._unpacked += len(data)
        _refuse_bomb(self._unpacked, self._position())
        return data

    def seekable(self) -> bool:
        """To go back would be to unpack again."""
        return False
