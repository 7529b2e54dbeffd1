"""The columns of a template's file in the next file of the supplier, where they may be moved, renamed or with new ones.

They are found by name, values, shape and neighbours. A column that is found gets its old name, so that everything that
was detected or chosen for it holds again.
"""

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from catalog.importer.columns import aliases
from catalog.importer.opening.evidence.first_rows import first_rows
from catalog.importer.opening.header import Prepared
from catalog.importer.options import remembered
from catalog.importer.options.column_names import distinct, positions
from catalog.importer.options.options import Options
from catalog.importer.options.remembered import Remembered

ROWS = 5_000
NUMBERED = re.compile(r" \(\d+\)$")
LIKE, PARTLY = 0.75, 0.8  # likeness of names: the lowest of difflib that counts, and that of a name with a remark
SOME, FEW = 0.3, 3  # share of common values that proves something, and how many must be different
ENOUGH, AHEAD = 1.2, 0.1  # score of a pair, and its distance to the next one
SHAPE, NEIGHBOUR = 0.5, 0.2


@dataclass(frozen=True)
class _Column:
    """A column: its name, hashes of its values, their shape, and the names beside it."""

    name: str
    values: list[int]
    shape: str
    beside: tuple[str, str]


def remember(prepared: Prepared, options: Options, fields: dict[str, str]) -> Remembered:
    """What a template remembers of a file; `fields` are the names of the columns of fields."""
    names = distinct(tuple(prepared.reader.header))
    rows = first_rows(prepared, len(names)).head(ROWS)
    cells = [rows[str(at)].tolist() if str(at) in rows else [] for at in range(len(names))]
    return Remembered(
        header=names,
        named=prepared.understood.header,
        values=[remembered.sketch(texts) for texts in cells],
        shapes=[remembered.shape(texts) for texts in cells],
        fields=fields,
        reading={name: getattr(options, name) for name in remembered.SOFT if getattr(options, name)},
    )


def with_old_names(prepared: Prepared, options: Options) -> Prepared:
    """The file with the names that its columns had in the template's file."""
    memory = remembered.of(options)
    if memory is None or memory["named"] != prepared.understood.header:
        return prepared
    names = distinct(tuple(prepared.reader.header))
    old = _columns(memory["header"], memory["values"], memory["shapes"])
    if names == memory["header"] and memory["named"] and not _repeated(old):
        return prepared
    rows = first_rows(prepared, len(names)).head(ROWS)
    cells = [rows[str(at)].tolist() if str(at) in rows else [] for at in range(len(names))]
    new = _columns(names, list(map(remembered.sketch, cells)), list(map(remembered.shape, cells)))
    pairs = _matched(old, new, named=memory["named"], chosen=_chosen(options, memory, names))
    header = _renamed(names, {at: old[was].name for at, was in pairs.items()})
    changed = tuple((names[at], old[was].name) for at, was in pairs.items() if names[at] != old[was].name)
    prepared.reader.header = header
    return replace(prepared, understood=replace(prepared.understood, renamed=changed if memory["named"] else ()))


def _chosen(options: Options, memory: Remembered, names: list[str]) -> set[int]:
    """Columns that a person chose for this file by their own name, so that they keep it."""
    said = {*options.columns.values(), *options.attributes, *options.transforms, *options.blanks}
    said |= {column for joined in options.joined.values() for column in joined["columns"]}
    own = said - {"", *memory["header"]}
    return {at for column in own for at in positions(names, column)}


def _columns(names: list[str], values: list[list[int]], shapes: list[str]) -> list[_Column]:
    ends = ["", *names, ""]
    beside = zip(ends, ends[2:], strict=False)
    return [_Column(*one) for one in zip(names, values, shapes, beside, strict=True)]


def _matched(old: list[_Column], new: list[_Column], *, named: bool, chosen: set[int]) -> dict[int, int]:
    """Position in the new file -> position in the old one."""
    found = _same_names(old, new) if named else {}
    left = [at for at in range(len(new)) if at not in found and at not in chosen]
    gone = [at for at in range(len(old)) if at not in found.values()]
    scores = {(at, was): _score(old[was], new[at], named) for at in left for was in gone}
    for (at, was), score in sorted(scores.items(), key=lambda one: -one[1]):
        rivals = [
            other
            for pair, other in scores.items()
            if pair != (at, was) and (pair[0] == at and pair[1] in gone or pair[1] == was and pair[0] in left)
        ]
        if at in left and was in gone and score >= ENOUGH and score >= max(rivals, default=0.0) + AHEAD:
            found[at] = was
            left.remove(at)
            gone.remove(was)
    return found if named else found | _same_places(old, new, found)


def _same_names(old: list[_Column], new: list[_Column]) -> dict[int, int]:
    """The columns with the same name, which is unique."""
    repeated = {one.name for one in (*_repeated(old), *_repeated(new))}
    places = {aliases.key(one.name): at for at, one in enumerate(old) if one.name not in repeated}
    keys = ["" if one.name in repeated else aliases.key(one.name) for one in new]
    return {at: places[key] for at, key in enumerate(keys) if key in places and keys.count(key) == 1}


def _repeated(columns: list[_Column]) -> list[_Column]:
    """The columns whose names were made unique by a number."""
    names = {one.name for one in columns}
    numbered = {name for name in names if NUMBERED.search(name) and NUMBERED.sub("", name) in names}
    same = numbered | {NUMBERED.sub("", name) for name in numbered}
    return [one for one in columns if one.name in same]


def _same_places(old: list[_Column], new: list[_Column], found: dict[int, int]) -> dict[int, int]:
    """The columns without names that are where they were, with values of the same shape or none."""
    free = [at for at in range(min(len(old), len(new))) if at not in found and at not in found.values()]
    return {at: at for at in free if not old[at].shape or not new[at].shape or old[at].shape == new[at].shape}


def _score(old: _Column, new: _Column, named: bool) -> float:
    """How likely two columns are the same: 0 if neither their names nor their values say so."""
    name = _likeness(old.name, new.name) if named else 0.0
    share = remembered.overlap(old.values, new.values)
    proves = min(len(old.values), len(new.values)) >= FEW or share == 1 and len(old.values) > 1
    values = share if share >= SOME and proves else 0.0
    is_same_shape = old.shape == new.shape
    if not values and not (name and (is_same_shape or share or not new.shape or not old.shape)):
        return 0.0
    beside = sum(one == other for one, other in zip(old.beside, new.beside, strict=True)) if named else 0
    return 2 * (name + values) + SHAPE * is_same_shape + NEIGHBOUR * beside


def _likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1."""
    first, second = aliases.key(one), aliases.key(other)
    if first == second:
        return 1.0
    words, others = {*one.casefold().split()}, {*other.casefold().split()}
    if words <= others or others <= words:
        return PARTLY
    ratio = SequenceMatcher(None, first, second).ratio()
    return ratio * PARTLY if ratio >= LIKE else 0.0


def _renamed(names: list[str], old_names: dict[int, str]) -> list[str]:
    """The names with the old ones; another column that has one of them gets a number."""
    taken = {name.casefold() for name in old_names.values()}
    header = []
    for at, name in enumerate(names):
        if at in old_names:
            header.append(old_names[at])
            continue
        wanted, number = name, 1
        while wanted.casefold() in taken:
            number += 1
            wanted = f"{name} ({number})"
        taken.add(wanted.casefold())
        header.append(wanted)
    return header
