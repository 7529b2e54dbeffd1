"""What exports of shops and offices have in common: each test is a kind of header that was read wrong or asked about."""

from io import BytesIO

import pytest

from catalog import importer
from catalog.importer.opening.open import open_file
from catalog.importer.options.options import Options
from catalog.importer.questions import Unanswered


def columns(file: str) -> dict[str, str]:
    """Field -> the name of its column."""
    return open_file(BytesIO(file.encode()), Options()).columns.called()


@pytest.mark.parametrize(
    ("file", "field", "name"),
    [
        # the seller's own number goes before the marketplace's SKU
        ("Hepsiburada SKU,Satıcı Stok Kodu,Ürün Adı\nHB1,A-1,Bardak\nHB2,A-2,Tabak\n", "sku", "Satıcı Stok Kodu"),
        # a product ID that only numbers the rows is not the code
        ("Product ID,Code,Name\n1,ER-7,Cup\n2,ER-9,Bowl\n", "sku", "Code"),
        # a recommended price is not taken beside the selling price
        (
            "sku,name,Aktionspreis,Listpreis Kunde,UVP\nA,x,1.00,4.00,5.00\nB,y,2.00,6.00,7.00\n",
            "price",
            "Listpreis Kunde",
        ),
        # purchase prices of all languages are no second price
        (
            "Artikelnummer,Benämning,Försäljningspris,Inköpspris\nA,x,12.50,7.00\nB,y,3.20,2.00\n",
            "price",
            "Försäljningspris",
        ),
        ("Varenr.,Navn,Salgspris,Kostpris\nA,x,12.50,7.00\nB,y,3.20,2.00\n", "price", "Salgspris"),
        # money in a column without a known name, beside a purchase price
        ("SKU,Item Name,Rate,Purchase Rate\nA,x,INR 85.00,INR 50.00\nB,y,INR 12.00,INR 7.00\n", "price", "Rate"),
        # before the discount is not an old price
        (
            "Артикул,Наименование,Розничная цена (до скидки)\nA,Плед,1990\nB,Ковёр,2690\n",
            "price",
            "Розничная цена (до скидки)",
        ),
        # letters with hamza or without
        ("sku,أسم المنتج,الوصف\nA,قهوة عربية,محمصة طازجة\nB,دلة نحاس,صناعة يدوية\n", "name", "أسم المنتج"),
        # a number right behind a name
        (
            "Artikelnummer,Matchcode,Bezeichnung1\nA,SCHRAUBE M,Schraube lang\nB,MUTTER M,Mutter kurz\n",
            "name",
            "Bezeichnung1",
        ),
        # codes beside a description are no names
        (
            "STOCK_CODE,DESCRIPTION,SUPPLIER_PART_NUMBER\nB1,Notebook red,AC-11\nB2,Notebook blue,AC-12\n",
            "name",
            "DESCRIPTION",
        ),
    ],
)
def test_a_column_is_found(file: str, field: str, name: str) -> None:
    assert columns(file)[field] == name


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("listing_id,ean,title\nKL-1,4055000000012,Drill\nKL-2,4055000000029,Bits\n", "sku"),
        ("UniqueID,MPN,Name\nSK-1,KF-100,Mill\nSK-2,VR-17,Kettle\n", "sku"),
        ("Item Code,Name,Rate\nT1,Fan,2150.00\nT2,Lamp,1499.00\n", "price"),
    ],
)
def test_what_is_not_clear_is_asked(file: str, field: str) -> None:
    with pytest.raises(Unanswered) as asked:
        columns(file)
    assert [one.field for one in asked.value.questions] == [field]


def test_a_second_header_below_technical_names_is_no_row() -> None:
    file = (
        "et_title_product_name,et_title_variation_sku,et_title_variation_price\nProduct Name,SKU,Price\nBag,A-1,12.90\n"
    )
    opened = open_file(BytesIO(file.encode()), Options())
    assert (opened.understood.skip, opened.columns.fields) == (1, {"sku": 1, "name": 0, "price": 2})


def test_a_title_above_unknown_names_is_no_header() -> None:
    file = "LISTINO 2026;;;\nValido dal 1/2;;;\n;;;\nKennung;Was;Wo;Farbe\nA-1;Lampe hell;B;rot\nA-2;Stuhl alt;C;blau\n"
    found = importer.look(BytesIO(file.encode()), Options())
    assert (found.names, {one.field for one in found.questions}) == (["Kennung", "Was", "Wo", "Farbe"], {"sku", "name"})


def test_variants_of_tiendanube_have_the_name_of_their_first_row() -> None:
    file = "Identificador de URL;Nombre;Nombre de propiedad 1;Precio;SKU\nremera;Remera lisa;Talle;1.50;S\nremera;;;1.50;M\n"
    (chunk,) = open_file(BytesIO(file.encode()), Options()).chunks()
    assert chunk.frame["1"].tolist() == ["Remera lisa", "Remera lisa"]
