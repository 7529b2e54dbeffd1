"""The life of an import, from the arriving file to accepted, rejected and undone rows."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
