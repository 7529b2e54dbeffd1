"""The one log of changes: who changed what, when, and how it is read."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
