"""The choices of an import in JSON, for requests without a file."""

from catalog.web.api.frame.schema_fields import Body, Choices
from catalog.web.api.imports.schemas.choices import in_json


class Again(Choices):
    """Other choices for a stored file. Choices that are not given stay as they were, or as in the template."""

    class Meta(Choices.Meta):
        include = in_json("reading")


class Rules(Body):
    """How a file is read, and what its rows may do."""

    class Meta(Body.Meta):
        include = in_json("rows", "reading")
