"""A file made ready to be read: what it is, how it is written, and what its columns are."""

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from catalog.importer import columns as header
from catalog.importer import dialect
from catalog.importer.columns import Columns
from catalog.importer.options import Options
from catalog.importer.reader import Reader
from catalog.importer.source import Source


@dataclass(frozen=True)
class Understood:
    """How the file was read, for people to see and correct; `how` says why this encoding: see `encodings`."""

    encoding: str
    how: str
    delimiter: str
    header: bool
    skip: int  # lines above the header

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import."""
        return asdict(self)


@dataclass(frozen=True)
class Opened:
    """A file that is ready: `reader` stands before its first row."""

    source: Source
    reader: Reader
    columns: Columns
    understood: Understood


def open_file(file: BinaryIO, options: Options) -> Opened:
    """Understand a file by its beginning and the options. Raises Refused."""
    source = Source(file, options.encoding)
    mark, skip = recognise(source, options)
    reader = Reader(source, mark, header=options.header, skip=skip)
    columns = header.match(reader.header, options)
    understood = Understood(source.encoding, source.how, mark, options.header, skip)
    return Opened(source, reader, columns, understood)


def recognise(source: Source, options: Options) -> tuple[str, int]:
    """Delimiter and lines above the header, as chosen or recognised."""
    return dialect.recognise(
        source.sample,
        lambda names, above: options.header and header.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
