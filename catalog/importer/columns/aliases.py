"""The names that suppliers and shop systems use for the known columns, in many languages.

In order of priority: of a field's names, the first that is a column of the file is taken. A column called like a field
itself always comes first (`match`); a similar name is only suggested. Case, spaces, signs and width are ignored.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from catalog.importer.columns import plain_names

LIKE = 0.75  # of difflib: 'artikelnumer' is like 'artikelnummer', 'shelf' is not like 'self'

ALIASES = {
    "sku": """
        Variant SKU; Product SKU; Item SKU; Seller SKU; Merchant SKU; Satıcı Stok Kodu; Mağaza Ürün Kodu; Satıcı Ürün Kodu; 独自商品コード; 판매자관리코드; 规格编码; 单品编码; 商家SKU; SKU del vendedor; SKU do vendedor; SKU vendeur; Артикул продавца; 판매자상품코드; 판매자 상품코드; 업체상품코드; 商家编码; Référence vendeur; Cod produs vânzător; SKU Code; SKU Number; SKU No; Stock Keeping Unit;
        UGS; Codice Prodotto; Artikelnummer; Artikel-Nr.; Art.-Nr.; Artikelnr; Artikel Nummer; Artnr; Anr; Produktnummer; Bestellnummer; Bestell-Nr.;
        Артикул; Код товара; Код артикула; 商品コード; 商品番号; 品番; 型番; 商品编码; 商品编号; 货号; 产品编号; 商品編號; 貨號; 產品編號; 상품코드; 상품번호; 품번;
        Référence; Réf.; Référence produit; Référence article; Référence interne article; Code article; Code produit; Referencia; Código; Código de producto; Código de artículo; Código SKU;
        Referência; Código do produto; Codice articolo; Codice; Cod. articolo; Artikelcode; Productcode; Artikelkod; Varenummer; Varenr; Tuotekoodi; Tuotenumero;
        Kod produktu; Indeks; Symbol; Kód; Kód produktu; Kód zboží; Číslo produktu; Cikkszám; Cod produs; Kod proizvoda; Šifra; Κωδικός; Κωδικός προϊόντος; Ürün kodu; Stok kodu;
        מק"ט; رمز المنتج; Mã sản phẩm; รหัสสินค้า; Kode produk;
        Custom Label; Custom Label SKU; Sygnatura; Sygnatura/SKU Sprzedającego; 商品貨號; 商品货号; Internal Reference; Interne Referenz; Référence interne; Referencia interna; default_code; Vendor SKU; Supplier SKU; Shop SKU;
        Reference; Referenz; Referens; Referentie; Reference Number; Reference No; Ref; Ref No; Article; Art No; Art; Articul; Artikul; Best.-Nr.; Bestellnr; Produktnr.; Prod.-Nr.; Produktnr; Prod. No; PROD_NUM; Varenr.; Stock No; Material; Order Number; Order Code; ordernumber; Teilenummer; Sachnummer; Materialnummer; Material Number;
        Codice art.; Cod. Art.; Cód. artículo; Cod. artigo; Clave; Cód.; Cod.; Kod towaru; Nr artykułu; Kod kreskowy produktu; Katalogové číslo; Objednací číslo; Kat. číslo; Termékkód; Şifre; Malzeme Kodu; Tedarikçi Stok Kodu;
        Код продукта; Код изделия; Номенклатурный номер; Артикул поставщика; Код; Код продукту; Код товару; Каталожен номер; Кат. номер; Шифра;
        Κωδ.; Κωδικός είδους; 商品管理番号; SKU管理番号; 管理番号; 製品コード; 製品番号; 注文番号; 款号; 编号; 编码; 物料编码; 物料代码; 存货编码; 料号; 品號; 產品代碼; 관리코드; 자체상품코드; 모델번호;
        קוד מוצר; קוד פריט; מספר קטלוגי; رقم المنتج; كود المنتج; رمز الصنف; رقم الصنف; كود الصنف; الكود; کد محصول; کد کالا; उत्पाद कोड; उत्पाद संख्या; कोड; Mã hàng; Mã SP; Mã hàng hóa; รหัส; รหัสสินค้าผู้ขาย; Kode barang; Kod barang; No. Barang;
        Item Number; Item No; Item Code; Item #; Product Code; Product Number; Product No; ProductNumber; Article Number; Article No; Article Code; Stock Code; StockCode;
        Part Number; Part No; Part #; part_num; Part Code; MPN; Manufacturer Part Number; Catalog Number; Catalogue Number; Model Number; Product ID; Item ID; Article ID; Inventory ID; Inventory Number; PZN; Pharmazentralnummer; PLU; PLU Nr;
        კოდი; არტიკული; Կոդ; Արտիկուլ; Ապրանքի կոդ; குறியீடு; కోడ్; ಕೋಡ್; കോഡ്; পণ্য কোড; কোড; পণ্যের কোড; آئٹم کوڈ; કોડ; ਕੋਡ; កូដ; ລະຫັດ; ကုဒ်; ኮድ; Kood; Tootekood; Kods; Artikuls; Preces kods; Kodas; Prekės kodas; Kodi; Kodi i produktit; Vörunúmer; Msimbo; Коды; Məhsulun kodu; Бүтээгдэхүүний код;
        Identifier; Id; Unique ID; Offer ID; ID Offer; Kod; Code; Código interno; Cód. interno; Cod. interno; Code interne; Codice interno; Handle; GTIN; EAN; EAN13; EAN-13; EAN Code; UPC; UPC Code; Barcode; ISBN; ISBN13; ISBN-13; ISBN10; ASIN
    """,
    "name": """
        Product Name; Item Name; Article Name; Product Title; Item Title; Title; Product; Bezeichnung; Artikelbezeichnung; Produktname; Artikelname; Produktbezeichnung; Titel;
        Nom; Nom du produit; Désignation; Libellé; Titre; Intitulé; Nombre; Nombre del producto; Título; Denominación; Artículo;
        Nome; Nome prodotto; Nome do produto; Denominazione; Titolo; Naam; Productnaam; Artikelnaam; Omschrijving kort; Benämning; Produktnamn; Namn; Navn; Varenavn; Produktnavn;
        Nimi; Tuotenimi; Tuotteen nimi; Nazwa; Nazwa produktu; Název; Název produktu; Název zboží; Názov; Názov produktu; Megnevezés; Név; Terméknév; Denumire; Nume produs; Nume; Naziv; Naziv proizvoda;
        Название; Наименование; Наименование товара; Название товара; Товар; Назва; Назва товару; Найменування; Име; Наименование на продукта;
        Όνομα; Ονομασία; Περιγραφή προϊόντος; Ürün adı; Ad; 商品名; 品名; 製品名; 名称; 商品名称; 产品名称; 名稱; 商品名稱; 產品名稱; 상품명; 제품명; 품명;
        שם; שם המוצר; الاسم; اسم المنتج; Tên; Tên sản phẩm; ชื่อสินค้า; Nama; Nama produk;
        Description of goods; Goods; Item; Model Name; Variant Name; Produktname kurz; Kurzbezeichnung; Kurztext; Artikelbez.; Bez.; Désignation article; Nom de l'article; Nom article; Nombre del artículo; Nombre artículo; Nombre de producto;
        Nome articolo; Nome do artigo; Nazwa towaru; Opis towaru; Název položky; Cikk neve; Termék neve; Termék; Naam artikel; Varebenævnelse; Produktbenämning; Ürün; Ürün ismi; Malzeme Adı;
        Наименование товаров; Номенклатура; Наименование продукции; Наименование номенклатуры; Назва продукту; Продукт; Производ; Είδος; Περιγραφή είδους; Όνομα προϊόντος; Προϊόν;
        商品タイトル; 品目名; 品目; 产品名; 品名规格; 货品名称; 标题; 商品标题; 宝贝标题; 등록상품명; 노출상품명; 상품이름; 제품이름; שם פריט; שם מוצר; מוצר; اسم الصنف; الصنف; المنتج; نام محصول; نام کالا; उत्पाद का नाम; उत्पाद नाम; नाम; Tên hàng; Tên hàng hóa; Tên SP; ชื่อ; รายการสินค้า; Nama barang;
        Item Descr.; Part Description; Part Desc; Item Desc; Product Desc; Goods Description; Material Description; Article Description; Materialkurztext; Nazwa handlowa; დასახელება; სახელი; Անվանում; Անուն; பெயர்; பொருள் பெயர்; పేరు; ಹೆಸರು; പേര്; নাম; পণ্যের নাম; નામ; ਨਾਮ; අයිතමය; ឈ្មោះ; ຊື່; အမည်; ስም; Nimetus; Toote nimi; Nosaukums; Preces nosaukums; Pavadinimas; Prekės pavadinimas; Emri; Emri i produktit; Vöruheiti; Izena; Jina; Nomi; Атауы; Məhsulun adı; Бүтээгдэхүүний нэр; Нэр;
        TitleText; Auction Title; Betegnelse; Varebetegnelse; Назив; Назив на артикл; Назив на производ; Назив артикла; Deskripsi barang; آئٹم کا نام; PLU Name; PLU Text;
        Produto; Nome da mercadoria; Designação; Designação do artigo; Nome produto; Denumire produs; Denumire articol; Naziv artikla; Naziv robe; Nazwa artykułu; Назва позиції; 物料名称; 存货名称; 商品全名; アイテム名; 아이템명; כותרת; Prekė; Toode; Heiti; Име на продукта; Име на продукт; PROD_NAME; Malzeme Açıklaması; Stok Açıklaması; תאור פריט; תיאור מוצר; תאור מוצר; תיאור פריט; Nama produk varian; et_title_product_name;
        Tytuł; Tytuł oferty; Libellé court; Libellé court panier; Libellé produit; Libellé article; Descrizione articolo; Product/Service Name; Particulars; 宝贝名称;
        Label; Part Name; Display Name; Short Name; Book Title; Stok Adı; Stok İsmi; Malzeme Tanımı; Mal Adı; Produkt; Produit; Producto; Prodotto; Artikel
    """,
    "description": """
        Product Description; Item Description; Long Description; Full Description; Body (HTML); Body HTML; Body; Desc; Details; Short Description;
        Beschreibung; Produktbeschreibung; Artikelbeschreibung; Langtext; Artikeltext; Description longue; Description du produit; Descriptif; Descripción; Descripción larga; Descripción del producto;
        Descrizione; Descrizione prodotto; Descrição; Descrição do produto; Omschrijving; Beschrijving; Productomschrijving; Beskrivning; Beskrivelse; Kuvaus; Opis; Opis produktu; Popis; Popis produktu;
        Leírás; Descriere; Описание; Описание товара; Опис; Περιγραφή; Açıklama; Ürün açıklaması; 説明; 商品説明; 商品説明文; 描述; 商品描述; 产品描述; 說明; 商品說明; 產品描述; 설명; 상품설명; 상세설명;
        Product Description HTML; Detailed Description; Détails; Texte; Text; Popis zboží; Описание продукта; Περιγραφή αναλυτική; 商品紹介; 详情; 详细描述; 상세 설명; תאור; وصف المنتج; विवरण; Mô tả sản phẩm; รายละเอียด;
        תיאור; الوصف; Mô tả; คำอธิบาย; Deskripsi
    """,
    "price": """
        Variant Price; Regular Price; List Price; ListPrice; Unit Price; Sales Price; Sale Price; Selling Price; Retail Price; Standard Price; Price (EUR); Price (USD); Price EUR; Price USD; Net Price; Gross Price;
        Preis; Verkaufspreis; VK-Preis; VK; Nettopreis; Bruttopreis; Einzelpreis; Listenpreis; Prix; Prix de vente; Prix unitaire; Prix TTC; Prix HT; Tarif régulier; Tarif; Precio; Precio normal; Precio de venta; PVP;
        Start Price; Item Price; Your Price; Consumer Price; End Price; Sell Price; Price Each; Price per unit; Regulärer Preis; Normalpreis; Endpreis; Stückpreis; Preis pro Stück; VK Brutto; VK Netto; Brutto VK; Netto VK; Std. VK Brutto; Ladenpreis; Endkundenpreis; EVP;
        Netto; Brutto; Net; Gross; Prix public; Prix de vente TTC; Prix de vente HT; PU HT; PU; P.U.; Precio unitario; Precio público; P.V.P.; Importe; Preço unitário; Preço de tabela; Prezzo unitario; Prezzo netto; Prezzo al pubblico; Prijs per stuk; Stukprijs; Nettoprijs; Brutoprijs; Utpris; Försäljningspris; Salgspris; Utsalgspris; Myyntihinta;
        Cena jednostkowa; Cena sprzedaży brutto; Cena s DPH; Cena bez DPH; Prodejní cena; Predajná cena; Nettó ár; Egységár; Preț vânzare; Prodajna cijena; Maloprodajna cijena; Maloprodajna cena; Birim Fiyat; Liste Fiyatı; Piyasa Satış Fiyatı; Perakende Fiyat;
        Цена с ДДС; Цена без ДДС; Цена с НДС; Цена розничная; Роздрібна ціна; Стоимость; Цена за шт; Λιανική τιμή; Τιμή λιανικής; Τιμή πώλησης; Τιμή μονάδας; 販売単価; 通常価格; 小売価格; 通常購入販売価格; 税抜価格; 零售价; 销售价; 现价; 零售價; 定價; 售价元; 판매가격; 판매단가; מחיר ללקוח; מחיר מכירה; سعر البيع; سعر; سعر الوحدة; قیمت; मूल्य; कीमत; दाम; Giá bán; Giá bán lẻ; Đơn giá; ราคาขาย; ราคาต่อหน่วย; Harga jual;
        ფასი; Գին; Գինը; விலை; ధర; ಬೆಲೆ; വില; মূল্য; দাম; કિંમત; ਕੀਮਤ; किंमत; මිල; តម្លៃ; ລາຄາ; စျေးနှုန်း; ዋጋ; Hind; Jaehind; Kaina; Çmimi; Verð; Prezioa; Preu; Prezo; Bei; Narxi; Баға; Бағасы; Qiymət; Qiyməti; Үнэ;
        Prezzo; Prezzo di listino; Prezzo di vendita; Preço; Preço normal; Preço de venda; Prijs; Verkoopprijs; Pris; Hinta; Cena; Cena brutto; Cena netto; Cena sprzedaży; Ár; Eladási ár; Bruttó ár; Preț; Pret; Cijena;
        Цена; Цена продажи; Розничная цена; Ціна; Τιμή; Fiyat; Satış fiyatı; 価格; 販売価格; 単価; 定価; 税込価格; 价格; 售价; 单价; 價格; 售價; 單價; 가격; 판매가; 단가; מחיר; السعر; Giá; ราคา; Harga;
        Standard Selling Rate; Selling Rate; PriceAmount; AVP; Apothekenverkaufspreis; Продажна цена; Малопродажна цена; বিক্রয় মূল্য; बिक्री मूल्य; विक्रय मूल्य; قیمت فروخت; ရောင်းဈေး; ရောင်းစျေး; Sotuv narxi;
        Standardpreis; Prețul; Tarif public; Prodejní; Predajná; Müügihind; Pardavimo kaina; Mažmeninė kaina; Pārdošanas cena; Utsalgspris; MPC; P. Venta; Precio venta; Preço venda; P. Venda; Listino; Prezzo vendita; 商品単価; 上代; 京东价; 销售单价; 零售单价; 原价; 原價; 宝贝价格;
        RRP; SRP; MSRP; UVP; Adviesprijs; 建议零售价; 소비자가
    """,
    "active": """
        Product Visible; Visible on store; Veröffentlicht; Freigegeben; Publicado; Published on online store; Активность; 上架; 是否上架; 판매여부;
        Is Active; Enabled; Is Enabled; Published; Is Published; Aktiv; Aktiviert; Actif; Publié; Activo; Publicado; Attivo; Pubblicato; Ativo; Actief; Gepubliceerd; Aktivt; Aktiivinen;
        Aktywny; Aktivní; Aktívny; Aktív; Activ; Aktivan; Активен; Активный; Активно; Опубликован; Опубликовано; Активний; Ενεργό; Aktif; 有効; 公開; 启用; 啟用; 활성; 사용여부; פעיל; نشط; Kích hoạt
    """,
}
"""Field -> its names, separated by semicolons, the likeliest first."""


def key(name: str) -> str:
    """A name for comparison: only letters and digits count, and "Part #" is "Part No"."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("#", "no")
    return unicodedata.normalize("NFC", re.sub(r"[\W_]+", "", text))


