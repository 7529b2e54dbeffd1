"""The exports of shops are known by their headers, and what is no product in them is counted and said."""

import io
import json
from typing import Any

import pytest

from bench.door_files import more_shops, shops
from catalog.importer import Options
from catalog.importer.checks.rows import check
from catalog.importer.columns import recipes
from catalog.importer.opening.open import open_file

FIELDS = {"sku", "name", "description", "price", "active"}


def read(file: bytes, size: int = 4 * 1024**2, **options: Any) -> tuple[dict[str, str], int, int, dict[str, int]]:
    """SKU -> name; rejected rows, blank ones, and what was said about rows."""
    opened = open_file(io.BytesIO(file), Options(**options))
    names: dict[str, str] = {}
    rejected = blank = 0
    said: dict[str, int] = {}
    for chunk in opened.chunks(size):
        found = check(chunk, opened.columns)
        names |= dict(zip(found.frame["sku"], found.frame["name"], strict=True))
        rejected, blank = rejected + len(found.errors), blank + found.blank
        for doubt in chunk.doubts:
            said[doubt.code] = said.get(doubt.code, 0) + doubt.count
    return names, rejected, blank, said


def attributes(file: bytes) -> dict[str, dict[str, str]]:
    """SKU -> its attributes."""
    opened = open_file(io.BytesIO(file), Options())
    frames = [check(chunk, opened.columns).frame for chunk in opened.chunks()]
    return {
        sku: json.loads(text) for frame in frames for sku, text in zip(frame["sku"], frame["attributes"], strict=True)
    }


def test_every_recipe_can_be_read_and_names_fields() -> None:
    found = recipes._all()
    assert len(found) >= 15
    for recipe in found:
        assert recipe.known_by and {*recipe.columns} <= FIELDS, recipe.name
        assert not recipe.fill or recipe.group or recipe.starts, recipe.name


@pytest.mark.parametrize("size", [40, 200, 4 * 1024**2])
def test_variants_have_what_the_first_row_has_and_pictures_are_no_products(size: int) -> None:
    names, rejected, blank, said = read(shops.shopify().content, size)
    assert names == {"LI-S": "Linen tee", "LI-M": "Linen tee", "LI-L": "Linen tee"} | {
        f"WO-{one}": "Wool cap" for one in "SML"
    }
    assert (rejected, blank, said) == (0, 4, {"no_product_rows": 4})


@pytest.mark.parametrize("size", [60, 4 * 1024**2])
def test_store_views_are_left_out_below_their_product(size: int) -> None:
    names, rejected, blank, said = read(shops.magento_2().content, size)
    assert names == {"M-1": "Garden chair", "M-2": "Bench"}
    assert (rejected, blank, said) == (0, 2, {"view_rows": 2})


def test_a_store_view_without_its_product_is_kept() -> None:
    header = "sku,store_view_code,attribute_set_code,product_type,name"
    names, *_ = read(f"{header}\nM-1,de,Default,simple,Stuhl\nM-2,de,Default,simple,Bank\n".encode())
    assert names == {"M-1": "Stuhl", "M-2": "Bank"}


def test_rules_are_no_products() -> None:
    names, rejected, _, said = read(more_shops.bigcommerce().content)
    assert {*names} == {"FL", "FL-M", "SC"} and (rejected, said) == (0, {"no_product_rows": 1})


def test_a_choice_overrules_the_recipe() -> None:
    names, *_ = read(shops.prestashop().content, columns={"sku": "Product ID"})
    assert {*names} == {"1", "2", "3"}


def test_a_recipe_knows_a_column_with_a_remark_behind_its_name() -> None:
    file = shops.shopify().content.replace(b"Title,", b"Title (new),", 1)
    assert read(file)[:3] == read(shops.shopify().content)[:3]


