"""Files of marketplaces around the world: Shopee, Lazada, TikTok Shop, Wildberries, Allegro, Mercado Libre, others."""

from bench.door_files.made import Made, named, table, text, truth


def shopee() -> Made:
    """Technical names above the names for people."""
    technical = named(
        "et_title_product_id,et_title_product_name,et_title_variation_id,et_title_variation_name,et_title_parent_sku,"
        "et_title_variation_sku,et_title_variation_price,et_title_variation_stock"
    )
    people = named("Product ID,Product Name,Variation ID,Variation Name,Parent SKU,SKU,Price,Stock")
    rows = [
        ["1900211", "Canvas tote bag", "88001", "Beige", "TB", "TB-BEI", "12.90", 40],
        ["1900211", "Canvas tote bag", "88002", "Black", "TB", "TB-BLA", "12.90", 0],
        ["1900388", "Bamboo lunch box", "88101", "", "LB", "LB-01", "24.50", 7],
    ]
    return Made("shopee-sales-info.csv", text(technical, [people, *rows]).encode(), truth(rows, 5, 1, 6))


def lazada() -> Made:
    """A special price beside the price."""
    header = named(
        "Product ID,catId,*Product Name(English),Product Name(Malay),sku.skuId,status,*Quantity,SpecialPrice,"
        "SpecialPrice Start,SpecialPrice End,*Price,SellerSKU,ShopSku"
    )
    rows = [
        [
            "3011",
            10100,
            "Desk fan 9 inch",
            "Kipas meja",
            "7001",
            "active",
            12,
            "59.00",
            "",
            "",
            "79.00",
            "FAN-9",
            "3011_MY-7001",
        ],
        [
            "3012",
            10100,
            "Desk fan 12 inch",
            "Kipas meja",
            "7002",
            "active",
            4,
            "",
            "",
            "",
            "99.00",
            "FAN-12",
            "3012_MY-7002",
        ],
        [
            "3013",
            10200,
            "Rice cooker",
            "Periuk nasi",
            "7003",
            "inactive",
            0,
            "",
            "",
            "",
            "129.00",
            "RC-1",
            "3013_MY-7003",
        ],
    ]
    return table("lazada.csv", header, rows, truth(rows, 11, 2, 10))


def tiktok_shop() -> Made:
    """Technical names, then names for people, then whether a cell is needed."""
    above = named("category,brand,product_name,product_description,seller_sku,price,quantity,main_image")
    people = named("Category,Brand,Product name,Product description,Seller SKU,Price,Quantity,Main image")
    needed = named("Mandatory,Optional,Mandatory,Mandatory,Optional,Mandatory,Mandatory,Mandatory")
    rows = [
        ["Home", "No brand", "LED strip 5 m", "RGB", "LED-5", "199", 30, "https://t.example/1.jpg"],
        ["Home", "No brand", "LED strip 10 m", "RGB", "LED-10", "299", 20, "https://t.example/2.jpg"],
    ]
    right = truth(rows, 4, 2, 5) | {"rows": 4}
    del right["rejected"], right["rows"]
    return Made("tiktok-shop.csv", text(above, [people, needed, *rows]).encode("utf-8-sig"), right)


def wildberries() -> Made:
    """A seller's article beside that of the marketplace."""
    header = named(
        "Бренд;Предмет;Артикул WB;Артикул продавца;Наименование;Последний баркод;Остатки продавца;Розничная цена, до скидки",
        ";",
    )
    rows = [
        ["Домик", "Пледы", "145880011", "PL-150", "Плед флисовый 150х200", "2037711000011", 14, "1990"],
        ["Домик", "Пледы", "145880012", "PL-200", "Плед флисовый 200х220", "2037711000028", 9, "2690"],
        ["Домик", "Подушки", "145880013", "PD-50", "Подушка 50х70", "2037711000035", 0, "1150"],
    ]
    return table("wildberries.csv", header, rows, truth(rows, 3, 4, 7), delimiter=";", encoding="utf-8-sig")


