"""What can be done to products. For now: find them."""

import base64
import binascii
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from catalog.models import CatalogTotal, Product, db

PAGE = 50
LONGEST_QUERY = 200

_key: ColumnElement[str] = func.sku_key(Product.sku).collate("C")


@dataclass(frozen=True)
class Page:
    """One page of products in the order of their SKU; a cursor leads to the page after or before it."""

    products: list[Product]
    next_cursor: str | None
    previous_cursor: str | None
    total: int  # in the whole catalog

    @property
    def shown(self) -> int:
        """How many are on this page."""
        return len(self.products)


def search(
    q: str = "", active: bool | None = None, *, after: str = "", before: str = ""
) -> Page:
    """Products whose SKU, name or description holds every word of `q`, from a cursor on. A broken cursor is the start."""
    total = count()
    if not total:  # also spares a walk over all the rows of a first import that is not committed yet
        return Page([], None, None, 0)
    query = _matching(q, active)
    position = _position(before or after)
    backwards = bool(before) and position is not None
    if position is not None:
        query = query.where(_key < position if backwards else _key > position)
    found = list(
        db.session.scalars(
            query.order_by(_key.desc() if backwards else _key).limit(PAGE + 1)
        )
    )
    more = len(found) > PAGE
    products = found[:PAGE][::-1] if backwards else found[:PAGE]
    if backwards and not more:
        return search(q, active)  # at the beginning: a full first page
    has_next, has_previous = (True, more) if backwards else (more, position is not None)
    return Page(
        products,
        next_cursor=_cursor(products[-1]) if products and has_next else None,
        previous_cursor=_cursor(products[0]) if products and has_previous else None,
        total=total,
    )


def count() -> int:
    """How many products there are, without counting them."""
    return db.session.scalar(select(CatalogTotal.products)) or 0


def _matching(q: str, active: bool | None) -> Select[Product]:
    query = select(Product)
    for word in q.replace("\0", "")[:LONGEST_QUERY].split():
        fields = (Product.sku, Product.name, Product.description)
        query = query.where(
            or_(*(field.icontains(word, autoescape=True) for field in fields))
        )
    return query if active is None else query.where(Product.active == active)


def _cursor(product: Product) -> str:
    return base64.urlsafe_b64encode(product.sku.encode()).decode().rstrip("=")


def _position(cursor: str) -> ColumnElement[str] | None:
    """The place that a cursor stands for, None if it stands for none."""
    try:
        sku = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return func.sku_key(sku).collate("C") if sku and "\0" not in sku else None
