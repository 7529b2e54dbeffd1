"""The fields of a product, by the names that files, forms and exports use."""

from catalog.importer.values.formulas import KEPT, MARK, REST

FIELDS = ("sku", "name", "description", "price", "active")


def is_reserved(name: str) -> bool:
    """Whether no attribute may be called so: the export would have two columns of one name, and could not come back."""
    return name.strip().casefold() in (*FIELDS, MARK, KEPT, REST)
