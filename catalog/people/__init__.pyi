"""What the room offers beside its own modules, and where each of it lives."""

from catalog.models import ROLES, ApiToken, User, UserSession, find
from catalog.people.actors import COMMAND_LINE, STEWARD, Actor

__all__ = [
    "COMMAND_LINE",
    "ROLES",
    "STEWARD",
    "Actor",
    "ApiToken",
    "User",
    "UserSession",
    "find",
]
