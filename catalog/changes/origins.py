"""Where each value of a product comes from: the change that set it last, by the one log that `history` reads."""

from dataclasses import dataclass

from catalog.changes import history
from catalog.changes.entries import ChangedProduct
from catalog.importer import FIELDS
from catalog.models import Product


@dataclass(frozen=True)
class Origin:
    """A field, or an attribute by its name, and the change that gave it its value; none: that is no longer known."""

    field: str
    is_attribute: bool
    changed: ChangedProduct | None


@dataclass(frozen=True)
class Story:
    """All that happened to a product, newest first, and where each of its values comes from."""

    changes: list[ChangedProduct]
    origins: list[Origin]


def of_product(product: Product) -> Story:
    """The story of a product."""
    changes = history.of_product(product)
    last: dict[tuple[str, bool], ChangedProduct] = {}
    for changed in changes:
        for step in changed.steps:
            last.setdefault((step.field, step.is_attribute), changed)
    first = changes[-1] if changes and changes[-1].action == "created" else None
    values = [(field, False) for field in FIELDS]
    values += [(key, True) for key in product.attributes]
    origins = [Origin(*value, last.get(value, first)) for value in values]
    return Story(changes, origins)
