"""Products, their list, and the words that delete them all."""

from typing import Any

from marshmallow import Schema, fields, validate

from catalog.importer import DECLARED, NAME_LENGTH, PRICE, SKU_LENGTH, Field, Kind
from catalog.products import listing
from catalog.web.api.frame.fields import Body, Flag, Price, Text, cursor, limit, next_cursor


def _as_it_is(field: Field) -> fields.Field[Any]:
    """A field in answers."""
    if field.kind is Kind.PRICE:
        return Price(allow_none=True, metadata={"example": field.example})
    return fields.Boolean() if field.kind is Kind.YES_NO else fields.String()


def given(field: Field, *, required: bool = False) -> fields.Field[Any]:
    """A field in requests. What it may hold is said here, and judged by `products.fields`, which trims first."""
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
    """What begins with an id."""

    id = fields.Integer()


# Classes that are made while the program starts are Any for mypy.
_Fields: Any = _Numbered.from_dict({field.name: _as_it_is(field) for field in DECLARED})
_NewFields: Any = Body.from_dict({field.name: given(field, required=True) for field in DECLARED})
_GivenFields: Any = Body.from_dict({field.name: given(field) for field in DECLARED})


class Product(_Fields):
    """A product as it is."""

    attributes = fields.Dict(keys=fields.String())
    version = fields.Integer()
    change_set_id = fields.Integer(metadata={"description": "What changed it last."})
    created_at = fields.DateTime(format="iso")
    updated_at = fields.DateTime(format="iso")


class NewProduct(_NewFields):
    """A product to be made."""

    attributes = fields.Dict(keys=Text(), values=Text(), metadata={"example": {"colour": "green"}})


class ProductPatch(_GivenFields):
    """What is to change; an attribute that is null goes, those that are not named stay."""

    attributes = fields.Dict(keys=Text(), values=Text(allow_none=True))


class ProductFilter(Body):
    """What is looked for; all of it must hold."""

    q = Text(metadata={"description": "In SKU, name and description."})
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
    """What is taken out."""

    ids = Text(
        validate=validate.Regexp(
            "^[0-9]{1,18}(,[0-9]{1,18}){0,9999}$", error="Not numbers of products with commas between."
        ),
        metadata={"description": "Only products with these numbers: 7,12,31."},
    )


class ProductPage(Schema):
    """Some products."""

    products = fields.List(fields.Nested(Product))
    next_cursor = next_cursor()
    total = fields.Integer(metadata={"description": "In the whole catalog."})
    matches = fields.Integer(allow_none=True)
    exact = fields.Boolean(metadata={"description": "Whether matches was counted, not estimated."})


class Confirmation(Body):
    """The words that everything hangs on."""

    confirm = fields.String(required=True, validate=validate.OneOf(["delete all products"]))
