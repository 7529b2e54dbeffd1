"""Webhooks: tell other systems what happened, so that no event is lost and receivers can verify the sender.

An event is written to the outbox in the transaction of the change (`record`, `record_changes`). A dispatcher makes a
delivery of it for every webhook endpoint that wants it and sends it, signed, with retries.
"""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
