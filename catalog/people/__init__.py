"""Who may do what: users, sessions, passwords, second factors, tokens, the throttle and the audit log.

An `Actor` is the first argument of every service that changes something, so the room itself offers it.
"""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
