"""The quick look that says whether a file may be a returned file of rejected rows. It loads no reader."""

import zipfile
from typing import BinaryIO

from catalog.importer.columns import error_columns
from catalog.importer.errors import Rejected
from catalog.importer.files.zip_archive import DAMAGED, open_zip

GLANCE = 256 * 1024  # bytes
MARK = error_columns.COLUMNS[0]
MARKS = tuple(MARK.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
PARTS = (
    "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml",
    "content.xml",
)  # bytes in which a workbook has its first cells


def may_be_returned(file: BinaryIO) -> bool:
    """Whether the beginning of a file names a column of the reasons. Only the beginning is read."""
    file.seek(0)
    beginning = file.read(GLANCE)
    if not beginning.startswith(b"PK"):
        return any(mark in beginning for mark in MARKS)
    try:
        file.seek(0)
        archive = open_zip(file)
        return any(MARKS[0] in _beginning(archive, name) for name in PARTS if name in archive.namelist())
    except (Rejected, *DAMAGED):
        return False


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(GLANCE)
