"""Edit one product by hand: create, update, delete. Each is one transaction and one change set.

If two users edit the same version of a product, the second save fails. `bulk` changes many, `listing` finds them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from psycopg2.errors import CheckViolation, UniqueViolation
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json
from psycopg2.sql import SQL, Placeholder
from sqlalchemy import func, select

from catalog import webhooks
from catalog.changes import change_log
from catalog.importer import COLUMNS, DECLARED, Kind, each
from catalog.models import CatalogTotal, Product, db
from catalog.people import Actor, audit
from catalog.products import validation

LARGEST_ID = 2**63 - 1

INSERT = SQL("""
INSERT INTO products ({columns}, created_change_set_id, change_set_id)
VALUES ({values}, %(change_set_id)s, %(change_set_id)s)
RETURNING id
""").format(columns=each("{field}"), values=SQL(", ").join(map(Placeholder, COLUMNS)))
UPDATE = SQL("""
UPDATE products SET
    ({columns}) = ROW ({values}), version = version + 1, updated_at = now(),
    change_set_id = %(change_set_id)s, source_line = NULL
WHERE id = %(id)s
""").format(columns=each("{field}"), values=SQL(", ").join(map(Placeholder, COLUMNS)))
BLANK: dict[str, Any] = {field.name: field.kind is Kind.YES_NO or "" for field in DECLARED} | {"attributes": []}
"""What a new product begins with, as a form has it."""


class Invalid(Exception):
    """Invalid values of a product: `errors` is field -> message."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


class Gone(Exception):
    """There is no such product, or it was deleted."""


class Stale(Exception):
    """Another user saved the product in the meantime; `current` is the product now."""

    def __init__(self, current: Product) -> None:
        self.current = current
        super().__init__(f"The product now has version {current.version}.")


class SkuTaken(Exception):
    """Another product has this SKU, ignoring case; `other` is None if it was just deleted."""

    def __init__(self, other: Product | None) -> None:
        self.other = other
        super().__init__("The SKU is already used: upper and lower case make no difference.")


def get(product_id: int) -> Product | None:
    """The product as it is now."""
    if not 0 < product_id <= LARGEST_ID:
        return None
    return db.session.get(Product, product_id, populate_existing=True)


def found(product_id: int) -> Product:
    """The product as it is now. Raises Gone."""
    product = get(product_id)
    if product is None:
        raise Gone
    return product


def by_sku(sku: str) -> Product | None:
    """The product with this SKU, in whatever case."""
    if "\0" in sku:  # texts in the database have no NUL
        return None
    key = func.sku_key(Product.sku).collate("C")
    return db.session.scalar(select(Product).where(key == func.sku_key(sku).collate("C")))


def is_same_sku(sku: str, other: str) -> bool:
    """Whether two texts are one SKU to the database."""
    return sku == other or bool(db.session.scalar(select(func.sku_key(sku) == func.sku_key(other))))


def taken(sku: object, product: Product | None = None) -> SkuTaken | None:
    """The error if a SKU belongs to another product; None if it is free."""
    other = by_sku(str(sku).replace("\0", "").strip())
    is_taken = other is not None and (product is None or other.id != product.id)
    return SkuTaken(other) if is_taken else None


def count() -> int:
    """How many products there are, without counting them."""
    return db.session.scalar(select(CatalogTotal.products)) or 0


def create(actor: Actor, given: Mapping[str, Any]) -> Product:
    """A new product; what is not given is empty. Raises Invalid, SkuTaken, change_log.Busy."""
    values = _clean(BLANK | dict(given), {})
    with _transaction(values) as cursor:
        change_log.shared(cursor)
        change_set_id = change_log.open(cursor, "create", actor.source, actor.user_id)
        cursor.execute(INSERT, _stored(values, change_set_id))
        (product_id,) = cursor.fetchone()
        change_log.close(cursor, change_set_id, created=1)
        _tell(cursor, "product.created", product_id, 1, values)
        audit.write(actor, "product created", f"product {product_id}, {values['sku']}", db.session)
    return _present(product_id)