_KEYS = {field: [key(field), *(key(alias) for alias in names.split(";"))] for field, names in ALIASES.items()}
_KNOWN = {field: frozenset(keys) for field, keys in _KEYS.items()}
WEAK = ("mpn", "manufacturerpartnumber", "modelnumber", "productid", "itemid", "articleid")
"""Known names of codes that shops rarely use as the SKU. So are all aliases from `WEAKEST` on."""
WEAKEST = "identifier"
LAST_SKU = "stockkeepingunit"  # the last alias with the word SKU
OF_SKU = frozenset(
    ("parent", "group", "type", "status", "count", "image", "name", "price", "old", "related", "upsell", "crosssell")
)


def find(field: str, names: list[str], taken: set[int]) -> int | None:
    """The free column with the likeliest known name of a field; None if no free column has a known name.

    An exact name comes first, then an alias without its stars, units and remarks. A code that is rarely the SKU
    comes last in any case.
    """
    found = ranked(field, names, taken)
    return found[0] if found else None


def ranked(field: str, names: list[str], taken: set[int]) -> list[int]:
    """All free columns with a known name of the field, the likeliest first."""
    places = [(rank, at) for at, name in enumerate(names) if at not in taken and (rank := rank_of(field, name))]
    return [at for _, at in sorted(places)]


