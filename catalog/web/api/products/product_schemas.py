"""Products, their list, and the confirmation to delete all."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.importer import DECLARED, NAME_LENGTH, PRICE, SKU_LENGTH, Field, Kind
from catalog.products import listing
from catalog.web.api.frame.schema_fields import Body, Flag, Price, Text, cursor, limit, next_cursor


def _as_it_is(field: Field) -> fields.Field[Any]:
    """A field in responses."""
    if field.kind is Kind.PRICE:
        return Price(allow_none=True, metadata={"example": field.example})
    return fields.Boolean() if field.kind is Kind.YES_NO else fields.String()


def given(field: Field, *, required: bool = False) -> fields.Field[Any]:
    """A field in requests. Its limits are documented here and checked by `products.validation`, which trims first."""
    if field.kind is Kind.PRICE:
        rule = {"description": "A plain number as text.", "pattern": rf"^({PRICE})?$", "example": field.example}
        return Text(allow_none=True, metadata=rule)
    if field.kind is Kind.YES_NO:
        return Flag()
    longest = {Kind.SKU: SKU_LENGTH, Kind.NAME: NAME_LENGTH}.get(field.kind)
    if longest is None:
        return Text()
    return Text(required=required, metadata={"minLength": 1, "maxLength": longest, "example": field.example})


class _Numbered(Schema):
    """Base of schemas that start with an id."""

    id = fields.Integer()


# mypy knows classes that are made at run time only as Any.
_Fields: Any = _Numbered.from_dict({field.name: _as_it_is(field) for field in DECLARED})
_NewFields: Any = Body.from_dict({field.name: given(field, required=True) for field in DECLARED})
_GivenFields: Any = Body.from_dict({field.name: given(field) for field in DECLARED})


class Product(_Fields):
    """A product."""

    attributes = fields.Dict(keys=fields.String())
    version = fields.Integer()
    change_set_id = fields.Integer(metadata={"description": "The change that changed the product last."})
    created_at = fields.DateTime(format="iso")
    updated_at = fields.DateTime(format="iso")


class NewProduct(_NewFields):
    """A product to create."""

    attributes = fields.Dict(keys=Text(), values=Text(), metadata={"example": {"colour": "green"}})


class ProductPatch(_GivenFields):
    """Changes to a product. An attribute that is null is removed; attributes that are not named stay."""

    attributes = fields.Dict(keys=Text(), values=Text(allow_none=True))


class ProductFilter(Body):
    """Conditions; a product must match all of them."""

    q = Text(metadata={"description": "Text in SKU, name or description."})
    sku = Text()
    name = Text()
    description = Text()
    active = fields.String(validate=validate.OneOf(list(listing.ACTIVE)))


class ProductQuery(ProductFilter):
    """A page of the list."""

    cursor = cursor("^[A-Za-z0-9_=-]{0,4000}$")
    limit = limit()
    sort = fields.String(load_default="sku", validate=validate.OneOf(listing.SORTS))


class ExportQuery(ProductFilter):
    """The products to export."""

    ids = Text(
        validate=validate.Regexp("^[0-9]{1,18}(,[0-9]{1,18}){0,9999}$", error="Not product ids separated by commas."),
        metadata={"description": "Only products with these ids, such as 7,12,31."},
    )


class ProductPage(Schema):
    """Some products."""

    products = fields.List(fields.Nested(Product))
    next_cursor = next_cursor()
    total = fields.Integer(metadata={"description": "Products in the whole catalog."})
    matches = fields.Integer(allow_none=True)
    exact = fields.Boolean(metadata={"description": "Whether `matches` is exact or an estimate."})


class Confirmation(Body):
    """The words that confirm the deletion of all products."""

    confirm = fields.String(required=True, validate=validate.OneOf(["delete all products"]))
