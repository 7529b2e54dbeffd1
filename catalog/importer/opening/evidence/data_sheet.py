"""Which sheet of a workbook is read where none is chosen: the first that is a table of products, not instructions."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from catalog.importer.columns import aliases, match
from catalog.importer.errors import Rejected, quoted
from catalog.importer.files.unpack import Unpacked, unpack
from catalog.importer.opening import members
from catalog.importer.opening.header import Prepared, read_header
from catalog.importer.opening.sniff import sniff
from catalog.importer.options.options import Options
from catalog.importer.questions import Question, Unanswered

MOST_SHEETS = 8  # that are looked at; each costs a process


class SeveralSheets(Unanswered):
    """Several sheets of a workbook are tables of the same columns."""


def prepare(file: BinaryIO, first: Unpacked, options: Options) -> Prepared:
    """The sheet with products, up to its header; `first` is the first. Raises Rejected, or Unanswered for several."""
    found = {name: prepared for name, prepared in _sheets(file, first, options) if _is_table(prepared, options)}
    if not found:
        return read_header(sniff(_again(file, first.part), options))
    name, prepared = next(iter(found.items()))
    _ask_about_others(found)
    above = first.parts[: first.parts.index(name)]
    left_out = tuple((sheet, members.NO_HEADER) for sheet in above)
    return replace(prepared, understood=replace(prepared.understood, left_out=left_out))


def _sheets(file: BinaryIO, first: Unpacked, options: Options) -> Iterator[tuple[str, Prepared]]:
    """The first sheets of a workbook, as far as they can be read."""
    for name in first.parts[:MOST_SHEETS]:
        with suppress(Rejected):
            content = first if name == first.part else _again(file, name)
            yield name, read_header(sniff(content, options))


def _again(file: BinaryIO, name: str) -> Unpacked:
    file.seek(0)
    content = unpack(file, name)
    assert isinstance(content, Unpacked)
    return content


def _is_table(prepared: Prepared, options: Options) -> bool:
    return match.is_header(prepared.reader.header, options)


def _ask_about_others(found: dict[str, Prepared]) -> None:
    """Raises Unanswered where several sheets have the same columns: only one can be read."""
    first, *others = found
    wanted = _names(found[first])
    same = [first, *(name for name in others if _names(found[name]) == wanted)]
    if len(same) > 1:
        message = (
            f"{len(same)} sheets of the workbook have the same columns: {members.shown(same)}. One import reads one "
            f"sheet. Choose which one, such as {quoted(first)}, and import the others after it."
        )
        raise SeveralSheets(Question("sheet", "", message, tuple(same), "sheet"))


def _names(prepared: Prepared) -> set[str]:
    return {aliases.key(name) for name in prepared.reader.header if name.strip()}
