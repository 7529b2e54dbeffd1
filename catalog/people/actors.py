"""Who changes something, and how: the first argument of every service that makes changes."""

from dataclasses import dataclass

DOORS = {"page": "on a page", "api": "through the API", "cli": "on the command line"}
"""The way in which something is done, by its `source`, in the words of the audit log."""


@dataclass(frozen=True)
class Actor:
    """A user on a page or through the API, a command, or Catalog itself. Without `user_id`, the person is not known."""

    source: str  # one of DOORS; url: a source that is due; steward
    user_id: int | None = None
    email: str = ""
    address: str = ""
    request_id: str = ""


COMMAND_LINE = Actor("cli", email="command line")
STEWARD = Actor("steward", email="steward")