def update(actor: Actor, product_id: int, version: int, given: Mapping[str, Any]) -> Product:
    """Change the fields that are given, if the product still has this version; without a difference nothing is written.

    Raises Gone, Stale, Invalid, SkuTaken, change_log.Busy.
    """
    values: dict[str, Any] = {}
    with _transaction(values) as cursor:
        change_log.shared(cursor)
        before = _locked(product_id, version)
        typed = given if actor.source != "page" else validation.as_typed(given, before)
        values |= _after(before, typed)
        changed = [n for n in COLUMNS if not _same(values[n], before[n])]
        if changed:
            change_set_id = change_log.open(cursor, "edit", actor.source, actor.user_id)
            here = {"id": product_id}
            change_log.log_updated(cursor, change_set_id, changed, "id = %(id)s", here)
            cursor.execute(UPDATE, _stored(values, change_set_id) | here)
            change_log.close(cursor, change_set_id, updated=1)
            old_and_new = {name: {"old": before[name], "new": values[name]} for name in changed}
            _tell(cursor, "product.updated", product_id, version + 1, values, changes=old_and_new)
            subject = f"product {product_id}, {values['sku']}: {', '.join(changed)}"
            audit.write(actor, "product changed", subject, db.session)
    return _present(product_id)


def delete(actor: Actor, product_id: int, version: int) -> int:
    """Delete a product, if it still has this version; returns the change set. Raises Gone, Stale, change_log.Busy."""
    with change_log.transaction() as cursor:
        change_log.shared(cursor)
        before = _locked(product_id, version)
        change_set_id = change_log.open(cursor, "delete", actor.source, actor.user_id)
        here = {"id": product_id}
        change_log.log_deleted(cursor, change_set_id, "id = %(id)s", here)
        cursor.execute("DELETE FROM products WHERE id = %(id)s", here)
        change_log.close(cursor, change_set_id, deleted=1)
        _tell(cursor, "product.deleted", product_id, version, before)
        audit.write(actor, "product deleted", f"product {product_id}, {before['sku']}", db.session)
    return change_set_id


def copy_of(product: Product) -> dict[str, Any]:
    """The values for a duplicate of a product: all except the SKU."""
    values = {name: getattr(product, name) for name in COLUMNS}
    texts = list(validation.in_form(product.attributes).items())
    price = "" if product.price is None else f"{product.price:f}"
    return values | {"sku": "", "price": price, "attributes": texts}


def _clean(given: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as they are stored, with the existing attributes. Raises Invalid with all errors."""
    values, errors = validation.clean(given)
    if "attributes" in values:
        try:
            values["attributes"] = validation.merged(values["attributes"], attributes)
        except validation.Wrong as wrong:
            errors["attributes"] = str(wrong)
    if errors:
        raise Invalid(errors)
    return values


def _after(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """All values after an edit; a SKU or name that was there before stays. Raises Invalid."""
    same = {name: before[name] for name in ("sku", "name") if given.get(name) == before[name]}
    other = {name: given[name] for name in given if name not in same}
    return dict(before) | _clean(other, before["attributes"]) | same


def _locked(product_id: int, version: int) -> dict[str, Any]:
    """The product's fields, locked for others. Raises Gone, Stale."""
    if not 0 < product_id <= LARGEST_ID:
        raise Gone
    row = db.session.get(Product, product_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Gone
    db.session.expunge(row)
    if row.version != version:
        raise Stale(row)
    return {name: getattr(row, name) for name in COLUMNS}


def _tell(cursor: Cursor, event: str, product_id: int, version: int, values: Mapping[str, Any], **more: Any) -> None:
    """Write the event for webhooks, in the transaction of the change."""
    product = {name: values[name] for name in COLUMNS}
    webhooks.record(cursor, event, {"id": product_id, "version": version} | product | more)


def _same(value: Any, other: Any) -> bool:
    """Whether nothing changed; 1.5 and 1.50 are different prices as text."""
    if isinstance(value, Decimal) and isinstance(other, Decimal):
        return value.as_tuple() == other.as_tuple()
    return bool(value == other)


def _stored(values: Mapping[str, Any], change_set_id: int) -> dict[str, Any]:
    attributes = Json(values["attributes"])
    return dict(values) | {"attributes": attributes, "change_set_id": change_set_id}


@contextmanager
def _transaction(values: Mapping[str, Any]) -> Iterator[Any]:
    """change_log.transaction(), in which the database has the last word about the SKU in `values`."""
    try:
        with change_log.transaction() as cursor:
            yield cursor
    except UniqueViolation:
        raise SkuTaken(by_sku(values["sku"])) from None
    except CheckViolation:  # Unicode that only the database detects
        raise Invalid({"sku": "This SKU has characters that can't be stored. Type it again."}) from None


def _present(product_id: int) -> Product:
    """The product just written. Raises Gone if it was deleted since."""
    product = get(product_id)
    if product is None:
        raise Gone
    return product
