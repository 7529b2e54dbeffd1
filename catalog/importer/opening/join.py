"""Several tables of an archive as one: each is understood by itself, and read from its beginning when its turn comes."""

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

SAMPLE_BYTES = 64 * 1024  # of each member, from which prices are recognised
CERTAIN = ("mark", "utf-8", "pattern")  # ways to know an encoding without a guess


def join(several: Several, options: Options) -> Prepared:
    """The tables as one, as far as their headers. Raises Rejected, naming the member."""
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
    """What is kept of a member until its turn comes: a reader would hold a megabyte of each."""

    understood: Understood
    header: list[str]
    sample: Sample


def _beginning(archive: Archive, name: str, options: Options) -> _Beginning:
    """A member as far as its header. Raises Rejected, naming it."""
    with naming(name):
        how = options.with_reading(encoding=_encoding(archive, name, options))
        prepared = read_header(sniff(member(archive, name, []), how))
    (sample,) = prepared.samples
    short = replace(sample, text=sample.text[:SAMPLE_BYTES])
    return _Beginning(prepared.understood, prepared.reader.header, short)


def _encoding(archive: Archive, name: str, options: Options) -> str:
    """A chosen encoding is for the members that need a choice: what is UTF-8 beyond doubt is none of them."""
    if not options.encoding or is_workbook(name):
        return ""
    try:
        source = Source(archive.open(name, archive.meter([name])))
    except Unsure:
        return options.encoding
    beyond_ascii = source.how != "utf-8" or not source.sample.isascii()
    return source.encoding if source.how in CERTAIN and beyond_ascii else options.encoding


def _part(name: str, read: Understood) -> Part:
    return Part(name, read.encoding, read.how, read.delimiter, read.skip)


def _as_one(begun: dict[str, _Beginning], parts: list[Part]) -> Understood:
    """How the tables are read, told as the first one is, with the sheets that are left out of each."""
    read = [one.understood for one in begun.values()]
    sheets = sum((one.left_out for one in read), start=())
    return replace(read[0], part="", parts=tuple(begun), members=tuple(parts), left_out=sheets)
