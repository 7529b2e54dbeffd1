"""How many examples a law is tried on: few in `make test`, many in `make chaos`."""

import os

IS_THOROUGH = bool(os.environ.get("THOROUGH"))


def examples(few: int, many: int) -> int:
    """A number for Hypothesis's `max_examples`."""
    return many if IS_THOROUGH else few
