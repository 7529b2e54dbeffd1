"""The form of a product."""

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from catalog.importer import DECLARED, SKU_LENGTH, Field, Kind
from catalog.web.pages.forms.base import Form

INPUTS: dict[Kind, dict[str, Any]] = {
    Kind.SKU: {"spellcheck": "false", "maxlength": SKU_LENGTH},
    Kind.PRICE: {"inputmode": "decimal"},
}


class ProductForm(Form):
    """The fields of a product, in order. `products.validation` has the rules for their values."""


def _control(field: Field) -> BooleanField | StringField:
    if field.kind is Kind.YES_NO:
        return BooleanField(field.label)
    if field.has_lines:
        return TextAreaField(field.label, render_kw={"rows": 6})
    attributes = {"autocomplete": "off"} | INPUTS.get(field.kind, {})
    return StringField(field.label, render_kw=attributes)


for _field in DECLARED:
    setattr(ProductForm, _field.name, _control(_field))
