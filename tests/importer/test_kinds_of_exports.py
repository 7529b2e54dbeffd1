"""What exports of shops and offices have in common: each test is a kind of header once read wrong or asked about."""

from io import BytesIO

import pytest

from catalog import importer
from catalog.importer.errors import Rejected
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
        # a code that a shop is weakly named for goes before a barcode, whatever accents its name has
        ("Kód,EAN,Název\nHR1,8590000000018,Hrnek\nTL1,8590000000025,Talíř\n", "sku", "Kód"),
        ("Cód. Interno,Cód. Barras,Produto\n01,7890000000314,Café\n02,7890000000321,Açúcar\n", "sku", "Cód. Interno"),
        # a name without the accents and strokes of its letters
        ("STOKKODU,BARKOD,URUNADI\nTX1,8690000000111,Keten\nTX2,8690000000128,Havlu\n", "name", "URUNADI"),
        # "Name" has codes, and another name is known
        ("Name,Display Name,Description\nNS-1,Desk lamp,LED\nNS-2,Floor lamp,LED\n", "name", "Display Name"),
        ("Name,Display Name,Description\nNS-1,Desk lamp,LED\nNS-2,Floor lamp,LED\n", "description", "Description"),
        # the title of a variant is a remark beside that of the product
        ("sku,product_title,variant_title\nA,Wool socks,Small\nB,Wool cap,Large\n", "name", "product_title"),
        ("sku,variant_title,product_title\nA,Small size,Wool socks\nB,Large size,Wool cap\n", "name", "product_title"),
        # the language in quotes behind a name in brackets
        (
            "[CODE];[TITLE] „cs“;[ORIGINAL_PRICE];[PRICE]\nA;Konvice;9,50;7,50\nB;Sítko;3,20;2,20\n",
            "name",
            "[TITLE] „cs“",
        ),
        # the tax in a price, in any language
        ("Kodas;Pavadinimas;Kaina su PVM\nA;Žvakė;4,50\nB;Šaukštas;2,90\n", "price", "Kaina su PVM"),
        ("Varenummer;Varenavn;Utsalgspris inkl. mva\nA;Kopp;149,00\nB;Kniv;99,00\n", "price", "Utsalgspris inkl. mva"),
        # prices of suppliers, for dealers, and the least that a shop may take are no second price
        (
            "sku;Nome;Preço venda em reais;Preço de custo\nA;Cesto;9.50;4.00\nB;Vaso;12.90;5.00\n",
            "price",
            "Preço venda em reais",
        ),
        ("sku,name,P. Venta,P. Mayoreo\nA,Comal,$165.00,$150.00\nB,Olla,$95.00,$80.00\n", "price", "P. Venta"),
        (
            "sku,name,Default Sell Price,Minimum Sell Price\nA,x,9.90,8.00\nB,y,7.50,6.00\n",
            "price",
            "Default Sell Price",
        ),
        (
            "sku,name,PL_Giá bán lẻ,PL_Giá bán buôn,PL_Giá nhập\nA,x,185000,160000,90000\nB,y,32000,28000,15000\n",
            "price",
            "PL_Giá bán lẻ",
        ),
        ("sku,name,MRP,Your Selling Price\nA,x,799,499\nB,y,899,649\n", "price", "Your Selling Price"),
        ("Šifra;Naziv;VPC;MPC\nA;Čaša;4,00;5,50\nB;Žlica;1,60;2,00\n", "price", "MPC"),
        ("کد کالا,نام کالا,قیمت خرید,قیمت فروش\nA,لیوان,50000,90000\nB,کلاه,12000,19000\n", "price", "قیمت فروش"),
        ("รหัสสินค้า,ชื่อสินค้า,ราคาปกติ,ราคาลด\nA,แก้ว,250,199\nB,หมวก,390,350\n", "price", "ราคาปกติ"),
        ("商品名称,商品编码,规格编码\n杯子,YZ-1,YZ-1-B\n杯子,YZ-1,YZ-1-R\n帽子,YZ-2,YZ-2-0\n", "sku", "规格编码"),
        ("商家SKU,商品名称,市场价,京东价\nA,铸铁炒锅,399.00,299.00\nB,竹制砧板,129.00,89.00\n", "price", "京东价"),
        # the line of an order: its name, and not the number of the order
        (
            "Name,Lineitem name,Lineitem price,Lineitem sku\n#1001,Mug blue,9.00,A\n#1002,Cap red,8.00,B\n",
            "name",
            "Lineitem name",
        ),
        # the kind of a product is no name beside its description
        ("Code,Type,Description\nA,Stock item,Desk oak\nB,Stock item,Lamp red\n", "name", "Description"),
        # the word SKU beside letters of another script
        ("SKC货号,SKU货号,产品名称\nK-1,K-1-B,水杯 黑\nK-1,K-1-W,水杯 白\n", "sku", "SKU货号"),
        # prices with tax in the words of the south-east of Europe
        ("Šifra;Naziv;Nabavna cena;MPC z DDV\nA;Kozarec;2,10;4,90\nB;Žlica;0,80;2,20\n", "price", "MPC z DDV"),
        # a currency code that begins another word, and a count that is no price
        ("sku,product-name,your-price,afn-fulfillable-quantity\nA,Cup,9.50,4\nB,Cap,8.00,7\n", "price", "your-price"),
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
        # a barcode that is called a code, beside other codes of products
        ("商品コード,商品名,品番\n4900000000115,ポット,SM-01\n4900000000122,ミル,SM-02\n", "sku"),
        # codes that begin like a date
        ("Kennung,物料名称\n01.01.0001,不锈钢螺丝\n01.01.0002,不锈钢螺母\n", "sku"),
        # the same price with and without tax, in whatever words
        ("Cod;Denumire;Pret fara TVA;Pret cu TVA\nA;Cana;37,81;45,00\nB;Sapca;67,22;80,00\n", "price"),
        ("Codice;Nome;Prezzo netto;Prezzo lordo\nA;Tazza;8,11;9,90\nB;Berretto;16,31;19,90\n", "price"),
        ("Referência;Nome;Preço s/ IVA;Preço c/ IVA\nA;Caneca;8,05;9,90\nB;Boné;16,18;19,90\n", "price"),
        ("Código;Descripción;PVP;PVP+IVA\nA;Taza;8,18;9,90\nB;Gorra;16,45;19,90\n", "price"),
        ("sku,name,Price,Xyz price\nA,Mug,10.00,12.00\nB,Cap,15.99,19.19\n", "price"),
        # a list price from which a dealer gets a discount, and what it pays
        ("sku,name,List Price,Disc %,Net Price\nA,Cap,0.2350,40,0.1410\nB,Plug,0.2100,40,0.1260\n", "price"),
        # a code that repeats beside one that does not, even in few rows
        ("商品编码,商品名称,规格号\nYZ-1,杯子,YZ-1-B\nYZ-1,杯子,YZ-1-R\nYZ-2,帽子,YZ-2-0\n", "sku"),
        # one language in each column, behind a hash
        ("sku,name#de,name#en\nA,Lampe,Lamp\nB,Stuhl,Chair\n", "name"),
        # the price of a hundred or a thousand
        ("Art.-Nr.;Bezeichnung;Preis/100 St.\nA;Mutter;6,20\nB;Schraube;18,40\n", "price"),
        ("Part no.,Description,Price per 1000\nA,Nail,14.20\nB,Staple,3.75\n", "price"),
        # the abbreviation of a selling price, beside a column that is only called price
        ("sku,name,PRICE,PVP_SHOP\nA,Mug,39.90,29.90\nB,Cap,19.90,12.50\n", "price"),
        # a sum below the products hides no code
        ("Nr;Benämning;Antal\nSE-1;Ljusstake;12\nSE-2;Brödkorg;8\nSE-3;Smörkniv;60\nSumma;;80\n", "sku"),
        # the price of a supplier alone is no price of the shop
        ("sku,name,Prezzo forn.\nA,Tazza,4.00\nB,Teiera,28.00\n", "price"),
        ("sku,name,Listino 1,Listino 2\nA,Tazza,9.90,8.50\nB,Teiera,59.00,50.00\n", "price"),
    ],
)
def test_what_is_not_clear_is_asked(file: str, field: str) -> None:
    with pytest.raises(Unanswered) as asked:
        columns(file)
    assert [one.field for one in asked.value.questions] == [field]


