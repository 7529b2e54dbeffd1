"""The step from an unpacked file to the text to read: the file itself, a member of an archive, or several joined."""

from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from catalog.importer.files.unpack import Archive, Unpacked, as_table, workbook_of
from catalog.importer.opening import members
from catalog.importer.opening.members import Member
from catalog.importer.options.options import Options

ANOTHER_SHEET = "only the first sheet of a workbook in an archive is read"


@dataclass(frozen=True)
class One:
    """A text that is read on its own; `members` are all files of its archive."""

    content: Unpacked
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Several:
    """The tables of an archive that are read as one."""

    archive: Archive
    tables: tuple[str, ...]
    members: tuple[Member, ...]


def choose(unpacked: Unpacked | Archive, options: Options) -> One | Several:
    """The text to read: the chosen one, or the only one. Raises Rejected, Undecided."""
    if isinstance(unpacked, Unpacked):
        return One(unpacked)
    found = tuple(members.listed(unpacked, options))
    tables = members.tables(found)
    members.reject_sync_of_each(tables, options)
    if options.members == "joined" and not options.sheet and len(tables) > 1:
        return Several(unpacked, tuple(tables), found)
    return One(member(unpacked, members.only(found, options), tables), found)


def member(archive: Archive, name: str, tables: list[str]) -> Unpacked:
    """One member as a file of its own; of a workbook, its first sheet. Raises Rejected."""
    stream = archive.open(name, archive.meter([name]))
    position = partial(archive.position, name)
    return replace(content_of(stream, name), position=position, part=name, parts=tuple(tables))


def content_of(stream: BinaryIO, name: str) -> Unpacked:
    """The text of a member. Raises Rejected."""
    if not members.is_workbook(name):
        return as_table(Unpacked(stream, "zip"))
    found = workbook_of(stream, name)
    others = tuple((f"{name}: {sheet}", ANOTHER_SHEET) for sheet in found.parts[1:])
    return replace(found, format="zip", left_out=others)
