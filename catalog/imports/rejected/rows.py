"""The rejected rows of an import for people: counts per code, pages, and a file that can be imported again."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from catalog import importer
from catalog.models import Import, Page, RowError, db

PAGE = 20
AT_ONCE = 1_000


def page(import_id: int, code: str = "", after: int = 0, limit: int = PAGE) -> Page[RowError]:
    """Rejected rows of an import, or those with this code, beyond the row `after`."""
    after = min(after, 2**31 - 1)
    found = list(db.session.scalars(_rows(import_id, code, after).limit(limit + 1)))
    return Page.of(found, limit, lambda error: error.row)


class NotRejected(Exception):
    """The import has no such rejected row, or it was imported since."""


def get(import_id: int, row: int) -> RowError | None:
    """One rejected row; None if it is not rejected, or not any more."""
    if not 0 < row < 2**31:
        return None
    return db.session.get(RowError, (import_id, row), populate_existing=True)


def find_row(import_id: int, row: int) -> RowError:
    """One rejected row. Raises NotRejected."""
    found = get(import_id, row)
    if found is None:
        raise NotRejected("This row is not among the rejected rows.")
    return found


def some(import_id: int, numbers: Sequence[int]) -> list[RowError]:
    """Rejected rows by their numbers, in order; rows that are not rejected any more are missing."""
    query = select(RowError).where(RowError.import_id == import_id, RowError.row.in_(numbers))
    return list(db.session.scalars(query.order_by(RowError.row).execution_options(populate_existing=True)))


def codes(import_id: int) -> dict[str, int]:
    """Code -> number of rows rejected for it, the most frequent first."""
    count = func.count().label("count")
    query = select(RowError.code, count).where(RowError.import_id == import_id)
    query = query.group_by(RowError.code).order_by(count.desc(), RowError.code)
    return {code: number for code, number in db.session.execute(query)}


def names(row: Import) -> list[str]:
    """Names of the columns in the header of the file; for an older import, the known ones."""
    kept: Sequence[str] | None = row.understood.get("names")
    return list(kept or row.columns)


def cells(row: Import, error: RowError) -> list[str]:
    """The cells of a rejected row, in the order of the columns, with corrections."""
    return _fitted(row, error.corrected or error.cells or _value(row, error))


def original(row: Import, error: RowError) -> list[str]:
    """The cells of a rejected row without corrections."""
    return _fitted(row, error.cells or _value(row, error))


def _fitted(row: Import, kept: Sequence[str]) -> list[str]:
    return importer.fitted(kept, len(names(row)), row.understood.get("delimiter", ","))


def placed(row: Import, error: RowError) -> dict[str, Any]:
    """A rejected row with its line in its file, even if several files were joined."""
    names = ("row", "column", "code", "value", "message", "cells", "corrected")
    values = {name: getattr(error, name) for name in names}
    member, line = importer.placed(row.understood.get("members", ()), error.line)
    return values | {"line": line, "member": member}


def as_csv(import_id: int) -> Iterator[bytes]:
    """Every rejected row: the original columns, then why. It imports again with the choices of the import."""
    row = db.session.get_one(Import, import_id)
    form = _Form(row)
    db.session.expunge(row)
    db.session.rollback()  # a slow reader holds no connection
    yield form.beginning()
    yield from map(form.lines, batches(import_id))


def batches(import_id: int) -> Iterator[list[RowError]]:
    """All rejected rows, a thousand at a time. No connection is held between a thousand rows and the next."""
    after = 0
    while True:
        found = list(db.session.scalars(_rows(import_id, "", after).limit(AT_ONCE)).all())
        db.session.expunge_all()
        db.session.rollback()
        if not found:
            return
        yield found
        after = found[-1].row


def why(error: RowError, texts: Sequence[str]) -> str:
    """The reason for the file; if the cells can't be trusted, with a checksum that recognises them."""
    doubtful = error.code in importer.WHOLE_ROW and not error.corrected
    return importer.marked(error.message, texts) if doubtful else error.message


class _Form:
    """The format of the file of rejected rows: UTF-8 with commas, unless the import has other choices."""

    def __init__(self, row: Import) -> None:
        self._row = row
        self._names = names(row)
        options = importer.Options.from_json(row.options)
        self._skip = options.skip or 0  # they are skipped again
        self._encoding = options.encoding or "utf-8"
        self._delimiter = options.delimiter or ","
        marked = self._encoding == "utf-8" or self._encoding.startswith(("utf-16", "utf-32"))
        self._mark = "\ufeff" if marked else ""  # so that spreadsheet programs detect the encoding
        self._encode = codecs.getincrementalencoder(self._encoding)("backslashreplace")

    def beginning(self) -> bytes:
        """The text above the first row."""
        header = [*map(importer.escaped, self._names), *importer.ERROR_COLUMNS]
        return self._text(self._mark + "\r\n" * self._skip + self._csv([header]))

    def lines(self, errors: list[RowError]) -> bytes:
        """Some rows."""
        return self._text(self._csv(map(self._cells, errors)))

    def _cells(self, error: RowError) -> list[str]:
        texts = cells(self._row, error)
        return [*map(importer.escaped, texts), error.code, importer.escaped(why(error, texts))]

    def _csv(self, rows: Iterator[list[str]] | list[list[str]]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter).writerows(rows)
        return text.getvalue()

    def _text(self, text: str) -> bytes:
        return self._encode.encode(text)


def _rows(import_id: int, code: str, after: int) -> Select[RowError]:
    query = select(RowError).where(RowError.import_id == import_id, RowError.row > after)
    if code:
        query = query.where(RowError.code == code)
    return query.order_by(RowError.row)


def _value(row: Import, error: RowError) -> list[str]:
    """The cells of a row whose cells were not kept: only the value, in its column."""
    known = names(row)
    at = known.index(error.column) if error.column in known else 0
    return [*[""] * at, error.value or ""]