@pytest.mark.parametrize("names", ["Code,Name,Price,,Code,Name,Price", "Code,Name,Price,,Code_1,Name_1,Price_1"])
def test_tables_beside_each_other_are_rejected_and_none_is_lost(names: str) -> None:
    with pytest.raises(Rejected, match="beside each other: 'Code' is column 1, and again column 5"):
        columns(f"{names}\nA,Mug,9.00,,B,Cap,8.00\nC,Pen,1.00,,D,Ink,4.00\n")


def test_numbered_columns_beside_one_code_are_no_second_table() -> None:
    file = "Artikelnummer;Bezeichnung;Bild 1;Bild 2\nA;Tasse;a.jpg;b.jpg\nB;Mütze;c.jpg;\n"
    assert columns(file) == {"sku": "Artikelnummer", "name": "Bezeichnung"}


def test_braces_above_a_table_are_no_json() -> None:
    opened = open_file(BytesIO(b"{}\r\nItem Number\tItem Name\r\nA\tHose\r\nB\tReel\r\n"), Options())
    assert (opened.understood.format, opened.understood.skip) == ("text", 1)


def test_data_of_people_are_asked_about_unless_the_sku_is_chosen() -> None:
    people = b"id,name,email\n11,Ann,a@x.example\n15,Bob,b@x.example\n"
    with pytest.raises(Unanswered, match="data of people") as asked:
        open_file(BytesIO(people), Options())
    assert [one.choices for one in asked.value.questions] == [("sku=id",)]
    assert open_file(BytesIO(people), Options(columns={"sku": "id"})).columns.called() == {"sku": "id", "name": "name"}


