"""The files of a ZIP archive: which of them are tables, why others are skipped, and which are chosen.

A known ending of the name decides, such as .csv or .json; otherwise the content. No name is ever used as a path.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.importer.columns import aliases, match
from catalog.importer.errors import Rejected, quoted
from catalog.importer.files import dialect
from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.source import Source, kind_of
from catalog.importer.files.unpack import ZIP, Archive
from catalog.importer.options.options import MEMBERS, Options
from catalog.importer.questions import Question, Unanswered

TABLES = (".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".ods")
SYSTEM = ("thumbs.db", "desktop.ini")
SAMPLE_BYTES = 8 * 1024  # bytes of a file whose name does not tell its kind
NAMES_SHOWN = 10
OTHERWISE = "Import each on its own, join them into one import, or choose only one."
IN_A_SYNC = (
    "A sync of each would deactivate or delete the products of the others. "
    "Join them into one import, or choose only one."
)


@dataclass(frozen=True)
class Member:
    """A file of an archive, its size in bytes, and why it is not a table; empty: it is one."""

    name: str
    size: int
    left_out: str = ""


class Undecided(Unanswered):
    """An archive has several tables, and no option says what to do with them."""

    def __init__(self, tables: list[str], mode: str = "upsert") -> None:
        self.tables = tables
        is_sync = mode == "sync"
        message = f"The archive has {len(tables):,} tables: {shown(tables)}. {IN_A_SYNC if is_sync else OTHERWISE}"
        super().__init__(Question("members", "", message, ("joined",) if is_sync else MEMBERS, "members"))


def listed(archive: Archive, options: Options) -> list[Member]:
    """All files of an archive in order, each marked as a table or with the reason to skip it. Raises Rejected."""
    found = [
        Member(name, info.file_size, _left_out(archive, name, info.file_size, options))
        for name, info in archive.infos.items()
    ]
    doubtful = [m for m in found if m.left_out in (NO_HEADER, NO_ROWS)]
    if any(not m.left_out for m in found):
        return found
    # No file is certain. A file that looks like rows of a table, or the only possible one, is imported: its own error
    # says what is wrong.
    rows = [m for m in doubtful if m.left_out == NO_HEADER]
    maybe = [m for m in found if m.left_out not in (SYSTEMS_OWN, EMPTY)]
    taken = rows or (maybe if len(maybe) == 1 else [])
    return [Member(m.name, m.size) if m in taken else m for m in found]


def tables(found: Iterable[Member]) -> list[str]:
    """The names of the tables."""
    return [member.name for member in found if not member.left_out]


def reject_undecided(found: Iterable[Member], options: Options) -> None:
    """Raises Undecided if an archive has several tables without a choice."""
    names = tables(found)
    if len(names) > 1 and not options.sheet and options.members != "joined":
        raise Undecided(names, options.mode)


def only(found: Sequence[Member], options: Options) -> str:
    """The chosen member; if each table is an import, the first. Raises Rejected, Undecided."""
    names = tables(found)
    if options.sheet:
        if options.sheet in (member.name for member in found):
            return options.sheet
        raise Rejected(f"The archive has no file {quoted(options.sheet)}. It has: {shown(names)}.")
    if not names:
        raise Rejected(f"No file of the ZIP archive is a table: {_why_not(found)}.")
    if len(names) > 1 and not options.members:
        raise Undecided(names, options.mode)
    return names[0]


def is_workbook(name: str) -> bool:
    """Whether a member has the name of a workbook."""
    return name.lower().endswith(WORKBOOKS)


def reject_sync_of_each(tables: list[str], options: Options) -> None:
    """Reject a sync of several tables one by one: each would deactivate the others' products. Raises Rejected."""
    each = options.members == "each" and not options.sheet
    if each and options.mode == "sync" and len(tables) > 1:
        raise Rejected(
            f"The archive has {len(tables):,} tables. {IN_A_SYNC}",
            "members",
            "sheet",
        )


def shown(names: list[str]) -> str:
    """Names for a message."""
    more = ", …" if len(names) > NAMES_SHOWN else ""
    return ", ".join(map(quoted, names[:NAMES_SHOWN])) + more


NO_HEADER = "none of its lines has known column names"
NO_ROWS = "it is text without rows"
SYSTEMS_OWN = "the operating system created it"
EMPTY = "it is empty"


def _left_out(archive: Archive, name: str, size: int, options: Options) -> str:
    """Why a file is not a table; empty: it is one, by its name or its content."""
    *folders, last = name.split("/")
    if any(part.startswith((".", "__MACOSX")) for part in (*folders, last)):
        return SYSTEMS_OWN
    if last.lower() in SYSTEM:
        return SYSTEMS_OWN
    if not size:
        return EMPTY
    if last.lower().endswith(TABLES):
        return ""
    sample = archive.beginning(name, SAMPLE_BYTES)
    if is_workbook(name) and sample.startswith(ZIP):
        return ""
    if kind := kind_of(sample):
        return f"it is {kind}"
    return _left_out_text(sample[: sample.rfind(b"\n") + 1] or sample, options)


def _left_out_text(sample: bytes, options: Options) -> str:
    """Why a text is not a table. Chosen columns are ignored: any line of prose with three words has a column 3."""
    try:
        try:
            source = Source(io.BytesIO(sample), options.encoding, is_name=aliases.is_name)
        except Unsure as unsure:
            source = Source(io.BytesIO(sample), unsure.candidates[0])
    except Rejected:
        return "it is not a text file"
    found: list[str] = []

    def is_header(names: list[str], above: int) -> bool:
        known = match.is_header(names, Options(mode=options.mode), above)
        found.extend(names if known else ())
        return known

    dialect.recognise(source.sample, is_header, delimiter=options.delimiter, skip=options.skip)
    if found:
        return ""
    return NO_HEADER if dialect.looks_like_rows(source.sample) else NO_ROWS


def _why_not(found: Sequence[Member]) -> str:
    told = [f"{quoted(m.name)} ({m.left_out})" for m in found[:NAMES_SHOWN]]
    return ", ".join(told) + (", …" if len(found) > NAMES_SHOWN else "")
