"""The beginning of a file whose header is read: its columns, its first rows as they would be stored, and what is wrong with them."""

from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd
from psycopg2.extensions import connection as Connection

from catalog.importer.checks.another_table import reject_another
from catalog.importer.checks.known_rows import known, with_known
from catalog.importer.checks.rows import Checked, check
from catalog.importer.columns import error_columns, match as header
from catalog.importer.errors import Rejected
from catalog.importer.first_look import facts, stored_rows, verdict
from catalog.importer.first_look.result import Look
from catalog.importer.first_look.stored_rows import short
from catalog.importer.opening.columns import Matched, match_columns, with_prices
from catalog.importer.opening.header import Prepared
from catalog.importer.opening.members import SYSTEMS_OWN
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.plan.warnings import of_slice, twins_in_catalog
from catalog.importer.questions import Unanswered
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.rows.swallowed import RowsInCells
from catalog.importer.warnings.notices import Noticed

ROWS = 20
SLICE_BYTES = 1024 * 1024  # number of rows that are looked at
COUNTED_BYTES = 4 * SLICE_BYTES  # bytes of a complete file whose rows are counted too
REJECTIONS = 3  # that are shown
MOST_REJECTED = 10_000  # rejected rows, after which the look ends


@dataclass
class Seeing:
    """What was found so far while the rows are read."""

    look: Look
    matched: Matched | None
    connection: Connection | None
    noticed: Noticed = field(default_factory=Noticed)
    inside: RowsInCells = field(default_factory=RowsInCells)
    tally: verdict.Tally = field(default_factory=verdict.Tally)
    first: pd.DataFrame | None = None  # the cells of the first chunk, as in the file
    ended: bool = False  # every row of the file was read


def see(prepared: Prepared, options: Options, connection: Connection | None, *, whole: bool) -> Seeing:
    """The look with the columns, and the readable first rows."""
    seeing = Seeing(*_columns(prepared, options), connection)
    try:
        _read(seeing, prepared, whole=whole)
    except Rejected as rejection:  # in a cut file, the cut may be the reason
        seeing.look = replace(seeing.look, problem=seeing.look.problem or (str(rejection) if whole else ""))
    seen = seeing.look
    if connection and seen.columns:
        twins_in_catalog(connection, seeing.noticed, seen.columns)
    warnings = tuple(seeing.noticed.warnings(prepared.so_far().members))
    mostly_taken = not seen.rejected or 2 * seen.rejected < seen.looked_at
    certain = not seen.problem and mostly_taken and _is_certain(seen, prepared.understood, options)
    known = facts.of_columns(seen.names, seeing.first)
    seeing.look = replace(seen, warnings=warnings, certain=certain, facts=known)
    return seeing


def _columns(prepared: Prepared, options: Options) -> tuple[Look, Matched | None]:
    """The look before any row: the matched columns, or why they can't be matched."""
    names = error_columns.own(prepared.reader.header)
    seen = Look(prepared.understood, names, [], {})
    matched: Matched | None = None
    try:
        seen = replace(seen, fields=header.fields(names, prepared.as_read(options)))
        matched = match_columns(prepared, options)
        columns = matched.columns
        fields = {one: at for one, at in columns.fields.items() if at < len(names)}
        seen = replace(seen, fields=fields, columns=columns)
        columns = with_prices(matched, prepared, options)
        has_prices = "price" in columns.fields and columns.parts_of("price")
        understood = replace(prepared.understood, numbers=columns.numbers if has_prices else "")
        seen = replace(seen, columns=columns, understood=understood)
    except Rejected as rejection:
        asked = rejection.questions if isinstance(rejection, Unanswered) else ()
        seen = replace(seen, problem=str(rejection), cures=rejection.cures, questions=asked)
    return seen, matched


def _read(seeing: Seeing, prepared: Prepared, *, whole: bool) -> None:
    """Read the first rows, and count the following ones. Raises Rejected."""
    for chunk in prepared.reader.chunks(SLICE_BYTES):
        seen = seeing.look
        chunk = seeing.matched.seen(chunk) if seeing.matched else chunk
        if len(seen.rows) < ROWS and seen.rejected < MOST_REJECTED:
            _see_rows(seeing, chunk)
        elif seen.problem or not seen.columns or prepared.position() > COUNTED_BYTES:
            return
        else:
            seeing.tally.see(chunk, _checked(chunk, seeing))
    seeing.ended = whole


def _see_rows(seeing: Seeing, chunk: Chunk) -> None:
    """See what the rows of a chunk hold, what would be rejected, what looks wrong. Raises Rejected."""
    seen = seeing.look
    cells = chunk.frame.sort_values(ROW).drop(columns=[ROW, LINE]).head(ROWS)
    rows = [[short(cell) for cell in row] for row in cells.values.tolist()]
    if seeing.first is None:
        seeing.first = chunk.frame
    errors, kept = chunk.errors, seen.stored
    if seen.columns and not seen.problem:
        reject_another(chunk, seen.columns)
        checked = _checked(chunk, seeing)
        kept += tuple(stored_rows.rows(chunk, checked, seen.columns, ROWS - len(kept)))
        _notice(chunk, checked, seeing)
        seeing.tally.see(chunk, checked)
        errors = checked.errors
    seeing.look = replace(
        seen,
        rows=(seen.rows + rows)[:ROWS],
        stored=kept,
        looked_at=seen.looked_at + chunk.rows,
        rejected=seen.rejected + len(errors),
        rejections=(seen.rejections + tuple(errors))[:REJECTIONS],
    )


def _checked(chunk: Chunk, seeing: Seeing) -> Checked:
    """The rows of a chunk after all checks, including those that need the catalog."""
    columns = seeing.look.columns
    assert columns is not None
    checked = check(chunk, columns)
    if seeing.connection:
        checked = with_known(chunk, checked, columns, partial(known, seeing.connection))
    return checked


def _notice(chunk: Chunk, checked: Checked, seeing: Seeing) -> None:
    """Collect the warnings of a chunk."""
    columns, noticed = seeing.look.columns, seeing.noticed
    assert columns is not None
    noticed.hear([*chunk.doubts, *checked.doubts, *seeing.inside.see(chunk, columns)])
    noticed.see(chunk.frame, checked.frame, columns)
    if seeing.connection:
        of_slice(seeing.connection, noticed, checked.frame, columns)


def _is_certain(seen: Look, read: Understood, options: Options) -> bool:
    """Whether nothing was guessed: encoding, header, and columns of the fields."""
    names, fields = seen.names, seen.fields
    ours = all(names[at].strip().casefold() == field for field, at in fields.items() if field not in options.columns)
    numbers = seen.understood.numbers if seen.understood else ""
    known = numbers in ("", "plain", "point", options.numbers) and read.how != "guess"
    left_out = any(why != SYSTEMS_OWN for _, why in read.left_out)
    return ours and known and read.skip in (0, options.skip) and len(read.parts) < 2 and not left_out