def test_columns_of_one_name_are_asked_about_unless_they_are_the_same() -> None:
    with pytest.raises(Unanswered) as asked:
        columns("sku,name,Sku \nA1,Lamp,A2\n")
    (question,) = asked.value.questions
    assert (
        question.message
        == "Several columns are called SKU: 'sku' (A1) and 'Sku ' (A2). Choose which of them is the SKU."
    )
    assert question.choices == ("sku=#1", "sku=#3")
    assert columns("sku,name,Sku\nA1,Lamp,A1\nA2,Cup,A2\n") == {"sku": "sku", "name": "name"}


def test_a_count_is_never_offered_as_the_sku() -> None:
    with pytest.raises(Unanswered) as asked:
        columns("SKU,Name,Qty,Ref\nA,Mug,5,x1\nA,Mug blue,2,x2\nA,Mug red,7,x3\nB,Cap,4,x4\n")
    assert [one.choices for one in asked.value.questions] == [("sku=Ref", "sku=SKU")]


@pytest.mark.parametrize(
    "first", ["INSERT INTO products VALUES", "-- MySQL dump 10.13", "--\n-- PostgreSQL database dump"]
)
def test_a_script_of_a_database_is_no_table(first: str) -> None:
    with pytest.raises(Rejected, match="a script of SQL"):
        columns(f"{first}\n('A-1', 'Mug', 9.00),\n('A-2', 'Cap', 8.00);\n")


def test_an_article_that_is_a_code_is_the_sku() -> None:
    file = "Artikel;Fabrikat;Profil;Preis\n10012;Norda;Winter X;89,90\n10013;Norda;Sommer Y;74,50\n"
    with pytest.raises(Unanswered) as asked:
        columns(file)
    assert [one.choices[0] for one in asked.value.questions] == ["name=Profil"]


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
    file = (
        "Identificador de URL;Nombre;Nombre de propiedad 1;Precio;SKU\n"
        "remera;Remera lisa;Talle;1.50;S\nremera;;;1.50;M\n"
    )
    (chunk,) = open_file(BytesIO(file.encode()), Options()).chunks()
    assert chunk.frame["1"].tolist() == ["Remera lisa", "Remera lisa"]


