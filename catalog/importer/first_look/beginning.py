"""The beginning of a file whose header is read: its columns, its first rows as they would be stored, their faults."""

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
from catalog.importer.values.numbers import LatePrices
from catalog.importer.warnings.notices import Noticed
from catalog.importer.warnings.seen import Observer

ROWS = 20
SLICE_BYTES = 1024 * 1024  # bytes whose rows are looked at
COUNTED_BYTES = 4 * SLICE_BYTES  # bytes of a complete file whose rows are counted too
MAX_BYTES = 1 << 62  # no limit: every row is counted
REJECTIONS = 3  # that are shown
MOST_REJECTED = 10_000  # rejected rows, after which the others are only counted


@dataclass
class Findings:
    """What was found so far while the rows are read."""

    look: Look
    matched: Matched | None
    connection: Connection | None
    noticed: Noticed = field(default_factory=Noticed)
    observer: Observer | None = None
    late: LatePrices = field(default_factory=lambda: LatePrices(asks=False))
    tally: verdict.Tally = field(default_factory=verdict.Tally)
    first: pd.DataFrame | None = None  # the cells of the first chunk, as in the file
    ended: bool = False  # every row of the file was read


def see(
    prepared: Prepared, options: Options, connection: Connection | None, *, whole: bool, every_row: bool = False
) -> Findings:
    """The look with the columns, and the readable first rows."""
    findings = Findings(*_columns(prepared, options), connection, late=LatePrices(asks=not options.decimals))
    try:
        _read(findings, prepared, whole=whole, most=MAX_BYTES if every_row else COUNTED_BYTES)
        findings.late.ask()
    except Unanswered as asked:
        findings.look = replace(findings.look, problem=str(asked), cures=asked.cures, questions=asked.questions)
    except Rejected as rejection:  # in a cut file, the cut may be the reason
        findings.look = replace(findings.look, problem=findings.look.problem or (str(rejection) if whole else ""))
    look = findings.look
    if connection and look.columns:
        twins_in_catalog(connection, findings.noticed, look.columns)
    warnings = tuple(findings.noticed.warnings(prepared.so_far().members))
    mostly_taken = not look.rejected or 2 * look.rejected < look.looked_at
    certain = not look.problem and mostly_taken and _is_certain(look, prepared.understood, options)
    known = facts.of_columns(look.names, findings.first)
    findings.look = replace(look, warnings=warnings, certain=certain, facts=known)
    return findings


def _columns(prepared: Prepared, options: Options) -> tuple[Look, Matched | None]:
    """The look before any row: the matched columns, or why they can't be matched."""
    names = error_columns.own(prepared.reader.header)
    look = Look(prepared.understood, names, [], {})
    matched: Matched | None = None
    try:
        look = replace(look, fields=header.fields(names, prepared.as_read(options)))
        matched = match_columns(prepared, options)
        columns = matched.columns
        fields = {one: at for one, at in columns.fields.items() if at < len(names)}
        look = replace(look, fields=fields, columns=columns)
        columns = with_prices(matched, prepared, options)
        has_prices = "price" in columns.fields and columns.parts_of("price")
        understood = replace(prepared.understood, numbers=columns.numbers if has_prices else "")
        look = replace(look, columns=columns, understood=understood)
    except Rejected as rejection:
        asked = rejection.questions if isinstance(rejection, Unanswered) else ()
        look = replace(look, problem=str(rejection), cures=rejection.cures, questions=asked)
    return look, matched


def _read(findings: Findings, prepared: Prepared, *, whole: bool, most: int) -> None:
    """Read the first rows, and count the following ones. Raises Rejected."""
    for chunk in prepared.reader.chunks(SLICE_BYTES):
        look = findings.look
        chunk = findings.matched.grouped(chunk) if findings.matched else chunk
        if len(look.rows) < ROWS and look.rejected < MOST_REJECTED:
            _see_rows(findings, chunk)
        elif look.problem or not look.columns or prepared.position() > most:
            return
        else:
            findings.tally.see(chunk, _checked(chunk, findings))
    findings.ended = whole


def _see_rows(findings: Findings, chunk: Chunk) -> None:
    """See what the rows of a chunk hold, what would be rejected, what looks wrong. Raises Rejected."""
    look = findings.look
    cells = chunk.frame.sort_values(ROW).drop(columns=[ROW, LINE]).head(ROWS)
    rows = [[short(cell) for cell in row] for row in cells.values.tolist()]
    if findings.first is None:
        findings.first = chunk.frame
    errors, kept = chunk.errors, look.stored
    if look.columns and not look.problem:
        reject_another(chunk, look.columns)
        checked = _checked(chunk, findings)
        kept += tuple(stored_rows.rows(chunk, checked, look.columns, ROWS - len(kept)))
        _notice(chunk, checked, findings)
        findings.tally.see(chunk, checked)
        errors = checked.errors
    findings.look = replace(
        look,
        rows=(look.rows + rows)[:ROWS],
        stored=kept,
        looked_at=look.looked_at + chunk.rows,
        rejected=look.rejected + len(errors),
        rejections=(look.rejections + tuple(errors))[:REJECTIONS],
    )


def _checked(chunk: Chunk, findings: Findings) -> Checked:
    """The rows of a chunk after all checks, including those that need the catalog."""
    columns = findings.look.columns
    assert columns is not None
    checked = check(chunk, columns)
    if findings.connection:
        checked = with_known(chunk, checked, columns, partial(known, findings.connection))
    findings.late.see(checked.errors)
    return checked


def _notice(chunk: Chunk, checked: Checked, findings: Findings) -> None:
    """Collect the warnings of a chunk."""
    columns, noticed = findings.look.columns, findings.noticed
    assert columns is not None
    findings.observer = findings.observer or Observer(columns)
    noticed.add_chunk(findings.observer.see(chunk, checked))
    if findings.connection:
        of_slice(findings.connection, noticed, checked.frame, columns)


def _is_certain(look: Look, read: Understood, options: Options) -> bool:
    """Whether nothing was guessed: encoding, header, and columns of the fields."""
    names, fields = look.names, look.fields
    ours = all(names[at].strip().casefold() == field for field, at in fields.items() if field not in options.columns)
    numbers = look.understood.numbers if look.understood else ""
    known = numbers in ("", "plain", "point", options.numbers) and read.how != "guess"
    left_out = any(why != SYSTEMS_OWN for _, why in read.left_out)
    return ours and known and read.skip in (0, options.skip) and len(read.parts) < 2 and not left_out
