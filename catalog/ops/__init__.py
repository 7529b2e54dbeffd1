"""Keeping an installation alive: embedded servers, the supervisor, backup and restore, the doctor, vital signs."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
