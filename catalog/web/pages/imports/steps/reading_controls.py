"""The controls for reading a file, made from the declared choices. A new choice about reading needs no code here.

Some show the detected value, or list values of this file. A control that does not apply to a file is hidden and keeps
its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from catalog import importer
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import ReadingForm

HOWS = {"guess": "Guessed", "chosen": "Chosen"}


@dataclass(frozen=True)
class Control:
    """One control. `kind`: list, number, text, or hidden; the first of the `values` of a list means "not chosen"."""

    name: str
    label: str
    kind: str
    value: str
    values: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """The values of a list. The chosen one is added if this file does not have it."""
        if not self.value or self.value in dict(self.values):
            return self.values
        return *self.values, (self.value, f"{self.value}: not in this file")


def of_look(look: importer.Look, form: ReadingForm) -> list[Control]:
    """The controls for a file, in the order in which the choices are declared."""
    sent = {name: form[name].data for name in choices.READING}
    return [control(name, look, "" if data is None else str(data)) for name, data in sent.items()]


def control(name: str, look: importer.Look, value: str) -> Control:
    """The control of a choice with its value."""
    plain = _plain(name, value)
    special = SPECIAL.get(name)
    return special(plain, look) if special else _detected(plain, look)


def _plain(name: str, value: str) -> Control:
    """A control as declared, without anything from the file."""
    choice, default = importer.CHOICES[name], getattr(importer.Options(), name)
    if choice.words:
        words = tuple(choice.words.items())
        if isinstance(default, bool):  # "not chosen" means the default
            first = "yes" if default else "no"
            words = (("", choice.words[first]), *(one for one in words if one[0] != first))
            value = "" if value == first else value
        return Control(name, choice.label, "list", value, words)
    return Control(name, choice.label, "text" if isinstance(default, str) else "number", value)


def _detected(plain: Control, look: importer.Look) -> Control:
    """A control with the detected value, if the look has one."""
    found = getattr(look.understood, plain.name, None)
    if found is None or isinstance(found, bool):
        return plain
    if plain.kind != "list":
        return replace(plain, placeholder=f"Detected: {found}")
    words = dict(plain.values).get(str(found), str(found)) if found else ""
    first = f"Detected: {words}" if words else "Choose one"
    return replace(plain, values=(("", first), *(one for one in plain.values if one[0])))


def _encoding(plain: Control, look: importer.Look) -> Control:
    read = look.understood
    if read and not read.has_dialect:
        return replace(plain, kind="hidden")
    taken = "Choose one" if look.doubt or not read else f"{HOWS.get(read.how, 'Detected')}: {read.encoding}"
    likely = [(name, f"{importer.ENCODINGS[name]} – likely") for name in look.candidates]
    others = [(name, words) for name, words in importer.ENCODINGS.items() if name not in look.candidates]
    return replace(plain, values=(("", taken), *likely, *others))


def _delimiter(plain: Control, look: importer.Look) -> Control:
    has_none = look.understood and not look.understood.has_dialect
    return replace(plain, kind="hidden") if has_none else _detected(plain, look)


def _sheet(plain: Control, look: importer.Look) -> Control:
    tables = _tables(look)
    parts = look.understood.parts if look.understood else ()
    if len(tables) > 1:
        return replace(plain, label="Only one table", kind="list", values=_listed("All tables", tables))
    if len(parts) > 1:
        return replace(plain, kind="list", values=_listed(f"The first: {parts[0]}", parts))
    return replace(plain, kind="hidden")


def _members(plain: Control, look: importer.Look) -> Control:
    words = {"": "Choose one", "each": "Each as its own import", "joined": "All as one import"}
    kind = "list" if len(_tables(look)) > 1 else "hidden"
    return replace(plain, label="Import the tables", kind=kind, values=tuple(words.items()))


def _numbers(plain: Control, look: importer.Look) -> Control:
    is_shown = "price" in look.fields or plain.value or (look.columns and "price" in look.columns.fields)
    return _detected(plain, look) if is_shown else replace(plain, kind="hidden")


def _decimals(plain: Control, look: importer.Look) -> Control:
    is_shown = "price" in look.fields or plain.value or "decimals" in look.cures
    return plain if is_shown else replace(plain, kind="hidden")


def _listed(first: str, values: Any) -> tuple[tuple[str, str], ...]:
    return ("", first), *((value, value) for value in values)


def _tables(look: importer.Look) -> list[str]:
    return [one.name for one in look.members if not one.left_out]


SPECIAL: dict[str, Callable[[Control, importer.Look], Control]] = {
    "encoding": _encoding,
    "delimiter": _delimiter,
    "sheet": _sheet,
    "members": _members,
    "numbers": _numbers,
    "decimals": _decimals,
}
"""Choices whose controls depend on the file."""