PRICES = "sku,name,{}\nA,Mug,10.00,8.50\nB,Cap,25.90,19.90\nC,Pen,3.50,2.10\n"
EQUAL = """
    拼单价 | 单买价; 価格1 | 価格2; VK1 | VK2; PVP1 | PVP2; Price online | Price store; Price Gold | Price Silver
    Price UK | Price US; Price per unit | Price per pack; Unit price | Case price; Stückpreis | Kartonpreis
    Prezzo unitario | Prezzo confezione; Цена за шт | Цена за упаковку; Ladenpreis | Onlinepreis; Butikspris | Webbpris
    Standard price | Premium price; Start price | Buy it now price; Nettopreis | Endkundenpreis; B2B price | B2C price
    Selling price | Price; Selling price | List price; Price | Unit price; Price | Retail price
    通常販売価格 | 店頭販売価格; 판매가 | 스토어판매가; Rate | MRP
"""
CLEAR = """
    Price | Web price; Price | Price per kg; Verkaufspreis | Grundpreis; Regular price | VIP price; 销售价 | 会员价
    販売価格 | 定価; Price | List price; Regular price | Sale price; Verkaufspreis | UVP; Цена | Цена по карте
    Selling price | Deposit price; Retail price | Wholesale price; 판매가 | 회원가; Pris | Medlemspris; 售价 | 评价
    Price | Amount; Preço Por | Preço De; Voor prijs | Van prijs; Preis jetzt | Streichpreis; Prix actuel | Prix barré
    Precio actual | Precio anterior; Cena po obniżce | Cena przed obniżką; Цена | Старая цена
    Продажна цена | Набавна цена; Sotuv narxi | Kelish narxi; Đơn giá bán | Đơn giá mua
    سعر البيع | سعر الجملة; מחיר לצרכן | מחיר סיטונאי; ราคาขาย | ราคาส่ง; বিক্রয় মূল্য | ক্রয় মূল্য
    Einzelpreis | Preis ab 50; Unit Price | Internal Unit Price; Kaina | Didmeninė kaina; Çmimi | Çmimi me shumicë
    Qiymət | Topdan qiymət; ფასი | საბითუმო ფასი; Verð | Heildsöluverð
    Narxi | Ulgurji narxi; Գին | Մեծածախ գին; Bei | Bei ya jumla; Бағасы | Көтерме бағасы; Preu | Preu majorista
    Hind | Hulgihind; Hinta | Tukkuhinta; मूल्य | थोक मूल्य; Үнэ | Бөөний үнэ; Mažmeninė kaina | Didmeninė kaina
    Unit price | Old price; Cena sprzedaży | Cena dla klubowiczów
"""


def pairs(table: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, pair.split("|"))) for line in table.strip().splitlines() for pair in line.split(";")]


@pytest.mark.parametrize("names", pairs(EQUAL))
def test_two_prices_that_may_each_be_the_price_are_asked_about(names: tuple[str, ...]) -> None:
    for header in (names, names[::-1]):
        with pytest.raises(Unanswered) as asked:
            columns(PRICES.format(",".join(header)))
        (question,) = asked.value.questions
        assert {*question.choices} == {"price=", *(f"price={name}" for name in names)}


@pytest.mark.parametrize("names", pairs(CLEAR))
def test_a_price_beside_one_that_its_name_rules_out_is_taken(names: tuple[str, ...]) -> None:
    for header in (names, names[::-1]):
        assert columns(PRICES.format(",".join(header)))["price"] == names[0]


def test_a_second_price_that_is_the_same_or_mostly_blank_raises_no_question() -> None:
    rows = "sku,name,Standard price,Premium price\nA,Mug,10.00,{}\nB,Cap,25.90,{}\nC,Pen,3.50,{}\n"
    assert columns(rows.format("10.00", "25.9", "3.00"))["price"] == "Standard price"
    assert columns(rows.format("", "29.90", ""))["price"] == "Standard price"
