"""Logging: one structured line per event, on stderr, where the supervisor reads it.

Input can't break a line or imitate another one, and text that looks like a secret is removed.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from catalog.runtime.terminal import one_line, trusted

SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie", re.IGNORECASE)
IN_URLS = re.compile(r"(?<=://)([^\s@:]*):\S+(?=@)")  # ann:password@host, with any sign in it
IN_PATHS = re.compile(r"(?<=/)(welcome|invitation)/[^\s/?]+")
LEFT_OUT = "[left out]"

Event = MutableMapping[str, Any]


def configure(level: int = logging.INFO, host: str = "") -> None:
    """Log events from `level` on, to stderr: stdout is for the output of commands. Lines name the `host`, if any."""
    structlog.configure(
        processors=[*_processors(host), _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(trusted(sys.stderr)),
    )


def hear_libraries(level: int = logging.INFO, host: str = "") -> None:
    """Write the log records of libraries (mainly RQ) in the same form as our own events."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_processors(host),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
    )
    handler = logging.StreamHandler(trusted(sys.stderr))
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler])


def _processors(host: str) -> list[Processor]:
    def name_host(logger: object, method: str, event: Event) -> Event:
        return {**event, "host": host} if host else event

    return [
        name_host,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
        structlog.processors.format_exc_info,
        tell_safely,
    ]


def _renderer() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def tell_safely(logger: object, method: str, event: Event) -> Event:
    """A processor: values on one line, without secrets. A traceback is indented: its lines can't pass for events."""
    for name, value in event.items():
        if name != "event" and SECRET_NAMES.search(name):
            event[name] = LEFT_OUT
        elif name == "exception":
            lines = without_secrets(str(value)).splitlines()
            event[name] = "\n".join(f"    | {one_line(line)}" for line in lines)
        elif isinstance(value, str):
            event[name] = one_line(without_secrets(value))
    return event


def without_secrets(text: str) -> str:
    """Text without the password in a URL and the tokens of our links."""
    text = IN_URLS.sub(rf"\1:{LEFT_OUT}", text)
    return IN_PATHS.sub(rf"\1/{LEFT_OUT}", text)
