"""What a template remembers of the file that it was saved from, so that the supplier's next file needs no answer again.

The values themselves are not stored, only hashes of some of them.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, cast
from zlib import crc32

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from catalog.importer.options.column_choices import with_columns
from catalog.importer.options.column_names import is_number, positions
from catalog.importer.options.options import Options

KEPT = 32  # hashes a column
SOFT = ("encoding", "delimiter", "skip")
"""Choices that the next file may contradict: it may be saved by another program."""


@with_config(ConfigDict(extra="forbid"))
class Remembered(TypedDict):
    """A file's columns: unique names, hashes of values, the common shape of values, and the column of each field."""

    header: list[str]
    named: bool  # the names are from the file
    values: list[list[int]]
    shapes: list[str]
    fields: dict[str, str]
    reading: dict[str, Any]


def sketch(texts: Iterable[str]) -> list[int]:
    """The smallest hashes of different values: columns that share values share most of these, in any order of rows."""
    different = {text.strip().casefold() for text in texts} - {""}
    return sorted(crc32(text.encode("utf-8", "surrogatepass")) for text in different)[:KEPT]


def shape(texts: Iterable[str]) -> str:
    """What most values look like: 9 for digits, a for letters, with their separators; empty if there is no value."""
    found: dict[str, int] = {}
    for text in texts:
        if text.strip():
            one = re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()[:40]))
            found[one] = found.get(one, 0) + 1
    return max(found, key=lambda one: found[one], default="")


def of(options: Options) -> Remembered | None:
    """What the template of these options remembers; None without a template."""
    return cast("Remembered | None", options.remembered)


def overlap(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of values that two columns have in common, by their hashes."""
    union = sorted({*one, *other})[:KEPT]
    both = {*one} & {*other}
    return sum(value in both for value in union) / len(union) if union else 0.0


def by_old_names(options: Options) -> Options:
    """The choices of a template, with #3 as the name of the third column of its file: it may have moved in the next."""
    memory = of(options)
    if memory is None:
        return options

    def named(column: str) -> str:
        found = positions(memory["header"], column) if is_number(column) else []
        return memory["header"][found[0]] if found else column

    return with_columns(options, named)


def is_soft(options: Options, name: str) -> bool:
    """Whether a choice about reading is only that of the template, so that a file that contradicts it wins."""
    memory = of(options)
    return memory is not None and name in memory["reading"] and memory["reading"][name] == getattr(options, name)


def hardened(options: Options, given: Iterable[str]) -> Options:
    """The options after a person chose these; they hold even if they are the template's own."""
    memory = of(options)
    if memory is None or not memory["reading"].keys() & {*given}:
        return options
    reading = {name: value for name, value in memory["reading"].items() if name not in {*given}}
    return options.with_reading(remembered={**memory, "reading": reading})


def with_fields(options: Options, names: Sequence[str]) -> Options:
    """The options with the columns that the fields had in the template's file, where nothing else is chosen."""
    memory = of(options)
    if memory is None:
        return options
    chosen = {*options.columns, *options.joined, *options.constants}
    used = {*options.columns.values(), *options.attributes}
    used |= {column for joined in options.joined.values() for column in joined["columns"]}
    places = {at for column in used for at in positions(list(names), column)}
    found = {
        field: name
        for field, name in memory["fields"].items()
        if field not in chosen and len(at := positions(list(names), name)) == 1 and at[0] not in places
    }
    return options.with_reading(columns=options.columns | found) if found else options
