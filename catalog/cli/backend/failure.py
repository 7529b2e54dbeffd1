"""How a command fails: the same for a Catalog here and for one elsewhere."""

import click


class Failure(click.ClickException):
    """What was asked for can't be done: exit code 1. The message is for people, `kind` is the API's word."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind
