"""Webhooks: tell other systems what happened, so that no event is lost and receivers can verify the sender.

An event is written to the outbox in the transaction of the change (`record`, `record_changes`). A dispatcher makes a
delivery of it for every webhook endpoint that wants it and sends it, signed, again and again until it arrives.
"""

from catalog.webhooks.deliveries import prune
from catalog.webhooks.outbox import record, record_changes

__all__ = ["prune", "record", "record_changes"]
