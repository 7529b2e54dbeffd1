"""The failure of a command, on the Catalog of this machine or on another one."""

import click

from catalog.errors.kinds import KINDS


class Failure(click.ClickException):
    """The request can't be carried out. The message is for people; `kind` (errors.kinds) decides the exit code."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.exit_code = KINDS[kind].exit_code if kind in KINDS else 1  # type: ignore[misc]  # click has one for all
