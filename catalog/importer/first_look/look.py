"""A first look at a file, from its beginning: what would be understood, what is doubtful, what is missing. Imports nothing."""

import io
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from psycopg2.extensions import connection as Connection

from catalog.importer.checks.another_table import refuse_another
from catalog.importer.checks.known_rows import known, with_known
from catalog.importer.checks.rows import check
from catalog.importer.columns import match as header, returned
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Rejected, RowError
from catalog.importer.files import sheets
from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.unpack import archive_of
from catalog.importer.first_look import stored_rows
from catalog.importer.first_look.stored_rows import StoredRow, short
from catalog.importer.opening.columns import Matched, match_columns, with_prices
from catalog.importer.opening.header import Prepared
from catalog.importer.opening.members import SYSTEMS_OWN, Member, Undecided, listed
from catalog.importer.opening.open import prepare
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.plan.warnings import of_slice, twins_in_catalog
from catalog.importer.questions import Question, Unanswered
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.rows.swallowed import RowsInCells
from catalog.importer.warnings.notices import FileWarning, Noticed

ROWS = 20
SLICE_BYTES = 1024 * 1024  # that is looked at
REJECTIONS = 3  # that are shown
MOST_REJECTED = 10_000  # rows; after so many there is nothing more to learn


@dataclass(frozen=True)
class Look:
    """What is seen of a file. `problem` says why it can't be imported like this; `certain`, that there is nothing to ask.

    Where half of the rows or more would be rejected nothing is certain.
    """

    understood: Understood | None
    names: list[str]
    rows: list[list[str]]
    fields: dict[str, int]  # field -> position of its column
    stored: tuple[StoredRow, ...] = ()  # the same, as the catalog would keep them
    problem: str = ""
    cures: tuple[str, ...] = ()  # choices that would solve the problem: see `Rejected`
    doubt: str = ""  # an encoding that was taken for the look, but has to be chosen
    candidates: tuple[str, ...] = ()  # of encodings
    columns: Columns | None = None  # unless there is a problem with them
    looked_at: int = 0  # rows
    rejected: int = 0  # of them
    rejections: tuple[RowError, ...] = ()  # the first
    warnings: tuple[FileWarning, ...] = ()  # about the rows looked at
    certain: bool = False
    members: tuple[Member, ...] = ()  # files of an archive
    questions: tuple[Question, ...] = ()  # that a person has to answer
    undecided: bool = False  # several are tables, and no option says what they are


def look(file: BinaryIO, options: Options, *, whole: bool = True, connection: Connection | None = None) -> Look:
    """Look at a file, or at the beginning of one that is not there whole. With a connection, at what the catalog knows too."""
    with sheets.looking():
        return _look_safely(file, options, whole, connection)


def _look_safely(file: BinaryIO, options: Options, whole: bool, connection: Connection | None) -> Look:
    """What is refused is a problem that is shown."""
    if not whole:
        file = _Beginning(file.read())
    try:
        return _look(file, options, whole, connection)
    except Undecided as undecided:
        file.seek(0)
        one = options.with_reading(sheet=undecided.tables[0])
        seen = look(file, one, whole=whole, connection=connection)
        asked = undecided.questions + seen.questions
        return replace(
            seen, problem=str(undecided), cures=undecided.cures, certain=False, undecided=True, questions=asked
        )
    except Rejected as refusal:
        if options.members == "joined" and not options.sheet:
            file.seek(0)
            one = options.with_reading(members="")
            apart = look(file, one, whole=whole, connection=connection)
            if apart.undecided:
                return replace(apart, problem=str(refusal), cures=refusal.cures, undecided=False)
        members = _members(file, options)
        return Look(None, [], [], {}, problem=str(refusal), cures=refusal.cures, members=members)


def _members(file: BinaryIO, options: Options) -> tuple[Member, ...]:
    """The files of an archive of which one can't be read, so that another one can be chosen."""
    file.seek(0)
    try:
        archive = archive_of(file)
        return tuple(listed(archive, options)) if archive else ()
    except Rejected:
        return ()


def _look(file: BinaryIO, options: Options, whole: bool, connection: Connection | None) -> Look:
    """The look at a file in which at most the encoding is doubtful. Raises Rejected."""
    doubt = ""
    candidates: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    try:
        prepared = prepare(file, options)
    except Unsure as unsure:
        doubt, candidates, asked = str(unsure), unsure.candidates, unsure.questions
        file.seek(0)
        prepared = prepare(file, options.with_reading(encoding=candidates[0]))
    seen = _seen(prepared, options, whole, connection)
    choose = doubt and "Choose the encoding: " + doubt
    problem = " ".join(words for words in (choose, seen.problem) if words)
    certain = seen.certain and not doubt
    return replace(
        seen,
        doubt=doubt,
        candidates=candidates,
        problem=problem,
        cures=(*(("encoding",) if doubt else ()), *seen.cures),
        certain=certain,
        questions=asked + seen.questions,
        members=prepared.members,
    )


