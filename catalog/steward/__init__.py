"""The scheduler: starts work again that queues lost or dead workers left. Its process: `python -m catalog.steward`."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
