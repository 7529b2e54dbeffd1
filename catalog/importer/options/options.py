"""The choices of an import. They are stored as JSON with the import, so that a retry uses the same ones."""

from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from catalog.importer.errors import Rejected
from catalog.importer.options.choice import Choice
from catalog.importer.options.declared import Declared


class Options(Declared):
    """The choices of one import, with methods to use them."""

    remembered: dict[str, Any] | None = None
    """What a template remembers of its file: see `remembered`. It is not a choice."""

    def keeps(self, *names: str) -> bool:
        """Whether a blank cell keeps the value, for a column with these names."""
        wanted = {name.casefold() for name in names}
        for name, does in self.blanks.items():
            if name.strip().casefold() in wanted:
                return does == "keep"
        return self.blank == "keep"

    def with_blanks(self, values: Iterable[str]) -> "Options":
        """The options with keep, clear or COLUMN=keep. Raises ValueError for other texts."""
        blank, blanks = self.blank, dict(self.blanks)
        for value in values:
            column, equals, does = value.rpartition("=")
            if does not in BLANKS or bool(equals) != bool(column.strip()):
                raise ValueError(f"{value!r} is not keep, clear or COLUMN=keep.")
            one: Literal["keep", "clear"] = "keep" if does == "keep" else "clear"
            if equals:
                blanks[column.strip()] = one
            else:
                blank = one
        return self.with_reading(blank=blank, blanks=blanks)

    def with_reading(self, **choices: Any) -> "Options":
        """The options with these choices instead of their own."""
        return self.model_copy(update=choices)

    def to_json(self) -> dict[str, Any]:
        """The options as they are stored."""
        return self.model_dump(warnings="none", exclude=None if self.remembered else {"remembered"})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Options":
        """The stored options; a choice that is new since has its default. Raises Rejected for one that is gone."""
        if unknown := stored.keys() - cls.model_fields.keys():
            raise Rejected(
                f"This was stored by a newer version of Catalog: the choice {min(unknown)!r} is unknown here."
            )
        return cls.model_construct(**stored)


def values(name: str) -> tuple[str, ...]:
    """The allowed values of a choice; empty: any value of its type."""
    kind = Options.model_fields[name].annotation
    return get_args(kind) if kind is not None and get_origin(kind) is Literal else ()


CHOICES = {
    name: choice
    for name, field in Options.model_fields.items()
    for choice in field.metadata
    if isinstance(choice, Choice)
}
"""Name -> its declaration, in order."""
MODES = values("mode")
BLANKS = ("keep", "clear")
MEMBERS = tuple(filter(None, values("members")))
MAPPING = tuple(name for name, choice in CHOICES.items() if choice.about == "columns")
"""The choices about columns."""
