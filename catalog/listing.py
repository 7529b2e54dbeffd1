"""Find products: what a filter means, a page of the list, how many match, all of them as a stream."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LONGEST = 200  # characters of a filter that are looked for

TEXTS = ("q", "sku", "name", "description")
ACTIVE = {"true": True, "false": False}


@dataclass(frozen=True)
class Filter:
    """What is asked for; `q` is looked for in all three texts, the others in theirs. All of it must hold."""

    q: str = ""
    sku: str = ""
    name: str = ""
    description: str = ""
    active: bool | None = None
    change_set: int | None = None  # changed in it: an import, an edit, a bulk job

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> "Filter":
        """From what a URL or a stored selection says; what makes no sense there is not asked for."""
        texts = {
            name: str(arguments.get(name) or "").replace("\0", "")[:LONGEST].strip()
            for name in TEXTS
        }
        change_set = str(arguments.get("change_set") or "")
        plain = change_set.isascii() and change_set.isdecimal() and len(change_set) < 10
        return cls(
            **texts,
            active=ACTIVE.get(str(arguments.get("active")).lower()),
            change_set=int(change_set) if plain else None,
        )

    def arguments(self) -> dict[str, str]:
        """As a URL or a stored selection says it; only what is asked for."""
        given = {
            name: value
            for name, value in asdict(self).items()
            if value or value is False
        }
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in given.items()
        }
