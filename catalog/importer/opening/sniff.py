"""The step from bytes to text: the encoding, the separator and the lines above the header, as chosen or recognised."""

from dataclasses import dataclass

from catalog.importer.columns import match
from catalog.importer.files import dialect
from catalog.importer.files.source import Source
from catalog.importer.files.unpack import Unpacked
from catalog.importer.options.options import Options


@dataclass(frozen=True)
class Sniffed:
    """A text of which nothing is read yet, and how it is to be read."""

    content: Unpacked
    source: Source
    delimiter: str
    skip: int  # lines above the header
    has_header: bool


def sniff(content: Unpacked, options: Options) -> Sniffed:
    """Recognise how a text is written by its beginning. Raises Rejected, and encodings.Unsure."""
    if content.is_workbook:
        options = options.with_reading(encoding="utf-8", delimiter=",")
    source = Source(content.stream, options.encoding)
    delimiter, skip = dialect.recognise(
        source.sample,
        lambda names, above: options.header and match.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
    return Sniffed(content, source, delimiter, skip, options.header)
