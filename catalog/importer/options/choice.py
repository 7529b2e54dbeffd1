"""The description of one choice of an import. Commands, API, pages, JSON and docs are derived from it."""

from dataclasses import dataclass, field
from typing import NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12


@dataclass(frozen=True)
class Choice:
    """The description of one choice. Its type and default are in the model."""

    help: str
    """What it does, in plain English: for commands, the API and the docs."""
    flag: str = ""
    """The option of commands; `--active/--inactive` where there are two sides."""
    metavar: str = ""
    about: str = "rows"
    """rows: what is done with them; reading: of the file; columns: the mapping; asking: whether a person is asked."""
    default: str = ""
    """What happens if nothing is chosen, where the default does not say it by itself."""
    label: str = ""
    """What pages call it; empty: they have controls of their own for it, or none."""
    hint: str = ""
    words: dict[str, str] = field(default_factory=dict)
    """Value -> what pages call it. The values of a choice that is true or false are yes and no."""
    shape: str = ""
    """What its JSON looks like, for the error message about other JSON."""
    short: tuple[str, str, str] | None = None
    """Another option of commands: its name, the value that it chooses, what it does."""


@with_config(ConfigDict(extra="forbid"))
class Joined(TypedDict):
    """Columns by name or number whose texts are combined, by default with a space. Empty texts are omitted."""

    columns: list[str]
    separator: NotRequired[str]
