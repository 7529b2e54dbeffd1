"""Open a file to read it, step by step: unpack, members, sniff, header, columns. Each returns the input of the next."""

from typing import BinaryIO

from catalog.importer.columns.result import Columns
from catalog.importer.errors import Rejected
from catalog.importer.files.unpack import Unpacked, unpack
from catalog.importer.opening import members
from catalog.importer.opening.choose import One, choose
from catalog.importer.opening.columns import Opened, take_columns
from catalog.importer.opening.evidence import data_sheet, same_columns
from catalog.importer.opening.header import Prepared, read_header
from catalog.importer.opening.join import join
from catalog.importer.opening.sniff import sniff
from catalog.importer.options.column_names import distinct
from catalog.importer.options.options import Options
from catalog.importer.options.remembered import Remembered


def open_file(file: BinaryIO, options: Options) -> Opened:
    """Open a file for reading, with the options. Raises Rejected, and Unanswered."""
    prepared = prepare(file, options)
    members.reject_undecided(prepared.members, options)
    return take_columns(prepared, options)


def columns_of(file: BinaryIO, options: Options) -> Columns:
    """The matched columns of a file, to check single rows of it. Raises Rejected."""
    return open_file(file, options).columns


def prepare(file: BinaryIO, options: Options) -> Prepared:
    """Open a file up to its header, without matching columns.

    With a template, the columns get the names that they had in the template's file. Raises Rejected.
    """
    return same_columns.with_old_names(_prepare(file, options), options)


def remember(file: BinaryIO, options: Options) -> Remembered | None:
    """What a template remembers of a file that is read with these options; None if the file can't be read with them."""
    try:
        opened = open_file(file, options)
    except Rejected:
        return None
    columns = opened.columns
    names = distinct(columns.names)
    fields = {field: names[at] for field, at in columns.fields.items() if at < len(names)}
    return same_columns.remember(opened, options, fields)


def _prepare(file: BinaryIO, options: Options) -> Prepared:
    """Open a file up to its header. Raises Rejected."""
    unpacked = unpack(file, options.sheet)
    if isinstance(unpacked, Unpacked) and unpacked.is_workbook and len(unpacked.parts) > 1 and not options.sheet:
        return data_sheet.prepare(file, unpacked, options)
    chosen = choose(unpacked, options)
    if isinstance(chosen, One):
        prepared = read_header(sniff(chosen.content, options))
    else:
        prepared = join(chosen, options)
    return prepared.of_archive(chosen.members) if chosen.members else prepared
