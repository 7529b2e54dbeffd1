"""A ZIP archive whose tables are imports of their own, with their options."""

from typing import BinaryIO

from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.unpack import archive_of
from catalog.importer.opening import members
from catalog.importer.opening.open import prepare
from catalog.importer.options.column_choices import by_name_if_shown
from catalog.importer.options.options import Options


def split(file: BinaryIO, options: Options) -> dict[str, Options]:
    """Table -> options of its import, in the order of the archive; empty if there is one table. Raises Rejected."""
    archive = archive_of(file)
    tables = members.tables(members.listed(archive, options)) if archive else []
    if len(tables) < 2:
        return {}
    options = by_name_if_shown(options, _header(file, options))
    return {name: options.with_reading(sheet=name, members="") for name in tables}


def _header(file: BinaryIO, options: Options) -> list[str]:
    """The columns of the first table, which pages show."""
    file.seek(0)
    try:
        return prepare(file, options).reader.header
    except Unsure as unsure:
        file.seek(0)
        first = options.with_reading(encoding=unsure.candidates[0])
        return prepare(file, first).reader.header
