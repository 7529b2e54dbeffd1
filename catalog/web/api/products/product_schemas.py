"""Products, their list, and the words that delete them all."""

from marshmallow import Schema, fields, validate

from catalog.importer.checks.rows import NAME_LENGTH, SKU_LENGTH
from catalog.importer.values.numbers import PRICE
from catalog.products import listing
from catalog.web.api.frame.fields import Body, Flag, Price, Text, cursor, limit, next_cursor


class Product(Schema):
    """A product as it is."""

    id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    description = fields.String()
    price = Price(allow_none=True, metadata={"example": "6.90"})
    active = fields.Boolean()
    attributes = fields.Dict(keys=fields.String())
    version = fields.Integer()
    change_set_id = fields.Integer(metadata={"description": "What changed it last."})
    created_at = fields.DateTime(format="iso")
    updated_at = fields.DateTime(format="iso")


# Said here, judged by `fields`, which trims first.
_SKU = {"minLength": 1, "maxLength": SKU_LENGTH, "example": "TEA-001"}
_NAME = {"minLength": 1, "maxLength": NAME_LENGTH, "example": "Green tea, 100 g"}
PRICE_TEXT = {"description": "A plain number as text.", "pattern": rf"^({PRICE})?$", "example": "6.90"}


class NewProduct(Body):
    """A product to be made."""

    sku = Text(required=True, metadata=_SKU)
    name = Text(required=True, metadata=_NAME)
    description = Text()
    price = Text(allow_none=True, metadata=PRICE_TEXT)
    active = Flag()
    attributes = fields.Dict(keys=Text(), values=Text(), metadata={"example": {"colour": "green"}})


class ProductPatch(Body):
    """What is to change; an attribute that is null goes, those that are not named stay."""

    sku = Text(metadata=_SKU)
    name = Text(metadata=_NAME)
    description = Text()
    price = Text(allow_none=True, metadata=PRICE_TEXT)
    active = Flag()
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
