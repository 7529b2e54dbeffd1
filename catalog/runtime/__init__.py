"""What every process uses: settings, logs, secrets, storage, connections. It knows no products and no imports."""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
