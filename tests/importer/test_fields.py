"""The fields of a product stand in one place, and all lists of them follow it."""

import re
from pathlib import Path

import pytest

from catalog.importer.options.options import Options
from catalog.importer.ranges.copying import COLUMN_TYPES
from catalog.importer.values.fields import COLUMNS, DECLARED, FIELDS, each
from catalog.models import Product, ProductChange
from catalog.products import editing, validation
from catalog.products.bulk import jobs, tasks
from catalog.web.api.products import bulk_schemas, product_schemas
from catalog.web.pages.forms.imports import UploadForm
from catalog.web.pages.forms.products import ProductForm
from catalog.webhooks import events

ROOT = Path(__file__).resolve().parent.parent.parent
LISTED = re.compile(r"\bdescription\b\W{1,12}\bprice\b\W{1,12}\bactive\b")
CODE = [*(ROOT / "catalog").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]


def test_no_other_file_lists_the_fields() -> None:
    assert not [str(path.relative_to(ROOT)) for path in CODE if LISTED.search(path.read_text())]


@pytest.mark.parametrize("table", [Product, ProductChange])
def test_tables_have_the_columns_that_are_declared(table: type) -> None:
    types = {column.name: str(column.type.compile()).lower() for column in table.__table__.columns}
    assert {*COLUMNS} <= {*types}
    here = {"varchar": "text"}
    for field in DECLARED:
        assert here.get(types[field.name], types[field.name]) == field.column_type


def test_every_place_knows_every_field() -> None:
    settable = {field.name for field in DECLARED if field.can_be_set}
    assert {*COLUMN_TYPES} == {"row", "line", *COLUMNS}
    assert {*validation.CLEANERS} == {*editing.BLANK} == {*COLUMNS}
    assert {*jobs.SETTABLE} - {"attribute"} == settable and settable <= {*tasks.SETTERS}
    for schema in (product_schemas.Product, product_schemas.NewProduct, product_schemas.ProductPatch):
        assert {*COLUMNS} <= {*schema._declared_fields}
    assert {*bulk_schemas.BulkValues._declared_fields} == {"attribute", *settable}
    assert all(hasattr(ProductForm, name) and hasattr(UploadForm, f"map_{name}") for name in FIELDS)
    sample = events.TYPES["product.created"].sample
    assert {*COLUMNS} <= {*sample} and Options().columns == {}


def test_a_piece_of_sql_is_repeated_for_every_column() -> None:
    composed = each("{old} = {field}", ["sku", "price"], joiner=" AND ")
    assert "".join(str(part) for part in composed.seq).count("old_") == 2
