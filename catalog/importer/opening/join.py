"""Several tables of an archive as one: each is opened on its own, and read from its beginning in its turn."""

from dataclasses import dataclass, replace

from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.source import Source
from catalog.importer.files.unpack import Archive
from catalog.importer.opening.choose import Several, content_of, member
from catalog.importer.opening.header import Prepared, Sample, read_header, reader_of
from catalog.importer.opening.members import is_workbook
from catalog.importer.opening.sniff import sniff
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.rows.joined import Joined
from catalog.importer.rows.places import Part, naming
from catalog.importer.rows.reader import Reader

SAMPLE_BYTES = 64 * 1024  # bytes of each member from which the number format is detected
CERTAIN = ("mark", "utf-8", "pattern")  # encodings that are certain


def join(several: Several, options: Options) -> Prepared:
    """Open the tables up to their headers, as one. Raises Rejected with the name of the member."""
    archive, tables = several.archive, several.tables
    begun = {name: _beginning(archive, name, options) for name in tables}
    parts = [_part(name, one.understood) for name, one in begun.items()]
    meter = archive.meter(tables)

    def open_part(name: str) -> Reader:
        known = begun[name].understood
        how = options.with_reading(encoding=known.encoding, delimiter=known.delimiter, skip=known.skip)
        return reader_of(sniff(content_of(archive.open(name, meter), name), how))

    def position() -> int:
        at = tables.index(reader.current)
        return archive.position(reader.current, tables[:at], tables[at + 1 :])

    reader = Joined(
        parts,
        [one.header for one in begun.values()],
        open_part,
        header=all(one.understood.header for one in begun.values()),
    )
    samples = tuple(replace(one.sample, order=order) for one, order in zip(begun.values(), reader.orders, strict=True))
    return Prepared(reader, _as_one(begun, parts), position, samples)


@dataclass(frozen=True)
class _Beginning:
    """The beginning of a member until its turn: a reader would need a megabyte for each."""

    understood: Understood
    header: list[str]
    sample: Sample


def _beginning(archive: Archive, name: str, options: Options) -> _Beginning:
    """Open a member up to its header. Raises Rejected with its name."""
    with naming(name):
        how = options.with_reading(encoding=_encoding(archive, name, options))
        prepared = read_header(sniff(member(archive, name, []), how))
    (sample,) = prepared.samples
    short = replace(sample, text=sample.text[:SAMPLE_BYTES])
    return _Beginning(prepared.understood, prepared.reader.header, short)


def _encoding(archive: Archive, name: str, options: Options) -> str:
    """The encoding of a member: the chosen one, unless it is certainly in another. Empty: it is detected."""
    if not options.encoding or is_workbook(name):
        return ""
    try:
        source = Source(archive.open(name, archive.meter([name])))
    except Unsure:
        return options.encoding
    beyond_ascii = source.how != "utf-8" or not source.sample.isascii()
    return source.encoding if source.how in CERTAIN and beyond_ascii else options.encoding


def _part(name: str, read: Understood) -> Part:
    return Part(name, read.encoding, read.how, read.delimiter, read.skip, unit=read.unit)


def _as_one(begun: dict[str, _Beginning], parts: list[Part]) -> Understood:
    """How the tables are read: as the first one, with the skipped sheets of each."""
    read = [one.understood for one in begun.values()]
    sheets = sum((one.left_out for one in read), start=())
    return replace(read[0], part="", parts=tuple(begun), members=tuple(parts), left_out=sheets)
