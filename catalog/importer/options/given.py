"""Choices as pages, API and commands pass them: text or JSON, some of them, by their names in `Options` or commands."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from catalog.importer.errors import Rejected, quoted
from catalog.importer.options.checks import check
from catalog.importer.options.column_choices import parse
from catalog.importer.options.options import CHOICES, Options
from catalog.importer.values.fields import FIELDS

TRUTH = {"true": True, "false": False}


class BadChoice(Rejected):
    """An invalid choice; `field` is its name as it was given."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def with_given(base: Options, given: Mapping[str, Any]) -> Options:
    """The choices of `base`, overridden by the given ones.

    `mapping` holds several of them, as JSON or its text; `map` adds FIELD=COLUMN pairs; `blank` may be keep, clear or
    COLUMN=keep, or a list of these. Raises BadChoice.
    """
    plain = {name: value for name, value in given.items() if name not in ("mapping", "map", "blank")}
    changed = {name: read(name, value) for name, value in plain.items()} | _mapping(given.get("mapping"))
    if pairs := given.get("map"):
        changed["columns"] = changed.get("columns", base.columns) | _pairs(pairs)
    wanted = base.with_reading(**changed)
    if blanks := given.get("blank"):
        try:
            wanted = wanted.with_blanks([blanks] if isinstance(blanks, str) else blanks)
        except ValueError as error:
            raise BadChoice("blank", str(error)) from None
    return wanted


def checked(base: Options, given: Mapping[str, Any]) -> Options:
    """The options, after checking that they can be carried out. Raises BadChoice."""
    wanted = with_given(base, given)
    try:
        check(wanted)
    except Rejected as rejection:
        raise BadChoice("mapping", str(rejection)) from None
    return wanted


def options_from(stored: Mapping[str, Any]) -> Options:
    """The options in JSON, with defaults for those that are not given. Raises BadChoice."""
    return checked(Options(), {name: value for name, value in stored.items() if name != "blank"}).with_reading(
        **{"blank": read("blank", stored["blank"])} if "blank" in stored else {}
    )


def read(name: str, value: Any) -> Any:
    """The value of one choice, from text or JSON. Raises BadChoice."""
    if name not in CHOICES:
        raise BadChoice(name, f"An import has no choice {quoted(name)}.")
    try:
        return getattr(Options.model_validate({name: _of_text(name, value)}), name)
    except ValidationError as invalid:
        raise BadChoice(name, _words(name, value, invalid)) from None


def _of_text(name: str, value: Any) -> Any:
    """The value of a text, for a choice that is not a text."""
    default = getattr(Options(), name)
    if isinstance(value, str) and isinstance(default, bool):
        return TRUTH.get(value, value)
    if isinstance(value, str) and default is None:
        return int(value) if value.isascii() and value.isdigit() else value or None
    return value


def _words(name: str, value: Any, invalid: ValidationError) -> str:
    """The message for an invalid value: that of the choice, if it has one."""
    (first, *_) = invalid.errors()
    reason = first.get("ctx", {}).get("error")
    return str(reason) if isinstance(reason, ValueError) else f"{quoted(str(value))} is not a valid value for {name}."


def _mapping(given: Any) -> dict[str, Any]:
    """The choices of a mapping. Raises BadChoice."""
    try:
        return parse(given if isinstance(given, str) else json.dumps(given)) if given else {}
    except Rejected as rejection:
        raise BadChoice("mapping", str(rejection)) from None


def _pairs(given: Any) -> dict[str, str]:
    """Field -> column, of a dict or of texts like FIELD=COLUMN. Raises BadChoice."""
    pairs = given.items() if isinstance(given, Mapping) else [text.partition("=")[::2] for text in given if "=" in text]
    columns = dict(pairs)
    if len(pairs) != len(given) or not {*columns} <= {*FIELDS}:
        raise BadChoice("map", f"Not FIELD=COLUMN, where FIELD is one of {', '.join(FIELDS)}.")
    return columns
