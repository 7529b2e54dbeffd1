"""The step from bytes to text: the encoding, the separator and the lines above the header, as chosen or recognised."""

import re
from dataclasses import dataclass

from catalog.importer.columns import aliases, error_columns, match, two_rows
from catalog.importer.files import dialect
from catalog.importer.files.source import Source
from catalog.importer.files.unpack import Unpacked
from catalog.importer.opening.evidence.by_values import holds_values
from catalog.importer.options import remembered
from catalog.importer.options.options import Options

SEPARATORS = re.compile(r"[,;|\t]")
NUMBERED = re.compile(r"column \d+")  # names of columns in a file without a header


@dataclass(frozen=True)
class Sniffed:
    """A text before its first line, and how to read it."""

    content: Unpacked
    source: Source
    delimiter: str
    skip: int  # lines above the header
    has_header: bool
    two_rows: bool = False  # of names


def sniff(content: Unpacked, options: Options) -> Sniffed:
    """Detect encoding, separator and lines above the header. Raises Rejected, and encodings.Unsure."""
    if content.is_made:
        options = options.with_reading(encoding="utf-8", delimiter=",")
    if content.format == "json":
        options = options.with_reading(header=True, skip=0)
    usual = options.encoding if remembered.is_soft(options, "encoding") and not content.is_made else ""
    source = Source(content.stream, "" if usual else options.encoding, usual, aliases.is_name)
    options = _with_layout(options, source.sample)
    delimiter, skip = dialect.recognise(
        source.sample,
        lambda names, above: options.header and match.is_header(names, options, above),
        delimiter=options.delimiter,
        skip=options.skip,
    )
    named = content.format == "json"
    has_header = options.header and (named or not _begins_with_values(source.sample, delimiter, skip, options))
    start = _second_row(source.sample, delimiter, skip, options) if has_header and not named else None
    return Sniffed(content, source, delimiter, skip if start is None else start, has_header, start is not None)


def _with_layout(options: Options, sample: bytes) -> Options:
    """The options without the separator and the skipped lines of a template that the file does not have."""
    memory = remembered.of(options)
    if memory is None:
        return options
    delimiter = options.delimiter
    if delimiter and remembered.is_soft(options, "delimiter") and delimiter.encode() not in sample:
        options = options.with_reading(delimiter="")
    if options.skip is not None and remembered.is_soft(options, "skip") and memory["named"]:
        (line,) = sample.decode("utf-8", "replace").splitlines()[options.skip : options.skip + 1] or [""]
        known = {*map(aliases.key, memory["header"])}
        if not known & {aliases.key(name.strip(' "')) for name in SEPARATORS.split(line)}:
            options = options.with_reading(skip=None)
    return options


def _second_row(sample: bytes, delimiter: str, skip: int, options: Options) -> int | None:
    """The number of lines above a header of two rows; None: the header has one row."""
    above, header, below = (_row(sample, delimiter, at) for at in (skip - 1, skip, skip + 1))
    is_known = match.is_header(header, options) if header else False
    if is_known and below and two_rows.are_names(header, below):
        return skip
    if is_known and above and options.skip is None and two_rows.grouped(above, header) != header:
        return skip - 1
    is_group = options.skip is not None and header and below and not is_known and match.is_header(below, options)
    return skip if is_group and two_rows.grouped(header, below) != below else None


def _row(sample: bytes, delimiter: str, at: int) -> list[str]:
    """The cells of a physical line; empty if there is no such line, or if it is empty."""
    return dialect.line(sample, delimiter, at) if at >= 0 else []


def _begins_with_values(sample: bytes, delimiter: str, skip: int, options: Options) -> bool:
    """Whether the first line is a row like the others, so that the file has no header."""
    rows = dialect.first_rows(sample, delimiter, skip)
    if not rows:
        return False
    if error_columns.is_header(rows[0]):
        return all(map(NUMBERED.fullmatch, error_columns.own(rows[0])))
    return not match.names_columns(rows[0], options) and holds_values(rows)