@lru_cache(8192)
def rank_of(field: str, name: str) -> tuple[bool, bool, int] | None:
    """A sort key: how likely a column called so is the field (weak, inexact, rank of the alias). None: unknown name."""
    places = _PLACES[field]
    exact = places.get(key(name))
    if exact is None and field == "sku" and _speaks_of_sku(name):
        exact = _PLACES["sku"][LAST_SKU]
    if exact is not None:
        return (field == "sku" and exact in _WEAK_PLACES, False, exact)
    ways = [key(way) for way in (*plain_names.ways(name), *([plain_names.untaxed(name)] if field == "price" else []))]
    known = [
        place
        for way in ways
        for place in (places.get(way), _FOLDED[field].get(plain_names.folded(way)))
        if place is not None
    ]
    if not known:
        return None
    own_price = field == "price" and min(known) == 0  # "Price (net)" is likelier than "Sale price"
    is_weak = field == "sku" and min(known) in _WEAK_PLACES
    return (is_weak, not own_price and not is_weak, min(known))  # "Kod." is likelier than "EAN"


def _speaks_of_sku(name: str) -> bool:
    """Whether a name contains the word SKU and does not mean a parent or another thing."""
    words = re.findall(r"[a-z0-9]+|[^\W_a-z0-9]+", name.casefold())
    return "sku" in words and len(name) < plain_names.LONGEST and not OF_SKU & {*words}


