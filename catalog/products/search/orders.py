"""The sort orders: the value, and the same as text, which sorts equally and can be used in a cursor."""

from dataclasses import dataclass
from typing import Any

from catalog.products.search.terms import FOLD


@dataclass(frozen=True)
class Order:
    """`value` is SQL over `product`; `text` makes text of a value, for COLLATE "C"."""

    value: str
    text: str = "{}"

    @property
    def key(self) -> str:
        """The value of a product as text."""
        return self.text.format(self.value)


SKU = Order('sku_key(product.sku) COLLATE "C"')
ORDERS = {
    "name": Order(FOLD.format("product.name")),
    # Products without a price sort before all prices.
    "price": Order(
        "coalesce(product.price, -1)",
        "CASE WHEN {0} < 0 THEN '' ELSE to_char({0}, 'FM000000000000.000000') END COLLATE \"C\"",
    ),
    "updated": Order("product.updated_at", "to_char({}, 'YYYYMMDDHH24MISSUS') COLLATE \"C\""),
}
"""Field -> its order, for all orders but that of the SKU. Times are in UTC, as every connection is."""

Key = tuple[str, int]
"""The place of a product in an order: its value as text, its id."""


@dataclass(frozen=True)
class Walk:
    """A position in an order: the order, the direction, and the product after which to continue."""

    field: str = "sku"
    descending: bool = False
    beyond: Key | None = None

    @property
    def key(self) -> str:
        """The SQL of a product's value in this order, as text."""
        return (SKU if self.field == "sku" else ORDERS[self.field]).key

    def is_beyond(self, key: Key) -> bool:
        """Whether this place is after the position of the walk."""
        if self.beyond is None:
            return True
        return key < self.beyond if self.descending else key > self.beyond

    def sql(self, value: str, identity: str) -> str:
        """The same in SQL."""
        if self.beyond is None:
            return "true"
        return f'({value}, {identity}) {"<" if self.descending else ">"} (%(beyond_value)s COLLATE "C", %(beyond_id)s)'

    def values(self) -> dict[str, Any]:
        """The parameters of `sql`."""
        value, identity = self.beyond or ("", 0)
        return {"beyond_value": value, "beyond_id": identity}

    @property
    def direction(self) -> str:
        """ASC or DESC."""
        return "DESC" if self.descending else "ASC"
