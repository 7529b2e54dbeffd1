"""The result of one check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The result of one check. `advice` says what to do if it failed."""

    fine: bool
    what: str
    advice: str = ""
