"""The step from text to a header: a reader before the first row, and the names of the columns."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from catalog.importer.columns.match import reject_too_many
from catalog.importer.errors import Rejected
from catalog.importer.files import dialect
from catalog.importer.opening.members import Member
from catalog.importer.opening.sniff import Sniffed
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.rows.joined import Joined
from catalog.importer.rows.reader import Reader

QUOTED_LINES = (
    "Each line of the file is enclosed in quotes, so that it is one cell. A program that uses "
    "another separator saved it like this. Use the original file. Or remove the quotes around each line and replace "
    "each pair of quotes inside it with one quote."
)

FIXED_WIDTHS = (
    "The columns of the file are aligned with spaces, and no character separates them. Open it in a spreadsheet "
    "program as text with fixed widths, save it as CSV, and import that file."
)


@dataclass(frozen=True)
class Sample:
    """The beginning of a file or member in UTF-8, and how to read it."""

    text: bytes
    delimiter: str
    skip: int
    two_rows: bool = False  # of names
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
        """How the file is read, with what becomes known during reading."""
        if isinstance(self.reader, Joined):
            return replace(self.understood, members=self.reader.parts)
        return self.understood

    def as_read(self, options: Options) -> Options:
        """The options as they were used: without a header, if none was found."""
        return options.with_reading(header=False) if not self.understood.header else options

    def of_archive(self, members: tuple[Member, ...]) -> "Prepared":
        """The file with all files of its archive; those that are not tables are skipped."""
        left_out = tuple((m.name, m.left_out) for m in members if m.left_out)
        sheets = self.understood.left_out  # of workbooks
        return replace(self, members=members, understood=replace(self.understood, left_out=left_out + sheets))


def read_header(sniffed: Sniffed) -> Prepared:
    """Read the header of a text. Raises Rejected."""
    source, content, sheet = sniffed.source, sniffed.content, sniffed.content.is_workbook
    reader = reader_of(sniffed)
    reject_too_many(reader.header)
    _reject_single_cells(sniffed, reader)
    understood = Understood(
        source.encoding,
        "workbook" if sheet else "utf-8" if content.is_made else source.how,
        sniffed.delimiter,
        sniffed.has_header,
        sniffed.skip,
        content.format,
        content.part,
        content.parts,
        left_out=content.left_out,
        two_rows=sniffed.two_rows,
    )
    position = content.position or (lambda: source.position)
    sample = Sample(source.sample, sniffed.delimiter, sniffed.skip, sniffed.two_rows)
    return Prepared(reader, understood, position, (sample,), is_sheet=sheet)


def reader_of(sniffed: Sniffed) -> Reader:
    """A reader before the first row. Raises Rejected."""
    content = sniffed.content
    return Reader(
        sniffed.source,
        sniffed.delimiter,
        header=sniffed.has_header,
        skip=sniffed.skip,
        rows_are_lines=content.is_made,
        header_has_line=content.format != "json",
        has_two_rows=sniffed.two_rows,
    )


def _reject_single_cells(sniffed: Sniffed, reader: Reader) -> None:
    """Reject a file with one cell a line: quoted where semicolons separate, or without a separator. Raises Rejected."""
    named = sum(1 for name in reader.header if name.strip())
    if named > 1 and reader.has_header:
        return
    if dialect.is_quoted_as_a_whole(sniffed.source.sample):
        raise Rejected(QUOTED_LINES)
    if named == 1 and len(reader.header) == 1 and dialect.has_fixed_widths(sniffed.source.sample):
        raise Rejected(FIXED_WIDTHS)
