"""A file made ready to be read: what it is, how it is written, and what its columns are."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

import pandas as pd

from catalog.importer.columns import match as header
from catalog.importer.columns.result import Columns
from catalog.importer.columns.shape import shaped
from catalog.importer.errors import Refused
from catalog.importer.files import dialect
from catalog.importer.files.encodings import Unsure
from catalog.importer.files.source import Source
from catalog.importer.files.unpack import Archive, Unpacked, unpack, workbook_of
from catalog.importer.opening import members
from catalog.importer.opening.members import Member, Undecided
from catalog.importer.options.options import Options
from catalog.importer.rows.joined import Joined, in_order
from catalog.importer.rows.places import Part, naming
from catalog.importer.rows.reader import Reader
from catalog.importer.values import numbers
from catalog.importer.values.formulas import restored_name

SAMPLE_BYTES = 64 * 1024  # of each of several members, from which prices are recognised
ARCHIVES = ("left_out", "members")
ANOTHER_SHEET = "only the first sheet of a workbook in an archive is read"
QUOTED_LINES = (
    "Each line of the file is in quotes as a whole, its separators inside of them, so that it is one cell. A program that uses "
    "another separator opened the file and saved it like this. Take the original file, or take away the quotes around each line "
    "and make each two quotes inside of it one."
)
CERTAIN = ("mark", "utf-8", "pattern")  # ways to know an encoding without a guess


@dataclass(frozen=True)
class Understood:
    """How the file was read, for people to see and correct; `how` says why this encoding: see `encodings`."""

    encoding: str
    how: str
    delimiter: str
    header: bool
    skip: int  # lines above the header
    format: str = "text"  # text, gzip, zip, xlsx, ods
    part: str = ""  # the sheet or member that was read
    parts: tuple[str, ...] = ()  # among which it was chosen
    names: tuple[str, ...] = ()  # of the columns, in the order of the file
    columns: dict[str, str] = field(default_factory=dict)  # field -> what the file calls its column
    numbers: str = ""  # how prices are written: see `numbers`; empty: there are none
    left_out: tuple[tuple[str, str], ...] = ()  # files of an archive that are no tables, and why
    members: tuple[Part, ...] = ()  # of an archive, that are read as one table

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import; of what is no archive, without what only archives have."""
        told = asdict(self)
        return {name: value for name, value in told.items() if value or name not in ARCHIVES}


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, or of a member of several, in UTF-8, and how it is to be read."""

    text: bytes
    delimiter: str
    skip: int
    order: list[int] | None = None  # of its columns


@dataclass(frozen=True)
class Prepared:
    """A file whose header is read; `position` says how far it is read in bytes of the file."""

    reader: Reader | Joined
    understood: Understood
    position: Callable[[], int]
    samples: tuple[Sample, ...]
    members: tuple[Member, ...] = ()  # all files of the archive
    is_sheet: bool = False  # of a workbook

    def so_far(self) -> Understood:
        """How it is read, with what is known only while it is read."""
        if isinstance(self.reader, Joined):
            return replace(self.understood, members=self.reader.parts)
        return self.understood


@dataclass(frozen=True)
class Opened(Prepared):
    """A file that is ready: its columns are known, and `reader` stands before its first row."""

    columns: Columns = field(kw_only=True)


def open_file(file: BinaryIO, options: Options) -> Opened:
    """Understand a file by its beginning and the options. Raises Refused."""
    ready = prepare(file, options)
    tables = members.tables([*ready.members])
    if len(tables) > 1 and not options.sheet and options.members != "joined":
        raise Undecided(tables, options.mode)
    columns = header.match(ready.reader.header, options)
    way = price_way(ready, columns, options)
    columns = replace(columns, numbers=way or "plain", sheet=ready.is_sheet)
    names = tuple(map(restored_name, columns.names)) if columns.ours else columns.names
    called = columns.called()
    understood = replace(ready.understood, numbers=way, names=names, columns=called)
    return Opened(
        ready.reader, understood, ready.position, ready.samples, ready.members, ready.is_sheet, columns=columns
    )


def price_way(ready: Prepared, columns: Columns, options: Options) -> str:
    """How the file writes prices, as chosen or recognised in its sample; empty if it has none. Raises numbers.Unsure."""
    if "price" not in columns.fields or not columns.parts_of("price"):
        return ""
    if options.numbers:
        return options.numbers
    found = [_prices(sample, columns, ready.understood) for sample in ready.samples]
    prices = pd.concat(found) if found else ()
    exported = columns.ours and not columns.again  # rejected rows are as their file wrote them
    return numbers.of_export(prices) if exported else numbers.recognise(prices)


def _prices(one: Sample, columns: Columns, read: Understood) -> "pd.Series[str]":
    """The prices in a sample; none where it can't be read, which will be said when it is."""
    end = one.text.rfind(b"\n") + 1 or len(one.text)
    try:
        source = Source(BytesIO(one.text[:end]), "utf-8")
        reader = Reader(source, one.delimiter, header=read.header, skip=one.skip)
        frame = in_order(next(reader.chunks()).frame, one.order)
    except (Refused, StopIteration):
        return pd.Series(dtype="str")
    return shaped(frame, columns)[str(columns.fields["price"])].str.strip()


