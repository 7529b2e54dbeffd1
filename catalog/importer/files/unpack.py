"""What kind of file it is, by its content: plain text, gzip, a ZIP archive, a workbook. All become one stream of bytes.

Nothing is written to disk and no name inside an archive is used as a path. A file that unpacks to far more than its
size (a bomb), or is encrypted or damaged, is rejected.
"""

import gzip
import io
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from catalog.importer.errors import Rejected, quoted
from catalog.importer.files import sheets
from catalog.importer.files.json_files.records import is_json
from catalog.importer.files.json_files.table import open_json
from catalog.importer.files.rewound import Rewound
from catalog.importer.files.zip_archive import (
    DEFLATE_RATIO,
    open_zip,
    reject_bomb,
    reject_same_names,
    reject_what_is_dangerous,
    rejecting_damage,
)

KIND_BYTES = 100  # longest media type that is read
COPY_BYTES = 1024**2
JSON_BYTES = 1024  # by which JSON is known
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"

GZIP, ZIP, EMPTY_ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Unpacked:
    """A stream of text, its origin, and its position in the file in bytes."""

    stream: BinaryIO
    format: str  # text, gzip, zip, xlsx (also for .xlsb), ods, json
    position: Callable[[], int] | None = None  # none: the stream is the file
    part: str = ""  # sheet of a workbook, member of an archive
    parts: tuple[str, ...] = ()  # among which it was chosen
    left_out: tuple[tuple[str, str], ...] = ()  # other sheets, and why
    is_workbook: bool = False  # a sheet, which has no encoding and no delimiter

    @property
    def is_made(self) -> bool:
        """Whether Catalog made the text itself, so that its format is known."""
        return self.is_workbook or self.format == "json"


class Meter:
    """Counts the bytes that are unpacked, and compares them with the size of the archive: one limit for all members."""

    def __init__(self, packed: Callable[[], int]) -> None:
        self._packed = packed
        self._unpacked = 0

    def add(self, size: int) -> None:
        """Count more bytes. Raises Rejected."""
        self._unpacked += size
        reject_bomb(self._unpacked, self._packed())


