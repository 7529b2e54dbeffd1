"""Products: edit one, change many, find and export them."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
