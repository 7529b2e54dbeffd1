"""How the processes speak: one structured line an event, on stderr, where the supervisor reads it."""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Say events from `level` on. Standard output belongs to what a command was asked for."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
