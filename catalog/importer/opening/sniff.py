"""The step from bytes to text: the encoding, the separator and the lines above the header, as chosen or recognised."""

import re
from dataclasses import dataclass

from catalog.importer.columns import error_columns, match
from catalog.importer.files import dialect
from catalog.importer.files.source import Source
from catalog.importer.files.unpack import Unpacked
from catalog.importer.opening.evidence.by_values import holds_values
from catalog.importer.options.options import Options

NUMBERED = re.compile(r"column \d+")  # names of columns in a file without a header


@dataclass(frozen=True)
class Sniffed:
    """A text before its first line, and how to read it."""

    content: Unpacked
    source: Source
    delimiter: str
    skip: int  # lines above the header
    has_header: bool


def sniff(content: Unpacked, options: Options) -> Sniffed:
    """Detect encoding, separator and lines above the header. Raises Rejected, and encodings.Unsure."""
    if content.is_made:
        options = options.with_reading(encoding="utf-8", delimiter=",")
    if content.format == "json":
        options = options.with_reading(header=True, skip=0)
    source = Source(content.stream, options.encoding)
    delimiter, skip = dialect.recognise(
        source.sample,
        lambda names, above: options.header and match.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
    named = content.format == "json"
    has_header = options.header and (named or not _begins_with_values(source.sample, delimiter, skip, options))
    return Sniffed(content, source, delimiter, skip, has_header)


def _begins_with_values(sample: bytes, delimiter: str, skip: int, options: Options) -> bool:
    """Whether the first line is a row like the others, so that the file has no header."""
    rows = dialect.first_rows(sample, delimiter, skip)
    if not rows:
        return False
    if error_columns.is_header(rows[0]):
        return all(map(NUMBERED.fullmatch, error_columns.own(rows[0])))
    return not match.names_columns(rows[0], options) and holds_values(rows)
