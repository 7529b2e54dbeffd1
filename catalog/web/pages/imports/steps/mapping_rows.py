"""The choices for columns: converts between rows of the form and the options of the importer.

An incomplete row is shown again and has no effect. The form has one empty row of each kind below the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from catalog import importer
from catalog.whole_numbers import whole

MOST_ROWS = 50  # of one kind
MOST_CHANGES = 1_000
ATTRIBUTE, SKIP = "attribute=", "skip"
"""What a column may become other than a field: an attribute (its own name follows the =), or nothing."""
PARTS = ("join_1", "join_2", "join_3")

ELSEWHERE = ("columns", "attributes", "joined", "transforms")

Fields = MultiDict[str, str]


@dataclass(frozen=True)
class Join:
    """Columns, such as "#3", that are joined to a field or an attribute."""

    target: str = ""
    columns: tuple[str, ...] = ("", "", "")
    separator: str = " "


@dataclass(frozen=True)
class Text:
    """A field or an attribute with the same value in every row."""

    target: str = ""
    text: str = ""


@dataclass(frozen=True)
class Change:
    """A step that changes the values of a column, such as "#3", with its texts."""

    column: str = ""
    step: str = ""
    text: str = ""
    by: str = ""


@dataclass(frozen=True)
class Rows:
    """All rows of the controls. Dicts have the position of a column, from 1, as the key."""

    fields: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)  # attribute names, kept while a column is not an attribute
    attributes: dict[int, str] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    joins: tuple[Join, ...] = ()
    texts: tuple[Text, ...] = ()
    changes: tuple[Change, ...] = ()
    blanks: dict[int, str] = field(default_factory=dict)  # keep or clear

    @property
    def clashes(self) -> dict[str, list[int]]:
        """Fields for which several columns are chosen, with the positions of the columns."""
        at = {name: [place for place, one in self.fields.items() if one == name] for name in self.fields.values()}
        return {name: places for name, places in at.items() if len(places) > 1}


def of_form(form: Fields) -> Rows:
    """The rows of a form, without empty ones."""
    parts = zip(*(form.getlist(name) for name in PARTS), strict=False)
    joins = map(Join, form.getlist("join_target"), parts, form.getlist("join_separator"))
    texts = map(Text, form.getlist("set_target"), form.getlist("set_text"))
    names = ("step_column", "step_name", "step_text", "step_by")
    changes = map(Change, *(form.getlist(name) for name in names))
    uses = dict(_numbered(form, "use_"))
    named = {at: text.strip() for at, text in _numbered(form, "attribute_") if text.strip()}
    return Rows(
        {at: use for at, use in uses.items() if use in importer.FIELDS},
        named,
        _attributes(named, uses),
        frozenset(at for at, use in uses.items() if use == SKIP),
        tuple(one for one in joins if one.target.strip() or any(one.columns))[:MOST_ROWS],
        tuple(one for one in texts if one.target.strip() or one.text)[:MOST_ROWS],
        tuple(one for one in changes if one.step or one.text or one.by)[:MOST_CHANGES],
        {at: does for at, does in _numbered(form, "blank_") if does in ("keep", "clear")},
    )


def _attributes(named: dict[int, str], uses: dict[int, str]) -> dict[int, str]:
    """The names of columns that become attributes, by position: their own name, or a new one."""
    own = {at: use.removeprefix(ATTRIBUTE) for at, use in uses.items() if use.startswith(ATTRIBUTE)}
    return own | {at: name for at, name in named.items() if at in own or not uses.get(at)}


def _numbered(form: Fields, prefix: str) -> Iterator[tuple[int, str]]:
    """The values of the fields `prefix` + position, with the position of the column."""
    for name, text in form.items():
        at = whole(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if at is not None:
            yield at, text


def of_options(options: importer.Options, fields: dict[str, int] | None = None) -> Rows:
    """The rows for options. Columns are "#3", as `importer.by_position` returns them, or names in `fields`."""
    at = {position: name for column, name in options.attributes.items() if (position := _position(column)) is not None}
    joins = [
        Join(target, _three(joined["columns"]), joined.get("separator", " "))
        for target, joined in options.joined.items()
    ]
    changes = [Change(column, *(*step, "", "")[:3]) for column, steps in options.transforms.items() for step in steps]
    taken = {field: _position(column) for field, column in options.columns.items()}
    return Rows(
        {position: field for field, position in taken.items() if position is not None},
        {position: name for position, name in at.items() if name},
        {position: name for position, name in at.items() if name},
        frozenset(position for position, name in at.items() if not name),
        tuple(joins),
        tuple(Text(*pair) for pair in options.constants.items()),
        tuple(changes),
        _blanks(options, fields or {}),
    )


def _blanks(options: importer.Options, fields: dict[str, int]) -> dict[int, str]:
    """Rules for empty cells of single columns, by position."""
    found: dict[int, str] = {}
    for column, does in options.blanks.items():
        at = f"#{fields[column] + 1}" if column in fields else column
        if (position := _position(at)) is not None:
            found[position] = does
    return found


def _position(column: str) -> int | None:
    """The position in "#3": 3. None for a name."""
    return whole(column[1:]) if column.startswith("#") else None


def choices(rows: Rows) -> dict[str, Any]:
    """The choices of the rows, as arguments of importer.Options."""
    transforms: dict[str, list[list[str]]] = {}
    for change in rows.changes:
        if step := _step(change):
            transforms.setdefault(change.column, []).append(step)
    kept = {f"#{position}": name for position, name in rows.attributes.items()}
    joined = {
        one.target.strip(): {
            "columns": [column for part in one.columns for column in _split(part)],
            "separator": one.separator,
        }
        for one in rows.joins
        if one.target.strip() and any(one.columns)
    }
    taken = {field: f"#{position}" for position, field in sorted(rows.fields.items(), reverse=True)}
    return {
        "columns": taken,
        "attributes": kept | {f"#{position}": "" for position in rows.dropped},
        "joined": joined,
        "constants": {one.target.strip(): one.text for one in rows.texts if one.target.strip() and one.text},
        "transforms": transforms,
        "blanks": {f"#{position}": does for position, does in rows.blanks.items()},
    }


def elsewhere(options: importer.Options) -> dict[str, dict[str, Any]]:
    """The choices for columns that the file does not have: no control shows them. `options` is from `by_position`."""
    found: dict[str, dict[str, Any]] = {
        "columns": {field: column for field, column in options.columns.items() if column and not _is_here(column)},
        "attributes": {column: name for column, name in options.attributes.items() if not _is_here(column)},
        "joined": {target: one for target, one in options.joined.items() if not all(map(_is_here, one["columns"]))},
        "transforms": {column: steps for column, steps in options.transforms.items() if not _is_here(column)},
    }
    return {name: chosen for name, chosen in found.items() if chosen}


def with_elsewhere(given: dict[str, Any], text: str) -> dict[str, Any]:
    """The choices of the controls, and the hidden choices of `elsewhere` (as JSON) that no control overrides."""
    try:
        carried = importer.parse_mapping(text)
    except importer.Rejected:
        return given
    return given | {name: chosen | given[name] for name, chosen in carried.items() if name in ELSEWHERE}


def _is_here(column: str) -> bool:
    return column[:1] == "#"


def _three(columns: list[str]) -> tuple[str, ...]:
    """The columns of a join for its three controls. The last control has all further columns."""
    first, second, *rest = (*columns, "", "")[: max(len(columns), 2)]
    return first, second, " ".join(rest)


def _split(part: str) -> list[str]:
    """The columns in one control."""
    several = part.split()
    return several if all(one[0] == "#" for one in several) else [part]


def _step(change: Change) -> list[str]:
    """A step with as many texts as it needs. Empty if the row is incomplete."""
    takes = importer.STEPS.get(change.step)
    if takes is None or not change.column or (takes and not change.text):
        return []
    return [change.step, change.text, change.by][: takes + 1]


@dataclass(frozen=True)
class Empty:
    """One empty row of each kind."""

    join: Join = field(default_factory=Join)
    text: Text = field(default_factory=Text)


EMPTY = Empty()
