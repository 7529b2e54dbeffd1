"""A file made ready to be read: what it is, how it is written, and what its columns are."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import Any, BinaryIO

from catalog.importer import columns as header
from catalog.importer import dialect, numbers
from catalog.importer.columns import Columns
from catalog.importer.errors import Refused
from catalog.importer.formulas import restored_name
from catalog.importer.options import Options
from catalog.importer.reader import Reader
from catalog.importer.shaping import shaped
from catalog.importer.source import Source
from catalog.importer.unpacking import unpack


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
    numbers: str = ""  # how prices are written: see `numbers`; empty: there are none

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import."""
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """A file whose header is read; `position` says how far it is read in bytes of the file."""

    reader: Reader
    understood: Understood
    position: Callable[[], int]
    sample: bytes  # its beginning in UTF-8


@dataclass(frozen=True)
class Opened(Prepared):
    """A file that is ready: its columns are known, and `reader` stands before its first row."""

    columns: Columns


def open_file(file: BinaryIO, options: Options) -> Opened:
    """Understand a file by its beginning and the options. Raises Refused."""
    ready = prepare(file, options)
    columns = header.match(ready.reader.header, options)
    way = price_way(ready, columns, options)
    columns = replace(columns, numbers=way or "plain")
    names = tuple(map(restored_name, columns.names)) if columns.ours else columns.names
    understood = replace(ready.understood, numbers=way, names=names)
    return Opened(ready.reader, understood, ready.position, ready.sample, columns)


def price_way(ready: Prepared, columns: Columns, options: Options) -> str:
    """How the file writes prices, as chosen or recognised in its sample; empty if it has none. Raises numbers.Unsure."""
    if "price" not in columns.fields or not columns.parts_of("price"):
        return ""
    if options.numbers or columns.ours:
        return options.numbers or "plain"
    read = ready.understood
    end = ready.sample.rfind(b"\n") + 1 or len(ready.sample)
    sample = Source(BytesIO(ready.sample[:end]), "utf-8")
    try:
        reader = Reader(sample, read.delimiter, header=read.header, skip=read.skip)
        cells = shaped(next(reader.chunks()).frame, columns)
    except (Refused, StopIteration):
        return "plain"  # what can't be read says so when it is read
    return numbers.recognise(cells[str(columns.fields["price"])].str.strip())


def prepare(file: BinaryIO, options: Options) -> Prepared:
    """Understand a file as far as its header, whatever its columns are. Raises Refused."""
    unpacked = unpack(file, options.sheet)
    sheet = unpacked.is_workbook
    if sheet:
        options = replace(options, encoding="utf-8", delimiter=",")
    source = Source(unpacked.stream, options.encoding)
    mark, skip = recognise(source, options)
    reader = Reader(
        source, mark, header=options.header, skip=skip, rows_are_lines=sheet
    )
    header.refuse_too_many(reader.header)
    how = "workbook" if sheet else source.how
    dialect = (source.encoding, how, mark, options.header, skip)
    parts = (unpacked.format, unpacked.part, unpacked.parts)
    position = unpacked.position or (lambda: source.position)
    return Prepared(reader, Understood(*dialect, *parts), position, source.sample)


def recognise(source: Source, options: Options) -> tuple[str, int]:
    """Delimiter and lines above the header, as chosen or recognised."""
    return dialect.recognise(
        source.sample,
        lambda names, above: options.header and header.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
