"""What other rooms use, each loaded when it is first used."""

from catalog.webhooks.deliveries import prune
from catalog.webhooks.outbox import record, record_changes

__all__ = ["prune", "record", "record_changes"]
