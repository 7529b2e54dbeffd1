"""The log of gunicorn: one line per event, without control characters; a traceback is indented. No Flask in here."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from catalog.runtime import one_line


class OneLine(logging.Formatter):
    """The text of another formatter, in lines that can't be taken for events of Catalog."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, and further ones indented."""
        first, *others = self._inner.format(record).split("\n")
        return "\n".join([one_line(first), *(f"    | {one_line(o)}" for o in others)])


class Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger; `logger_class` of catalog.gunicorn."""

    def setup(self, cfg: Any) -> None:
        """Set handlers up as gunicorn does, and let none of them write raw."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(OneLine(handler.formatter or logging.Formatter()))
