"""The types of settings that Pydantic does not have."""

from typing import Annotated, Literal, TypeVar, get_args

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

One = TypeVar("One")


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Separated = Annotated[list[One], NoDecode, BeforeValidator(_split)]
"""Values in one text, with commas between them."""

Percentage = Annotated[int, Field(ge=0, le=100)]

Role = Literal["web", "worker", "steward", "webhooks"]
"""What a host can do."""

ROLES: tuple[Role, ...] = get_args(Role)
