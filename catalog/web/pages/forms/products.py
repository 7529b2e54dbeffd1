"""The form of a product."""

from wtforms import BooleanField, StringField, TextAreaField

from catalog.web.pages.forms.base import Form


class ProductForm(Form):
    """A product's own fields; `products` knows what may stand in them."""

    sku = StringField("SKU")
    name = StringField("Name")
    description = TextAreaField("Description")
    price = StringField("Price")
    active = BooleanField("Active")
