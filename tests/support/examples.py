"""How many examples a rule is tried on: few in `make test`, many in `make chaos`."""

import os
from collections.abc import Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

T = TypeVar("T")
IS_THOROUGH = bool(os.environ.get("THOROUGH"))


def examples(few: int, many: int) -> int:
    """A number for Hypothesis's `max_examples`."""
    return many if IS_THOROUGH else few


def some(values: Iterable[T], few: int) -> list[T | ParameterSet]:
    """Values for `parametrize`: the first `few` run in `make test`, all of them in `make chaos`."""
    return [value if n < few else pytest.param(value, marks=pytest.mark.long) for n, value in enumerate(values)]