def _seen(prepared: Prepared, options: Options, whole: bool, connection: Connection | None) -> Look:
    """The columns, and the first rows as far as they can be read."""
    names = returned.own(prepared.reader.header)
    problem = ""
    cures: tuple[str, ...] = ()
    fields: dict[str, int] = {}
    columns: Columns | None = None
    matched: Matched | None = None
    asked: tuple[Question, ...] = ()
    understood = prepared.understood
    try:
        fields = header.fields(names, options)
        matched = match_columns(prepared, options)
        columns = matched.columns
        fields = {one: at for one, at in columns.fields.items() if at < len(names)}
        columns = with_prices(matched, prepared, options)
        has_prices = "price" in columns.fields and columns.parts_of("price")
        understood = replace(understood, numbers=columns.numbers if has_prices else "")
    except Rejected as refusal:
        problem, cures = str(refusal), refusal.cures
        asked = refusal.questions if isinstance(refusal, Unanswered) else ()
    seen = Look(understood, names, [], fields, problem=problem, cures=cures, columns=columns, questions=asked)
    noticed, inside = Noticed(), RowsInCells()
    try:
        for chunk in prepared.reader.chunks(SLICE_BYTES):
            seen = _with_rows(seen, matched.seen(chunk) if matched else chunk, connection, noticed, inside)
            if len(seen.rows) >= ROWS or seen.rejected >= MOST_REJECTED:
                break
    except Rejected as refusal:  # of a file that is cut, it may be the cut
        seen = replace(seen, problem=problem or (str(refusal) if whole else ""))
    if connection and columns:
        twins_in_catalog(connection, noticed, columns)
    warnings = noticed.warnings(prepared.so_far().members)
    seen = replace(seen, warnings=tuple(warnings))
    mostly_taken = not seen.rejected or 2 * seen.rejected < seen.looked_at
    known = _is_certain(understood, names, fields, options)
    certain = not seen.problem and mostly_taken and known
    return replace(seen, certain=certain)


def _with_rows(seen: Look, chunk: Chunk, connection: Connection | None, noticed: Noticed, inside: RowsInCells) -> Look:
    """The same with the rows of a chunk: what they hold, what would be rejected, what looks wrong."""
    cells = chunk.frame.sort_values(ROW).drop(columns=[ROW, LINE]).head(ROWS)
    rows = [[short(cell) for cell in row] for row in cells.values.tolist()]
    errors, kept = chunk.errors, seen.stored
    if seen.columns and not seen.problem:
        refuse_another(chunk, seen.columns)
        checked = check(chunk, seen.columns)
        if connection:
            checked = with_known(chunk, checked, seen.columns, partial(known, connection))
        kept += tuple(stored_rows.rows(chunk, checked, seen.columns, ROWS - len(kept)))
        noticed.hear([*chunk.doubts, *checked.doubts, *inside.see(chunk, seen.columns)])
        noticed.see(chunk.frame, checked.frame, seen.columns)
        if connection:
            of_slice(connection, noticed, checked.frame, seen.columns)
        errors = checked.errors
    return replace(
        seen,
        rows=(seen.rows + rows)[:ROWS],
        stored=kept,
        looked_at=seen.looked_at + chunk.rows,
        rejected=seen.rejected + len(errors),
        rejections=(seen.rejections + tuple(errors))[:REJECTIONS],
    )


def _is_certain(understood: Understood, names: list[str], fields: dict[str, int], options: Options) -> bool:
    """Nothing was guessed: neither encoding nor header nor what the columns of the fields are."""
    ours = all(names[at].strip().casefold() == field for field, at in fields.items() if field not in options.columns)
    numbers = understood.numbers in ("", "plain", "point", options.numbers)
    known = numbers and understood.how != "guess" and understood.skip in (0, options.skip)
    left_out = any(why != SYSTEMS_OWN for _, why in understood.left_out)
    return ours and known and len(understood.parts) < 2 and not left_out


class _Beginning(io.BytesIO):
    """The beginning of a file, up to its last whole line: what is cut is no fault of the file."""

    def __init__(self, data: bytes) -> None:
        packed = data.startswith((b"\x1f\x8b", b"PK"))
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:100]
        end = len(data) if packed or wide else data.rfind(b"\n") + 1
        super().__init__(data[: end or len(data)])