class Archive:
    """A checked ZIP archive of files; `members` says which of them are tables."""

    def __init__(self, file: BinaryIO, size: int, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
        self.size = size  # bytes of the archive
        self.infos = {info.filename: info for info in infos}
        self._file = file
        self._archive = archive

    def beginning(self, name: str, size: int) -> bytes:
        """The first bytes of a member. Raises Rejected."""
        with self.open(name, self.meter([name])) as stream:
            return stream.read(size)

    def open(self, name: str, meter: Meter) -> BinaryIO:
        """A member as a stream, limited by `meter`. Raises Rejected."""
        with rejecting_damage(self._file.tell):
            stream = self._archive.open(self.infos[name])
        guarded = _Guarded(cast(BinaryIO, stream), self._file.tell, meter)
        return cast(BinaryIO, guarded)

    def meter(self, names: Iterable[str]) -> Meter:
        """One limit for all of these members. They may overlap, but pack no more bytes than the archive has."""
        packed = sum(self.infos[name].compress_size for name in names)
        return Meter(lambda: min(packed, self.size))

    def position(self, name: str, before: Iterable[str] = (), after: Iterable[str] = ()) -> int:
        """The position in the archive in bytes, for a member among others that are read."""
        info = self.infos[name]
        read = self._file.tell() - info.header_offset
        done = min(max(read, 0), info.compress_size)
        packed = [sum(self.infos[n].compress_size for n in ns) for ns in (before, after)]
        whole = info.compress_size + sum(packed)
        return self.size * (done + packed[0]) // max(whole, 1)


def unpack(file: BinaryIO, wanted: str = "") -> Unpacked | Archive:
    """The text in a file, or the archive to choose members from; `wanted` names the sheet. Raises Rejected."""
    if not file.seekable():
        return Unpacked(file, "text")
    beginning = file.read(4)
    file.seek(0)
    if beginning.startswith(GZIP) and len(beginning) == 4:
        return as_table(_gzip(file))
    if beginning in (ZIP, EMPTY_ZIP):
        found = _zip(file)
        return _workbook(file, found, wanted) if isinstance(found, str) else found
    if beginning == OLE and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" in file.read(1024**2):
        raise Rejected("This workbook is encrypted. Save it without a password.")
    file.seek(0)
    return as_table(Unpacked(file, "text"))


def as_table(content: Unpacked) -> Unpacked:
    """The text as a table: JSON becomes one, and is read twice; other text stays as it is. Raises Rejected."""
    beginning = content.stream.read(JSON_BYTES)
    found = is_json(beginning)
    if content.format == "text" and content.stream.seekable():
        content.stream.seek(0)
        return _json(content.stream) if found else content
    whole = Rewound(beginning, content.stream)
    if not found:
        return replace(content, stream=cast(BinaryIO, whole))
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, with the table
    while block := whole.read(COPY_BYTES):
        copy.write(block)
    table = _json(cast(BinaryIO, copy))
    weakref.finalize(table.stream, copy.close)
    return replace(table, part=content.part, parts=content.parts)


def _json(file: BinaryIO) -> Unpacked:
    table = open_json(file)
    return Unpacked(cast(BinaryIO, table.stream), "json", table.position)


def _gzip(file: BinaryIO) -> Unpacked:
    packed = file.seek(-4, io.SEEK_END) + 4
    # The size that gzip itself claims, modulo 4 GiB. A claim that is too low is noticed while unpacking. A claim that
    # is higher than possible means that the end of the file is missing.
    claimed = int.from_bytes(file.read(4), "little")
    if claimed < DEFLATE_RATIO * packed:
        reject_bomb(claimed, packed)
    file.seek(0)
    packing = cast(BinaryIO, gzip.GzipFile(fileobj=file))
    stream = _Guarded(packing, file.tell, Meter(file.tell))
    return Unpacked(cast(BinaryIO, stream), "gzip", file.tell)


def archive_of(file: BinaryIO) -> Archive | None:
    """The archive; None if the file is something else. Raises Rejected."""
    if not file.seekable():
        return None
    beginning = file.read(4)
    file.seek(0)
    found = _zip(file) if beginning in (ZIP, EMPTY_ZIP) else None
    return found if isinstance(found, Archive) else None


def _zip(file: BinaryIO) -> str | Archive:
    """The archive, or the kind of workbook if it is one. Raises Rejected."""
    with rejecting_damage(file.tell):
        archive = open_zip(file)
    # A damaged name may be empty; Python would fail on its last character.
    members = [m for m in archive.infolist() if m.filename and not m.is_dir()]
    size = file.seek(0, io.SEEK_END)
    reject_what_is_dangerous(members, size)
    names = {member.filename for member in members}
    if workbook := workbook_kind(names):
        return workbook
    kind = b""
    if "mimetype" in names:
        with rejecting_damage(file.tell), archive.open("mimetype") as mimetype:
            kind = mimetype.read(KIND_BYTES).strip()
    if kind == SPREADSHEET:
        return "ods"
    if kind or "[Content_Types].xml" in names:
        raise Rejected("This is an office document without a sheet. Save the table as CSV.")
    reject_same_names(members)
    return Archive(file, size, archive, members)


def workbook_kind(names: set[str]) -> str:
    """The kind of Excel workbook that has files of these names; empty: it is none."""
    plain = {name.replace("\\", "/").lstrip("/").lower() for name in names}
    kinds = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
    return next((kind for name, kind in kinds.items() if name in plain), "")


def _workbook(file: BinaryIO, kind: str, wanted: str) -> Unpacked:
    sheet = sheets.open_sheet(file, kind, wanted)
    stream = cast(BinaryIO, sheet.stream)
    told = "ods" if kind == "ods" else "xlsx"
    return Unpacked(stream, told, sheet.position, sheet.name, sheet.names, is_workbook=True)


def workbook_of(member: BinaryIO, name: str) -> Unpacked:
    """A workbook that is a member of an archive: its first sheet. Raises Rejected."""
    with tempfile.TemporaryFile() as copy:
        while block := member.read(COPY_BYTES):
            copy.write(block)
            if copy.tell() > sheets.MOST_BYTES:
                raise Rejected(
                    f"The workbook {quoted(name)} is too large to be read inside an archive. Import it as a separate "
                    "file."
                )
        copy.seek(0)
        found = unpack(cast(BinaryIO, copy))
    if isinstance(found, Archive) or not found.is_workbook:
        raise Rejected(f"{quoted(name)} has the name of a workbook but is not one. Import it as a separate file.")
    return found


class _Guarded(io.RawIOBase):
    """A stream that unpacks within limits. An error while it unpacks rejects the file."""

    def __init__(self, stream: BinaryIO, position: Callable[[], int], meter: Meter) -> None:
        self._stream = stream
        self._position = position
        self._meter = meter

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Rejected."""
        with rejecting_damage(self._position):
            data = self._stream.read(size)
        self._meter.add(len(data))
        return data

    def seekable(self) -> bool:
        """Never: going back would mean to unpack again."""
        return False
