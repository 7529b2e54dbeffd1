"""A first look at a file, from its beginning: what would be understood, what is doubtful, what is missing. Imports nothing."""

import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from catalog.importer import again
from catalog.importer import columns as header
from catalog.importer.encodings import Unsure
from catalog.importer.errors import Refused
from catalog.importer.opening import Prepared, Understood, prepare
from catalog.importer.options import Options
from catalog.importer.reader import LINE, ROW

ROWS = 20
CELL_LENGTH = 120  # of a cell that is shown
BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Look:
    """What is seen of a file. `problem` says why it can't be imported like this; `certain`, that there is nothing to ask."""

    understood: Understood | None
    names: list[str]
    rows: list[list[str]]
    fields: dict[str, int]  # field -> position of its column
    problem: str = ""
    doubt: str = ""  # an encoding that was taken for the look, but has to be chosen
    candidates: tuple[str, ...] = ()  # of encodings
    refused: int = 0  # rows of those looked at
    certain: bool = False


def look(file: BinaryIO, options: Options, *, whole: bool = True) -> Look:
    """Look at a file, or at the beginning of one that is not there whole."""
    doubt = ""
    candidates: tuple[str, ...] = ()
    if not whole:
        file = _Beginning(file.read())
    try:
        try:
            prepared = prepare(file, options)
        except Unsure as unsure:
            doubt, candidates = str(unsure), unsure.candidates
            file.seek(0)
            prepared = prepare(file, replace(options, encoding=candidates[0]))
        seen = _seen(prepared, options, whole)
    except Refused as refusal:
        return Look(None, [], [], {}, str(refusal))
    problem = seen.problem or (doubt and "Choose the encoding: " + doubt)
    certain = seen.certain and not doubt
    return replace(
        seen, doubt=doubt, candidates=candidates, problem=problem, certain=certain
    )


def _seen(prepared: Prepared, options: Options, whole: bool) -> Look:
    """The columns, and the first rows as far as they can be read."""
    names = again.own(prepared.reader.header)
    problem = ""
    fields: dict[str, int] = {}
    try:
        fields = header.fields(names, options)
        header.match(prepared.reader.header, options)
    except Refused as refusal:
        problem = str(refusal)
    rows, refused = [], 0
    try:
        for chunk in prepared.reader.chunks(BLOCK_BYTES):
            refused += len(chunk.errors)
            cells = chunk.frame.sort_values(ROW).drop(columns=[ROW, LINE])
            rows += [[_short(cell) for cell in row[: len(names)]] for row in cells.head(ROWS).values.tolist()]  # fmt: skip
            if len(rows) >= ROWS:
                break
    except Refused as refusal:  # of a file that is cut, it may be the cut
        problem = problem or (str(refusal) if whole else "")
    understood = prepared.understood
    certain = not problem and _is_certain(understood, names, fields, options)
    return Look(understood, names, rows[:ROWS], fields, problem, refused=refused, certain=certain)  # fmt: skip


def _is_certain(
    understood: Understood, names: list[str], fields: dict[str, int], options: Options
) -> bool:
    """Nothing was guessed: neither encoding nor header nor what the columns of the fields are."""
    ours = all(
        names[at].strip().casefold() == field
        for field, at in fields.items()
        if field not in options.columns
    )
    known = understood.how != "guess" and understood.skip in (0, options.skip)
    return ours and known and len(understood.parts) < 2


def _short(cell: str) -> str:
    shown = cell.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= CELL_LENGTH else f"{shown[:CELL_LENGTH]}…"


class _Beginning(io.BytesIO):
    """The beginning of a file, up to its last whole line: what is cut is no fault of the file."""

    def __init__(self, data: bytes) -> None:
        packed = data.startswith((b"\x1f\x8b", b"PK"))
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:100]
        end = len(data) if packed or wide else data.rfind(b"\n") + 1
        super().__init__(data[: end or len(data)])
