"""What options of commands accept, where click has no type for it."""

from datetime import date
from pathlib import Path
from typing import Any

import click


class Pair(click.ParamType[tuple[str, str]]):
    """FIELD=COLUMN."""

    name = "pair"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Field and column. Fails for what is no field."""
        from catalog.importer import FIELDS

        field, equals, column = value.partition("=")
        if not equals or field not in FIELDS:
            self.fail(f"{value!r} is not FIELD=COLUMN with a field of {', '.join(FIELDS)}.")
        return field, column


class FileOrUrl(click.ParamType["Path | str"]):
    """A file that is there, or an https URL."""

    name = "file"

    def convert(self, value: Any, param: Any, ctx: Any) -> "Path | str":
        """A path, or the URL as it is."""
        if str(value).lower().startswith(("https://", "http://")):
            return str(value)
        there = click.Path(exists=True, dir_okay=False, path_type=Path)
        path: Path = there.convert(value, param, ctx)
        return path


class Delimiter(click.ParamType[str]):
    """One character that may separate cells."""

    name = "delimiter"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The character; \\t is a tab."""
        mark = str(value).replace("\\t", "\t")
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n\0':
            self.fail(f"{value!r} is not one character that can separate cells.")
        return mark


class Encoding(click.ParamType[str]):
    """An encoding by any of its names."""

    name = "encoding"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Our name for it."""
        from catalog.importer import ENCODINGS, known_encoding

        known = known_encoding(str(value))
        if known is None:
            self.fail(f"{value!r} is none of {', '.join(ENCODINGS)}.")
        return known


class Blank(click.ParamType[str]):
    """keep, clear or COLUMN=keep."""

    name = "blank"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """As it was given, if it means something."""
        from catalog.importer import Options

        try:
            Options().with_blanks([str(value)])
        except ValueError as error:
            self.fail(str(error))
        return str(value)


class Policy(click.ParamType[str]):
    """How many rows may be refused."""

    name = "policy"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """100 or 2%."""
        from catalog.importer import is_known_policy

        if not is_known_policy(str(value)):
            self.fail(f"{value!r} is no number such as 100, and no share such as 2%.")
        return str(value)


class Known(click.ParamType[str]):
    """A state or a mode that imports have."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """As it is."""
        from catalog.imports.past import MODES, STATES

        words = STATES if self.name == "state" else MODES
        if value and value not in words:
            self.fail(f"{value!r} is none of {', '.join(words)}.")
        return str(value)


class Day(click.ParamType[str]):
    """2026-11-28."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """As it is."""
        try:
            return value and date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is no day such as 2026-11-28.")
