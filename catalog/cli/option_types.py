"""Types of options that click does not have."""

from datetime import date
from pathlib import Path
from typing import Any

import click


class FileOrUrl(click.ParamType["Path | str"]):
    """An existing file, or an https URL."""

    name = "file"

    def convert(self, value: Any, param: Any, ctx: Any) -> "Path | str":
        """A path, or the URL unchanged."""
        if str(value).lower().startswith(("https://", "http://")):
            return str(value)
        there = click.Path(exists=True, dir_okay=False, path_type=Path)
        path: Path = there.convert(value, param, ctx)
        return path


class Known(click.ParamType[str]):
    """A state or a mode that imports have."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The word unchanged. Fails if no import has it."""
        from catalog.imports import past

        words = past.STATES if self.name == "state" else past.MODES
        if value and value not in words:
            self.fail(f"{value!r} is not one of {', '.join(words)}.")
        return str(value)


class Day(click.ParamType[str]):
    """A day, such as 2026-11-28."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The day as YYYY-MM-DD. Fails if it is not a date."""
        try:
            return value and date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-28.")
