"""The first look at a file, by its beginning: how it is read, what is unsure, what is lacking. Imports nothing."""

import io
from collections import Counter
from dataclasses import replace
from typing import BinaryIO

from psycopg2.extensions import connection as Connection

from catalog.importer.errors import Rejected
from catalog.importer.files import sheets
from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.unpack import archive_of
from catalog.importer.first_look import fixes, verdict
from catalog.importer.first_look.beginning import Findings, see
from catalog.importer.first_look.result import Look
from catalog.importer.first_look.tries import Tries
from catalog.importer.first_look.verdict import Verdict
from catalog.importer.opening.evidence.data_sheet import SeveralSheets
from catalog.importer.opening.members import Member, Undecided, listed
from catalog.importer.opening.open import prepare
from catalog.importer.options.options import Options
from catalog.importer.questions import Question


def look(
    file: BinaryIO,
    options: Options,
    *,
    whole: bool = True,
    connection: Connection | None = None,
    every_row: bool = False,
) -> Look:
    """Look at a file, or at the beginning of one. With a connection, the look also compares with the catalog.

    `every_row` counts the rows of the whole file, in the time that it takes to read it; otherwise those of its
    first 4 MiB.
    """
    with sheets.looking():
        return _look_safely(file, options, whole, connection, every_row)


def _look_safely(file: BinaryIO, options: Options, whole: bool, connection: Connection | None, every_row: bool) -> Look:
    """Look at a file; a rejection becomes the problem of the look."""
    if not whole:
        file = _Beginning(file.read())
    try:
        return _look(file, options, whole, connection, every_row)
    except Undecided as undecided:
        file.seek(0)
        one = options.with_reading(sheet=undecided.tables[0])
        found = look(file, one, whole=whole, connection=connection)
        asked = undecided.questions + found.questions
        found = replace(found, problem=str(undecided), cures=undecided.cures, questions=asked)
        return replace(found, certain=False, undecided=True, verdict=_open(found))
    except SeveralSheets as asked:
        return _of_first_sheet(file, options, asked, whole, connection)
    except Rejected as rejection:
        if options.members == "joined" and not options.sheet:
            file.seek(0)
            one = options.with_reading(members="")
            apart = look(file, one, whole=whole, connection=connection)
            if apart.undecided:
                apart = replace(apart, problem=str(rejection), cures=rejection.cures, undecided=False)
                return replace(apart, verdict=_open(apart))
        members = _members(file, options)
        found = Look(None, [], [], {}, problem=str(rejection), cures=rejection.cures, members=members)
        return replace(found, verdict=_open(found))


def _of_first_sheet(
    file: BinaryIO, options: Options, asked: SeveralSheets, whole: bool, connection: Connection | None
) -> Look:
    """The look at the first of several sheets that may be meant, and the question which one is."""
    file.seek(0)
    one = options.with_reading(sheet=asked.questions[0].choices[0])
    found = look(file, one, whole=whole, connection=connection)
    found = replace(found, problem=str(asked), cures=asked.cures, questions=asked.questions + found.questions)
    return replace(found, certain=False, verdict=_open(found))


def _open(found: Look) -> Verdict:
    """The verdict on a look with an open problem or question."""
    return verdict.of_problem(found.problem, asked=bool(found.questions))


def _members(file: BinaryIO, options: Options) -> tuple[Member, ...]:
    """The files of an archive of which one can't be read, so that a person can choose another one."""
    file.seek(0)
    try:
        archive = archive_of(file)
        return tuple(listed(archive, options)) if archive else ()
    except Rejected:
        return ()


def _look(file: BinaryIO, options: Options, whole: bool, connection: Connection | None, every_row: bool) -> Look:
    """The look at a file; only its encoding may be doubtful. Raises Rejected."""
    doubt = ""
    candidates: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    try:
        prepared = prepare(file, options)
    except Unsure as unsure:
        doubt, candidates, asked = str(unsure), unsure.candidates, unsure.questions
        file.seek(0)
        prepared = prepare(file, options.with_reading(encoding=candidates[0]))
    findings = see(prepared, options, connection, whole=whole, every_row=every_row)
    found = findings.look
    choose = doubt and "Choose the encoding: " + doubt
    problem = " ".join(words for words in (choose, found.problem) if words)
    found = replace(
        found,
        doubt=doubt,
        candidates=candidates,
        problem=problem,
        cures=(*(("encoding",) if doubt else ()), *found.cures),
        certain=found.certain and not doubt,
        questions=asked + found.questions,
        members=prepared.members,
    )
    return _judged(found, findings, file, options)


def _judged(found: Look, findings: Findings, file: BinaryIO, options: Options) -> Look:
    """The look with a verdict, and the choice that would help most."""
    if found.problem:
        judged = verdict.of_problem(found.problem, asked=bool(found.questions))
    else:
        counted = Counter({one.code: one.count for one in found.warnings})
        judged = verdict.of_rows(findings.tally, counted, whole=findings.ended)
    fix = fixes.best(replace(found, verdict=judged), options, Tries(file, found, findings.first))
    return replace(found, verdict=replace(judged, fix=fix))


class _Beginning(io.BytesIO):
    """The beginning of a file, up to its last complete line."""

    is_cut = True

    def __init__(self, data: bytes) -> None:
        packed = data.startswith((b"\x1f\x8b", b"PK"))
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:100]
        end = len(data) if packed or wide else data.rfind(b"\n") + 1
        super().__init__(data[: end or len(data)])