def allegro() -> Made:
    """A signature of the seller, in cp1250."""
    header = named(
        "ID oferty;Tytuł oferty;Sygnatura/SKU Sprzedającego;Liczba sztuk;Cena PL;Cena z przesyłką;Status oferty;Kategoria główna",
        ";",
    )
    rows = [
        ["14400000001", "Młynek żarnowy do kawy", "ML-01", 4, "189,00", "199,99", "Aktywna", "Dom"],
        ["14400000002", "Dzbanek szklany 1,5 l", "DZ-15", 12, "49,90", "60,89", "Aktywna", "Dom"],
        ["14400000003", "Łyżka wazowa chromowana", "ŁW-2", 30, "24,50", "35,49", "Zakończona", "Kuchnia"],
        ["14400000004", "Półmisek ceramiczny niebieski", "PM-7", 8, "79,00", "89,99", "Aktywna", "Kuchnia"],
    ]
    right = truth([[r[2], r[1], str(r[4]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("allegro.csv", header, rows, right, delimiter=";", encoding="cp1250")


def mercado_libre() -> Made:
    """Lines above the header, and a state in Spanish."""
    header = named("Número de publicación;SKU;Título;Variantes;Stock;Precio;Moneda;Estado;Tipo de publicación", ";")
    rows = [
        ["MLA1100001", "TERMO-1L", "Termo de acero 1 litro", "", 12, "45.990,00", "$", "Activa", "Clásica"],
        ["MLA1100002", "MATE-CAL", "Mate de calabaza", "", 30, "18.500,00", "$", "Activa", "Premium"],
        ["MLA1100003", "BOMB-AC", "Bombilla de acero", "", 0, "7.250,50", "$", "Pausada", "Clásica"],
    ]
    right = truth([[r[1], r[2], str(r[5]).replace(".", "").replace(",", ".")] for r in rows], 0, 1, 2)
    above = "Publicaciones;;;;;;;;\r\nDescargado el 03/11/2026;;;;;;;;\r\n;;;;;;;;\r\n"
    return table("mercado-libre.csv", header, rows, right, delimiter=";", above=above)


def bol() -> Made:
    """Offers without names: only an update can take them."""
    header = named(
        "offerId,ean,conditionName,conditionCategory,conditionComment,bundlePricesPrice,fulfilmentDeliveryCode,"
        "stockAmount,onHoldByRetailer,fulfilmentType,mutationDateTime,referenceCode,correctedStock"
    )
    rows = [
        [
            "a1b2-0001",
            "8711111000011",
            "NEW",
            "NEW",
            "",
            "24.95",
            "24uurs-23",
            12,
            "false",
            "FBR",
            "2026-10-01 10:00:00",
            "BOL-1",
            12,
        ],
        [
            "a1b2-0002",
            "8711111000028",
            "NEW",
            "NEW",
            "",
            "9.95",
            "24uurs-23",
            3,
            "false",
            "FBR",
            "2026-10-01 10:00:00",
            "BOL-2",
            3,
        ],
    ]
    return table("bol-offers.csv", header, rows, {"ask": True})


def otto() -> Made:
    """A product reference that several variants share, and a recommended price."""
    header = named("Produktreferenz;SKU;EAN;Marke;Kategorie;Produktname;Standardpreis;UVP;Lieferzeit;Bestand", ";")
    rows = [
        ["SOFA-A", "SOFA-A-GR", "4012345000016", "Nordheim", "Sofas", "2-Sitzer, grau", "499,00", "699,00", 14, 3],
        ["SOFA-A", "SOFA-A-BL", "4012345000023", "Nordheim", "Sofas", "2-Sitzer, blau", "499,00", "699,00", 14, 5],
        ["TISCH-B", "TISCH-B-1", "4012345000030", "Nordheim", "Tische", "Couchtisch Eiche", "249,00", "329,00", 10, 9],
    ]
    right = truth([[r[1], r[5], str(r[6]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("otto-market.csv", header, rows, right, delimiter=";")


def naver() -> Made:
    """The number of the marketplace beside the seller's code, in cp949."""
    header = named("상품번호(스마트스토어),판매자상품코드,상품명,판매상태,재고수량,판매가,할인가,브랜드명")
    rows = [
        ["10000001", "NV-CUP", "스테인리스 텀블러 500ml", "판매중", 30, "18900", "15900", "노르다"],
        ["10000002", "NV-PAN", "인덕션 프라이팬 28cm", "판매중", 12, "32900", "29900", "노르다"],
        ["10000003", "NV-TOW", "호텔 수건 세트 5장", "품절", 0, "24500", "24500", "하우스"],
        ["10000004", "NV-LMP", "무선 독서등 스탠드", "판매중", 9, "41000", "39000", "하우스"],
    ]
    return table("naver-smartstore.csv", header, rows, truth(rows, 1, 2, 5), encoding="cp949")


def cdiscount() -> Made:
    """A short and a long name."""
    header = named(
        "Référence vendeur;EAN;Marque;Nature du produit;Code catégorie;Libellé court panier;Libellé long;Description produit;Image 1 (jpeg);Prix de vente",
        ";",
    )
    rows = [
        [
            "CD-001",
            "3760000000017",
            "Norda",
            "Standard",
            "0A0B",
            "Lampe de bureau",
            "Lampe de bureau articulée noire",
            "Bras en acier.",
            "https://c.example/1.jpg",
            "39,90",
        ],
        [
            "CD-002",
            "3760000000024",
            "Norda",
            "Standard",
            "0A0B",
            "Lampe de chevet",
            "Lampe de chevet en bois clair",
            "Pied en chêne.",
            "https://c.example/2.jpg",
            "29,90",
        ],
    ]
    right = truth([[r[0], r[5], str(r[9]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("cdiscount.csv", header, rows, right, delimiter=";")


def walmart() -> Made:
    """The item report."""
    header = named(
        "SKU,Item ID,Product Name,Lifecycle Status,Publish Status,Status Change Reason,Product Category,Price,Currency,"
        "Buy Box Item Price,Buy Box Shipping Price,MSRP,UPC,GTIN,Item Page URL,Brand,Shipping Weight"
    )
    rows = [
        [
            "WM-10",
            "551000001",
            "Garden hose 50 ft",
            "ACTIVE",
            "PUBLISHED",
            "",
            "Garden",
            "29.97",
            "USD",
            "29.97",
            "0",
            "",
            "012345678905",
            "00012345678905",
            "https://w.example/1",
            "Norda",
            "3.2",
        ],
        [
            "WM-11",
            "551000002",
            "Hose reel",
            "ACTIVE",
            "UNPUBLISHED",
            "Price",
            "Garden",
            "49.00",
            "USD",
            "",
            "",
            "59.00",
            "012345678912",
            "00012345678912",
            "https://w.example/2",
            "Norda",
            "8.0",
        ],
    ]
    return table("walmart-items.csv", header, rows, truth(rows, 0, 2, 7))


def faire() -> Made:
    """A wholesale and a retail price."""
    header = named(
        "Product Name (English),Product Token,Option Status,SKU,Option 1 Name,Option 1 Value,USD Unit Wholesale Price,"
        "USD Unit Retail Price,On Hand Inventory,GTIN"
    )
    rows = [
        ["Soy candle", "p_aaa1", "Published", "SC-LAV", "Scent", "Lavender", "9.00", "18.00", 40, ""],
        ["Soy candle", "p_aaa1", "Published", "SC-FIG", "Scent", "Fig", "9.00", "18.00", 12, ""],
        ["Match jar", "p_aaa2", "Published", "MJ-1", "", "", "6.00", "12.00", 9, ""],
    ]
    return table("faire.csv", header, rows, truth(rows, 3, 0, 7))


def tokopedia() -> Made:
    """Indonesian, with the currency and stars in the header."""
    header = named(
        "Nama Produk*,Deskripsi Produk,Kategori Kode*,Berat* (Gram),Minimum Pemesanan*,Kondisi*,SKU Name,Status*,Jumlah Stok*,Harga (Rp)*"
    )
    rows = [
        ["Gelas kopi kaca", "250 ml", "982", 300, 1, "Baru", "GK-250", "Aktif", 40, "25000"],
        ["Piring kayu jati", "Diameter 20 cm", "982", 450, 1, "Baru", "PK-20", "Aktif", 12, "68500"],
        ["Sendok kayu", "Panjang 18 cm", "982", 80, 2, "Baru", "SK-18", "Nonaktif", 0, "9500"],
    ]
    return table("tokopedia.csv", header, rows, truth(rows, 6, 0, 9))


def taobao() -> Made:
    """UTF-16 with tabs: a version, technical names, names for people."""
    technical = named("title\tcid\tprice\tnum\tdescription\tpicture\touter_id\tbarcode", "\t")
    people = named("宝贝名称\t宝贝类目\t宝贝价格\t宝贝数量\t宝贝描述\t新图片\t商家编码\t条形码", "\t")
    rows = [
        ["白瓷茶杯 家用", "50012", "39.00", 100, "手工制作", "", "CB-001", ""],
        ["紫砂壶 小容量", "50012", "168.00", 20, "宜兴", "", "ZS-002", ""],
    ]
    right = truth(rows, 6, 0, 2)
    return Made("taobao.csv", ("version 1.00\r\n" + text(technical, [people, *rows], "\t")).encode("utf-16"), right)


def kaufland() -> Made:
    """An EAN first, and the seller's own number later."""
    header = named("id_offer;ean;title;condition;price;minimum_price;count;note;handling_time", ";")
    rows = [
        ["KL-1", "4055000000012", "Akkuschrauber 12 V", "NEW", "59.90", "55.00", 12, "", 2],
        ["KL-2", "4055000000029", "Bitsatz 32-teilig", "NEW", "14.90", "12.00", 40, "", 2],
    ]
    return table("kaufland.csv", header, rows, truth(rows, 0, 2, 4), delimiter=";")


def emag() -> Made:
    """Romanian, a price without VAT and a recommended one."""
    rows = [
        ["EM-1", "Fierbător electric 1,7 l", "Norda", "5941000000011", "149.00", "199.00", 10],
        ["EM-2", "Prăjitor de pâine", "Norda", "5941000000028", "129.50", "159.00", 4],
        ["EM-3", "Mașină de cafea", "Casă", "5941000000035", "899.99", "999.00", 2],
    ]
    header = named("Cod produs vânzător,Nume produs,Brand,EAN,Preț vânzare fără TVA,Preț recomandat,Stoc")
    return table("emag.csv", header, rows, truth(rows, 0, 1, 4))


def hepsiburada() -> Made:
    """Turkish, in cp1254, with a comma in the prices."""
    header = named("Satıcı Stok Kodu;Hepsiburada SKU;Ürün Adı;Barkod;Fiyat;Stok;Kargo Firması", ";")
    rows = [
        ["ÇYD-01", "HBCV0001", "Çelik çaydanlık büyük", "8691000000011", "749,90", 12, "Yurtiçi"],
        ["ŞKR-02", "HBCV0002", "Şekerlik kapaklı gümüş", "8691000000028", "189,50", 5, "Yurtiçi"],
        ["TĞL-03", "HBCV0003", "Toprak güveç ağzı geniş", "8691000000035", "1.249,00", 3, "Aras"],
        ["KŞK-04", "HBCV0004", "Kaşık takımı altı kişilik", "8691000000042", "329,00", 9, "Aras"],
    ]
    right = truth([[r[0], r[2], str(r[4]).replace(".", "").replace(",", ".")] for r in rows], 0, 1, 2)
    return table("hepsiburada.csv", header, rows, right, delimiter=";", encoding="cp1254")


def skroutz() -> Made:
    """A Greek feed as CSV: a unique ID and an MPN."""
    header = named("UniqueID;Name;Link;Image;Category;Price_with_VAT;Manufacturer;MPN;EAN;InStock;Availability", ";")
    rows = [
        [
            "SK-1",
            "Καφετιέρα φίλτρου",
            "https://s.example/1",
            "",
            "Κουζίνα",
            "49.90",
            "Norda",
            "KF-100",
            "5200000000011",
            "Y",
            "Άμεσα",
        ],
        [
            "SK-2",
            "Βραστήρας 1,7 λίτρα",
            "https://s.example/2",
            "",
            "Κουζίνα",
            "29.90",
            "Norda",
            "VR-17",
            "5200000000028",
            "N",
            "1-3 ημέρες",
        ],
    ]
    return table("skroutz.csv", header, rows, truth(rows, 0, 1, 5), delimiter=";")


FILES = (
    shopee,
    lazada,
    tiktok_shop,
    wildberries,
    allegro,
    mercado_libre,
    bol,
    otto,
    naver,
    cdiscount,
    walmart,
    faire,
    tokopedia,
    taobao,
    kaufland,
    emag,
    hepsiburada,
    skroutz,
)
