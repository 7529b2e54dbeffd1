"""What suppliers and shop systems call the columns that we know, in many languages.

In the order of priority: the first name of a field that some column has is taken. A column of our own name always comes first
(`match`), and a likeness is only ever offered. Compared without case, spaces, signs and full-width forms.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

LIKE = 0.75  # of difflib: 'artikelnumer' is like 'artikelnummer', 'shelf' is not like 'self'

ALIASES = {
    "sku": """
        Variant SKU; Product SKU; Item SKU; Seller SKU; SKU Code; SKU Number; SKU No; Stock Keeping Unit;
        UGS; Codice Prodotto; Artikelnummer; Artikel-Nr.; Art.-Nr.; Artikelnr; Artikel Nummer; Artnr; Produktnummer; Bestellnummer; Bestell-Nr.;
        Артикул; Код товара; Код артикула; 商品コード; 商品番号; 品番; 型番; 商品编码; 商品编号; 货号; 产品编号; 商品編號; 貨號; 產品編號; 상품코드; 상품번호; 품번;
        Référence; Réf.; Référence produit; Code article; Code produit; Referencia; Código; Código de producto; Código de artículo; Código SKU;
        Referência; Código do produto; Codice articolo; Codice; Cod. articolo; Artikelcode; Productcode; Artikelkod; Varenummer; Varenr; Tuotekoodi; Tuotenumero;
        Kod produktu; Indeks; Symbol; Kód produktu; Kód zboží; Číslo produktu; Cikkszám; Cod produs; Kod proizvoda; Šifra; Κωδικός; Κωδικός προϊόντος; Ürün kodu; Stok kodu;
        מק"ט; رمز المنتج; Mã sản phẩm; รหัสสินค้า; Kode produk;
        Item Number; Item No; Item Code; Item #; Product Code; Product Number; Product No; ProductNumber; Article Number; Article No; Article Code; Stock Code; StockCode;
        Part Number; Part No; Part #; part_num; Part Code; MPN; Manufacturer Part Number; Catalog Number; Catalogue Number; Model Number; Product ID; Item ID; Article ID;
        Handle; GTIN; EAN; EAN13; EAN-13; EAN Code; UPC; UPC Code; Barcode; ISBN; ISBN13; ISBN-13; ISBN10; ASIN
    """,
    "name": """
        Product Name; Item Name; Article Name; Product Title; Item Title; Title; Product; Bezeichnung; Artikelbezeichnung; Produktname; Artikelname; Produktbezeichnung; Titel;
        Nom; Nom du produit; Désignation; Libellé; Titre; Intitulé; Nombre; Nombre del producto; Título; Denominación; Artículo;
        Nome; Nome prodotto; Nome do produto; Denominazione; Titolo; Naam; Productnaam; Artikelnaam; Omschrijving kort; Benämning; Produktnamn; Namn; Navn; Varenavn; Produktnavn;
        Nimi; Tuotenimi; Tuotteen nimi; Nazwa; Nazwa produktu; Název; Název produktu; Název zboží; Názov; Názov produktu; Megnevezés; Név; Terméknév; Denumire; Nume produs; Nume; Naziv; Naziv proizvoda;
        Название; Наименование; Наименование товара; Название товара; Товар; Назва; Назва товару; Найменування; Име; Наименование на продукта;
        Όνομα; Ονομασία; Περιγραφή προϊόντος; Ürün adı; Ad; 商品名; 品名; 製品名; 名称; 商品名称; 产品名称; 名稱; 商品名稱; 產品名稱; 상품명; 제품명; 품명;
        שם; שם המוצר; الاسم; اسم المنتج; Tên; Tên sản phẩm; ชื่อสินค้า; Nama; Nama produk;
        Label; Part Name; Display Name; Short Name; Book Title
    """,
    "description": """
        Product Description; Item Description; Long Description; Full Description; Body (HTML); Body HTML; Body; Desc; Details; Short Description;
        Beschreibung; Produktbeschreibung; Artikelbeschreibung; Langtext; Artikeltext; Description longue; Description du produit; Descriptif; Descripción; Descripción larga; Descripción del producto;
        Descrizione; Descrizione prodotto; Descrição; Descrição do produto; Omschrijving; Beschrijving; Productomschrijving; Beskrivning; Beskrivelse; Kuvaus; Opis; Opis produktu; Popis; Popis produktu;
        Leírás; Descriere; Описание; Описание товара; Опис; Περιγραφή; Açıklama; Ürün açıklaması; 説明; 商品説明; 商品説明文; 描述; 商品描述; 产品描述; 說明; 商品說明; 產品描述; 설명; 상품설명; 상세설명;
        תיאור; الوصف; Mô tả; คำอธิบาย; Deskripsi
    """,
    "price": """
        Variant Price; Regular Price; List Price; ListPrice; Unit Price; Sales Price; Sale Price; Selling Price; Retail Price; Standard Price; Price (EUR); Price (USD); Price EUR; Price USD; RRP; MSRP; Net Price; Gross Price;
        Preis; Verkaufspreis; VK-Preis; VK; Nettopreis; Bruttopreis; Einzelpreis; Listenpreis; UVP; Prix; Prix de vente; Prix unitaire; Prix TTC; Prix HT; Tarif régulier; Tarif; Precio; Precio normal; Precio de venta; PVP;
        Prezzo; Prezzo di listino; Prezzo di vendita; Preço; Preço normal; Preço de venda; Prijs; Verkoopprijs; Adviesprijs; Pris; Hinta; Cena; Cena brutto; Cena netto; Cena sprzedaży; Ár; Eladási ár; Bruttó ár; Preț; Pret; Cijena;
        Цена; Цена продажи; Розничная цена; Ціна; Τιμή; Fiyat; Satış fiyatı; 価格; 販売価格; 単価; 定価; 税込価格; 价格; 售价; 单价; 價格; 售價; 單價; 가격; 판매가; 단가; מחיר; السعر; Giá; ราคา; Harga
    """,
    "active": """
        Is Active; Enabled; Is Enabled; Published; Is Published; Aktiv; Aktiviert; Actif; Publié; Activo; Publicado; Attivo; Pubblicato; Ativo; Actief; Gepubliceerd; Aktivt; Aktiivinen;
        Aktywny; Aktivní; Aktívny; Aktív; Activ; Aktivan; Активен; Активный; Активно; Опубликован; Опубликовано; Активний; Ενεργό; Aktif; 有効; 公開; 启用; 啟用; 활성; 사용여부; פעיל; نشط; Kích hoạt
    """,
}
"""Field -> its names, separated by semicolons, the likeliest first."""


def key(name: str) -> str:
    """A name as it is compared: what is no letter or digit does not count, but "Part #" is "Part No"."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("#", "no")
    return unicodedata.normalize("NFC", re.sub(r"[\W_]+", "", text))


