"""The scheduler: starts work again that queues lost or dead workers left. `python -m catalog.steward` is its process."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