def prepare(file: BinaryIO, options: Options) -> Prepared:
    """Understand a file as far as its header, whatever its columns are. Raises Refused."""
    unpacked = unpack(file, options.sheet)
    if isinstance(unpacked, Unpacked):
        return _prepared(unpacked, options)
    found = members.listed(unpacked, options)
    tables = members.tables(found)
    members.refuse_sync_of_each(tables, options)
    if options.members == "joined" and not options.sheet and len(tables) > 1:
        ready = _joined(unpacked, tables, options)
    else:
        name = members.only(found, options)
        ready = _prepared(_member(unpacked, name, tables), options)
    left_out = tuple((m.name, m.left_out) for m in found if m.left_out)
    left_out += ready.understood.left_out  # sheets of workbooks
    understood = replace(ready.understood, left_out=left_out)
    return replace(ready, understood=understood, members=tuple(found))


def _prepared(unpacked: Unpacked, options: Options) -> Prepared:
    sheet = unpacked.is_workbook
    if sheet:
        options = replace(options, encoding="utf-8", delimiter=",")
    source = Source(unpacked.stream, options.encoding)
    mark, skip = recognise(source, options)
    reader = Reader(source, mark, header=options.header, skip=skip, rows_are_lines=sheet)
    header.refuse_too_many(reader.header)
    _refuse_quoted_lines(source, reader)
    how = "workbook" if sheet else source.how
    dialect = (source.encoding, how, mark, options.header, skip)
    parts = (unpacked.format, unpacked.part, unpacked.parts)
    position = unpacked.position or (lambda: source.position)
    sample = Sample(source.sample, mark, skip)
    understood = Understood(*dialect, *parts, left_out=unpacked.left_out)
    return Prepared(reader, understood, position, (sample,), is_sheet=sheet)


def _refuse_quoted_lines(source: Source, reader: Reader) -> None:
    """A program that separates by semicolons opened a file with commas, and saved each line as one cell. Raises Refused."""
    named = sum(1 for name in reader.header if name.strip())
    one = named < 2 or not reader.has_header
    if one and dialect.is_quoted_as_a_whole(source.sample):
        raise Refused(QUOTED_LINES)


def _member(archive: Archive, name: str, tables: list[str]) -> Unpacked:
    """One member as a file by itself; of a workbook, its first sheet."""
    stream = archive.open(name, archive.meter([name]))
    position = partial(archive.position, name)
    return replace(_content(stream, name), position=position, part=name, parts=tuple(tables))


def _content(stream: BinaryIO, name: str) -> Unpacked:
    """What is read of a member. Raises Refused."""
    if not members.is_workbook(name):
        return Unpacked(stream, "zip")
    found = workbook_of(stream, name)
    others = tuple((f"{name}: {sheet}", ANOTHER_SHEET) for sheet in found.parts[1:])
    return replace(found, format="zip", left_out=others)


def _joined(archive: Archive, tables: list[str], options: Options) -> Prepared:
    """All tables of an archive as one; each is understood by itself, and read from its beginning when its turn comes."""
    first = [_part(archive, name, options) for name in tables]
    meter = archive.meter(tables)

    def open_part(name: str) -> Reader:
        one = known[name]
        how = replace(options, encoding=one.encoding, delimiter=one.delimiter, skip=one.skip)
        content = _content(archive.open(name, meter), name)
        reader = _prepared(content, how).reader
        assert isinstance(reader, Reader)
        return reader

    read = [one.understood for one in first]
    headers = [one.header for one in first]
    known = dict(zip(tables, read, strict=True))
    parts = [Part(name, r.encoding, r.how, r.delimiter, r.skip) for name, r in zip(tables, read, strict=True)]
    reader = Joined(parts, headers, open_part, header=options.header)
    samples = tuple(replace(one.sample, order=order) for one, order in zip(first, reader.orders, strict=True))
    others = sum((one.left_out for one in read), start=())
    understood = replace(read[0], part="", parts=tuple(tables), members=tuple(parts), left_out=others)

    def position() -> int:
        at = tables.index(reader.current)
        return archive.position(reader.current, tables[:at], tables[at + 1 :])

    return Prepared(reader, understood, position, samples)


@dataclass(frozen=True)
class _Beginning:
    """What is kept of a member until its turn comes: a reader would hold a megabyte of each."""

    understood: Understood
    header: list[str]
    sample: Sample


def _part(archive: Archive, name: str, options: Options) -> _Beginning:
    """A member of several as far as its header. Raises Refused, naming it."""
    with naming(name):
        how = replace(options, encoding=_encoding(archive, name, options))
        ready = _prepared(_member(archive, name, []), how)
    (sample,) = ready.samples
    short = replace(sample, text=sample.text[:SAMPLE_BYTES])
    return _Beginning(ready.understood, ready.reader.header, short)


def _encoding(archive: Archive, name: str, options: Options) -> str:
    """A chosen encoding is for the members that need a choice: what is UTF-8 beyond doubt is none of them."""
    if not options.encoding or members.is_workbook(name):
        return ""
    try:
        source = Source(archive.open(name, archive.meter([name])))
    except Unsure:
        return options.encoding
    told = source.how != "utf-8" or not source.sample.isascii()
    return source.encoding if source.how in CERTAIN and told else options.encoding


def recognise(source: Source, options: Options) -> tuple[str, int]:
    """Delimiter and lines above the header, as chosen or recognised."""
    return dialect.recognise(
        source.sample,
        lambda names, above: options.header and header.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