SQUARESPACE = (
    "Product ID [Non Editable],Variant ID [Non Editable],Title,SKU,Price,Visible\n"
    "p1,v1,Lamp,SQ1,20.00,Yes\n,v2,,SQ2,21.00,\np2,v3,Desk,SQ3,90.00,No\n,v4,,SQ4,91.00,\n"
)
ECWID = (
    "type,product_internal_id,product_sku,product_name,product_price,product_variation_sku,product_variation_price\n"
    "product,1,E1,Tee,12.50,,\nproduct_variation,1,,,,E1-S,12.50\nproduct_variation,1,,,,E1-M,13.50\nproduct,2,E2,Desk,99,,\n"
)
RAKUTEN = (
    "商品管理番号（商品URL）,商品番号,商品名,通常購入販売価格,SKU管理番号\n"
    "lamp,L1,ランプ,,\nlamp,,,1980,lamp-r\nlamp,,,2180,lamp-b\n"
)


@pytest.mark.parametrize("size", [60, 4 * 1024**2])
@pytest.mark.parametrize(
    "file, wanted, blank",
    [
        (SQUARESPACE, {"SQ1": "Lamp", "SQ2": "Lamp", "SQ3": "Desk", "SQ4": "Desk"}, 0),
        (ECWID, {"E1": "Tee", "E1-S": "Tee", "E1-M": "Tee", "E2": "Desk"}, 0),
        (RAKUTEN, {"lamp-r": "ランプ", "lamp-b": "ランプ"}, 1),
    ],
)
def test_rows_below_a_product_get_what_it_has(file: str, wanted: dict[str, str], blank: int, size: int) -> None:
    names, rejected, blanks, _ = read(file.encode(), size)
    assert (names, rejected, blanks) == (wanted, 0, blank)


def test_of_several_columns_the_first_with_something_in_it_counts() -> None:
    header = "product_id,model,sku,manufacturer,name,price\n"
    assert read(f"{header}40,M-1,,Norda,Tap,5\n41,M-2,,Norda,Pipe,6\n".encode())[0] == {"M-1": "Tap", "M-2": "Pipe"}
    assert read(f"{header}40,M-1,S-1,Norda,Tap,5\n41,M-2,S-2,Norda,Pipe,6\n".encode())[0] == {
        "S-1": "Tap",
        "S-2": "Pipe",
    }


WIX = """handleId,fieldType,name,sku,price,surcharge,visible,productOptionName1,productOptionDescription1
p1,Product,Candle,,19.0,,true,Scent,Rose;Oak
p1,Variant,,C-R,,0.0,true,,Rose
p1,Variant,,C-O,,2.5,true,,Oak
p2,Product,Bowl,B-1,35.0,,true,,
p3,Product,Cup,,5.0,,true,,
"""


def test_a_variant_costs_what_its_product_does_and_more() -> None:
    opened = open_file(io.BytesIO(WIX.encode()), Options())
    (chunk,) = opened.chunks()
    found = check(chunk, opened.columns)
    prices = dict(zip(found.frame["sku"], found.frame["price"], strict=True))
    assert prices == {"C-R": "19.0", "C-O": "21.5", "B-1": "35.0"}
    assert [error.line for error in found.errors] == [6]  # without a SKU and without variants


def test_paths_of_attributes_are_names() -> None:
    labels = "SKU\tTyp\tProduktname\tIhr Preis EUR"
    paths = (
        "contribution_sku#1.value\tproduct_type#1.value\titem_name[marketplace_id=A1][language_tag=de_DE]#1.value\t"
        "purchasable_offer[marketplace_id=A1]#1.our_price#1.schedule#1.value_with_tax"
    )
    text = f"{labels}\n{paths}\nK-1\tKNIFE\tMesser\t39,90\nK-2\tKNIFE\tBrett\t12,50\n"
    names, rejected, *_ = read(text.encode())
    assert (names, rejected) == ({"K-1": "Messer", "K-2": "Brett"}, 0)
