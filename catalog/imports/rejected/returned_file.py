"""A file of rejected rows that a person corrected and sends again: the import that rejected them gets the corrections.

The name of the file (`import-7-errors.xlsx`) or the reasons in it say which import that is. A file that also has other
rows is imported like any other file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy import select, update

from catalog import importer
from catalog.imports.rejected import corrections, rows, workbook
from catalog.models import Import, RowError, db
from catalog.notation import plural
from catalog.people import Actor, audit

NAMED = re.compile(r"import-(\d{1,9})-errors")
LINE = re.compile(r"(?:Line|Row) (\d{1,3}(?:,\d{3}){0,2}|\d{1,9})\b")
CANDIDATES = 30  # number of last imports with rejected rows that are searched
AT_ONCE = 2_000  # rows


class NothingFixed(Exception):
    """No row of the file was fixed; the message names the import."""

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"No row of this file was fixed since import {import_id} rejected it. Fix a row, and upload the file again."
        )
        self.import_id = import_id


def take(actor: Actor, file: BinaryIO, filename: str, *, run: bool) -> Import | None:
    """Correct the rows of the import that a file came from, and `run` them. None: no such file, and nothing was done.

    Raises NothingFixed, corrections.NotNow, turn.TooManyWaiting.
    """
    table = _opened(file)
    if table is None:
        return None
    try:
        return _take(actor, table, filename, run)
    except importer.Rejected:  # a row that can't be read: importing the file reports it
        db.session.rollback()
        return None


def _take(actor: Actor, table: importer.ReturnedTable, filename: str, run: bool) -> Import | None:
    back = _matched(table, filename)
    if back is None:
        db.session.rollback()
        return None
    return back.end(actor, run)


def _opened(file: BinaryIO) -> importer.ReturnedTable | None:
    return importer.open_returned(file) if importer.may_be_returned(file) else None


def _matched(table: importer.ReturnedTable, filename: str) -> _Return | None:
    """The match of the file with the import that rejected all its rows, if there is one. Raises importer.Rejected."""
    batches = ([*batch[at : at + AT_ONCE]] for batch in table.batches() for at in range(0, len(batch), AT_ONCE))
    first = next(batches, [])
    back = next(
        (one for row in _candidates(filename) if (one := _Return.of(row, table, filename)) and one.add(first)), None
    )
    return back if back is not None and all(map(back.add, batches)) else None


def _candidates(filename: str) -> Iterator[Import]:
    """The import that the file name names, then the last ones with rejected rows."""
    if found := NAMED.search(filename):
        row = db.session.get(Import, int(found[1]))
        if row is not None:
            yield row
    yield from db.session.scalars(
        select(Import).where(Import.rejected > 0).order_by(Import.id.desc()).limit(CANDIDATES)
    )


@dataclass
class _Return:
    """The rejected rows of one import that were found in the file so far."""

    row: Import
    order: list[int]  # positions of the import's columns in the file
    is_escaped: bool
    is_sure: bool  # the file's name names the import, or a message is as it was
    numbers: set[int] = field(default_factory=set)
    changes: list[dict[str, object]] = field(default_factory=list)

    @classmethod
    def of(cls, row: Import, table: importer.ReturnedTable, filename: str) -> _Return | None:
        """The match with an import; None if the file has other columns."""
        names = rows.names(row)
        header = [name if name in names else importer.restored_name(name) for name in table.names]
        if Counter(header) != Counter(names):
            return None
        places: dict[str, list[int]] = {}
        for at, name in enumerate(header):
            places.setdefault(name, []).append(at)  # a name may occur twice
        order = [places[name].pop(0) for name in names]
        named = NAMED.search(filename)
        return cls(row, order, table.is_escaped, named is not None and int(named[1]) == row.id)

    def add(self, returned: Sequence[importer.ReturnedRow]) -> bool:
        """Add rows of the file; False if one of them is not among the rejected rows."""
        known = self._known(returned)
        for one in returned:
            cells = [one.cells[at] for at in self.order]
            error = known.get(one.message)
            self.is_sure = self.is_sure or error is not None
            if error is None:
                error = self._alike(known.get(_line(one.message)), cells)
            if error is None or error.row in self.numbers:
                return False
            self.numbers.add(error.row)
            self._compare(error, cells)
        return bool(self.numbers) and self.is_sure

    def _known(self, returned: Sequence[importer.ReturnedRow]) -> dict[str | int, RowError]:
        """The rejected rows by message and, because a person may have changed that cell, by line."""
        messages = [one.message for one in returned]
        lines = [line for message in messages if (line := _line(message))]
        either = RowError.message.in_(messages) | RowError.line.in_(lines)
        found = db.session.scalars(select(RowError).where(RowError.import_id == self.row.id, either)).all()
        by_line: dict[str | int, RowError] = {error.line: error for error in found}
        return by_line | {importer.without_mark(error.message): error for error in found}

    def _alike(self, error: RowError | None, cells: list[str]) -> RowError | None:
        """The rejected row of a line, if most of its cells are unchanged; otherwise it may be of another import."""
        if error is None:
            return None
        pairs = [pair for pair in zip(rows.original(self.row, error), cells, strict=True) if pair[0]]
        same = sum(_plain(text) == _plain(before) or _as_written(text, before) for before, text in pairs)
        return error if pairs and 2 * same >= len(pairs) else None

    def _compare(self, error: RowError, cells: list[str]) -> None:
        now = rows.cells(self.row, error)
        before = rows.original(self.row, error)
        after = [self._cell(*three) for three in zip(now, before, cells, strict=True)]
        if after != now:
            kept = list(map(importer.storable, after))
            self.changes.append({"import_id": self.row.id, "row": error.row, "corrected": kept})

    def _cell(self, now: str, before: str, text: str) -> str:
        """The text of a cell; the current value if the file still has the written one."""
        given = importer.restored_name(text) if self.is_escaped else text
        return now if _plain(given) in {_plain(now), _plain(before)} or _as_written(text, before) else given

    def end(self, actor: Actor, run: bool) -> Import:
        """Store the corrections, and `run` them. Raises NothingFixed, corrections.NotNow, turn.TooManyWaiting."""
        import_id = self.row.id
        if not self.changes and not corrections.waiting(import_id):
            db.session.rollback()
            raise NothingFixed(import_id)
        corrections.hold(import_id)
        if self.changes:
            db.session.execute(update(RowError), self.changes)
            done = f"import {import_id}, {plural(len(self.changes), 'row')} of a file that came back"
            audit.write(actor, "import rows corrected", done, db.session)
        db.session.commit()
        if run:
            corrections.run_again(actor, import_id)
        return db.session.get_one(Import, import_id, populate_existing=True)


def _line(message: str) -> int:
    """The line that a message names; 0: none."""
    found = LINE.match(message)
    return int(found[1].replace(",", "")) if found else 0


def _plain(text: str) -> str:
    """A text with plain line ends, without spaces at its end: spreadsheet programs change both."""
    return workbook.shown(text.replace("\r\n", "\n").replace("\r", "\n"))


def _as_written(text: str, before: str) -> bool:
    """Whether a cell still has the apostrophe with which our CSV wrote its text, even in a workbook made from that."""
    return text == importer.escaped(before) != before
