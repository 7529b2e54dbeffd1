"""Columns with similar names, which differ only by a language, a currency, a tax or a remark."""

from collections.abc import Callable

from catalog.importer.columns import aliases
from catalog.importer.opening.evidence.beginning import Beginning


def alike(beginning: Beginning, field: str, at: int, bare: Callable[[str], str]) -> list[int]:
    """The filled columns with the same `bare` name as the chosen one, which is included."""
    names = beginning.columns.names
    plain = bare(names[at])
    if aliases.key(names[at]) == aliases.key(plain) or aliases.rank_of(field, names[at]) is None:
        return [at]
    same = [one for one, name in enumerate(names) if bare(name) == plain and one not in beginning.claimed]
    return [one for one in same if (beginning.texts(one) != "").any()]