_KEYS = {field: [key(field), *(key(alias) for alias in names.split(";"))] for field, names in ALIASES.items()}
_KNOWN = {field: frozenset(keys) for field, keys in _KEYS.items()}

# In a column's name, wherever they stand; the short ones only as words by themselves.
PRICE_WORDS = (
    "price",
    "preis",
    "precio",
    "prezzo",
    "preço",
    "preco",
    "prijs",
    "cijena",
    "hinta",
    "fiyat",
    "prix",
    "tarif",
    "цена",
    "ціна",
    "τιμή",
    "価格",
    "单价",
    "价格",
    "價格",
    "售价",
    "가격",
    "단가",
    "מחיר",
    "السعر",
    "ราคา",
)
PRICES = frozenset(
    (
        "pris",
        "cena",
        "ár",
        "preț",
        "pret",
        "giá",
        "harga",
        "vk",
        "uvp",
        "rrp",
        "msrp",
        "pvp",
        "cost",
        "amount",
        "betrag",
    )
)
NO_PRICE = re.compile(
    "currency|währung|pricelist|preisliste|pricegroup|preisgruppe|priceunit|preiseinheit|pricetype|enterprise|priceon|pricevalid"
)
OTHER_PRICE = re.compile(
    "cost|purchase|buying|einkauf|ek|achat|compra|acquisto|inkoop|old|alt|before|compare|was|shipping|versand"
)


def find(field: str, names: list[str], taken: set[int]) -> int | None:
    """The column that is called by the first alias of a field, None if no free one is."""
    position_of: dict[str, int] = {}
    for position, name in enumerate(names):
        if position not in taken:
            position_of.setdefault(key(name), position)
    return next((position_of[alias] for alias in _KEYS[field] if alias in position_of), None)


def names(field: str, text: str) -> bool:
    """Whether a text is a name that the field is known by."""
    return key(text) in _KNOWN[field]


def speaks_of_price(names: Sequence[str]) -> int | None:
    """The column whose name speaks of a price, though not one that is known; what something cost to buy or before comes last."""
    spoken = [at for at, name in enumerate(names) if _speaks_of_price(name)]
    spoken.sort(key=lambda at: bool(OTHER_PRICE.search(key(names[at]))))
    return spoken[0] if spoken else None


def _speaks_of_price(name: str) -> bool:
    plain = key(name)
    words = re.findall(r"[^\W\d_]+", name.casefold())
    if NO_PRICE.search(plain) or plain in _KNOWN["sku"] | _KNOWN["name"]:
        return False
    return any(word in plain for word in PRICE_WORDS) or bool(PRICES & {*words})


def like(field: str, names: list[str]) -> str | None:
    """The column whose name is most like one that the field is known by: an offer, never taken by itself."""
    known = _KEYS[field]
    for name in names:
        if key(name) and get_close_matches(key(name), known, 1, LIKE):
            return name
    return None