def names_a_number(name: str) -> bool:
    """Whether a name begins or ends with one that is known for the SKU: "Unsere Artikelnummer"."""
    words = set(re.findall(r"[^\W_]+", name.casefold()))
    return not OF_SKU & words and key(name).startswith(_LONG) | key(name).endswith(_LONG)


def is_weak(name: str) -> bool:
    """Whether a known name is rarely the SKU."""
    rank = rank_of("sku", name)
    return rank is not None and rank[0]


def _places(keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, one in enumerate(keys):
        found.setdefault(one, place)
    return found


_PLACES = {field: _places(keys) for field, keys in _KEYS.items()}
_FOLDED = {field: _places([plain_names.folded(one) for one in keys]) for field, keys in _KEYS.items()}
_WEAK_PLACES = frozenset(
    place for one, place in _PLACES["sku"].items() if one in WEAK or place >= _PLACES["sku"][WEAKEST]
)


def names(field: str, text: str) -> bool:
    """Whether a text is exactly a known name of the field."""
    return key(text) in _KNOWN[field]


def is_name(text: str) -> bool:
    """Whether a text is exactly a known name of some field."""
    return any(names(field, text) for field in ALIASES)


def like(field: str, names: list[str]) -> str | None:
    """The column whose name is most similar to an alias of the field: only suggested, never used automatically."""
    known = _KEYS[field]
    for name in names:
        if key(name) and get_close_matches(key(name), known, 1, LIKE):
            return name
    return None


LONG = 9  # letters from which an alias also counts as a part of a longer name: artikelnummer, itemnumber
_LONG = tuple(one for place, one in enumerate(_KEYS["sku"]) if len(one) >= LONG and place not in _WEAK_PLACES)
