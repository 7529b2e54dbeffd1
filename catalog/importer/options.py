"""What a person chooses for an import. It travels as JSON in the import's row, so that a retry means the same."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Options:
    """The choices of one import; each default is what most files want."""

    mode: Literal["upsert", "create", "update", "delete"] = (
        "upsert"  # what rows may do: all, only new, only known, or remove
    )
    active: bool = True  # what a new product gets when the file does not say
    blank: Literal["clear", "keep"] = (
        "clear"  # what an empty cell does to a product that exists
    )
    extra: Literal["keep", "drop"] = (
        "keep"  # columns without a field: kept as attributes, or dropped
    )
    delimiter: str = ""  # empty: recognised by the header
    columns: dict[str, str] = field(
        default_factory=dict
    )  # field -> column, where the names differ

    def to_json(self) -> dict[str, Any]:
        """The options as they are stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Options":
        """The options as they were stored; a choice that did not exist then has its default."""
        return cls(**stored)
