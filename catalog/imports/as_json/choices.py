"""The options of an import as JSON."""

from typing import Any

from marshmallow import fields


class Choices(fields.Dict):
    """The choices, without what a template remembers of its file: hashes, which say nothing to people."""

    def _serialize(self, value: Any, *arguments: Any, **more: Any) -> Any:
        found = super()._serialize(value, *arguments, **more)  # type: ignore[no-untyped-call]  # marshmallow has no types here
        return found and {name: choice for name, choice in found.items() if name != "remembered"}
