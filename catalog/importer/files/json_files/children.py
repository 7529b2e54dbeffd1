"""Records that name the one above them as their parent, as Shopify's bulk exports do: variants are rows with its keys.

`{"id": "gid://shopify/Product/1", "title": "Apron"}`, and below it `{"id": "gid://shopify/ProductVariant/5", "sku":
"AP-S", "__parentId": "gid://shopify/Product/1"}`. Other children, such as pictures, are not products: they count as
blank rows.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.importer.files.json_files.shapes import unfolded

PARENT, PARENTS, VARIANT = "__parentId", "gid://", "/ProductVariant/"


class Families:
    """Puts variants in a stream below their product, which waits for its first variant or the next product."""

    def __init__(self) -> None:
        self._parent: dict[str, Any] | None = None
        self._waits = False

    def joined(self, record: Any) -> Iterator[Any]:
        """The records to read for the next one: an object, or a pair of product and variant."""
        is_object = isinstance(record, dict)
        if is_object and isinstance(record.get(PARENT), str) and self._parent is not None:
            if VARIANT not in str(record.get("id")):
                yield {}
                return
            if record[PARENT] == self._parent["id"]:
                self._waits = False
                yield self._parent, record
                return
        yield from self.rest()
        if is_object and str(record.get("id")).startswith(PARENTS) and PARENT not in record:
            self._parent, self._waits = record, True
            return
        yield record

    def rest(self) -> Iterator[Any]:
        """The last product, if it has no variants."""
        if self._waits:
            self._waits = False
            yield self._parent


def joined(records: Iterable[Any]) -> Iterator[Any]:
    """All records of a document, each variant as a pair with its product."""
    families = Families()
    for record in records:
        for one in unfolded(record):
            yield from families.joined(one)
    yield from families.rest()
