"""What tests and the process use, loaded when it is first used: the process checks its settings before."""

from catalog.steward.clock import STEWARD_LOCK, tick, work

__all__ = ["STEWARD_LOCK", "tick", "work"]
