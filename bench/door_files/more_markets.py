"""Files of more marketplaces: Etsy, Ozon, Trendyol, Coupang, Yahoo Japan."""

from bench.door_files.made import Made, named, table, truth


def etsy() -> Made:
    """Headers in capitals, and the SKU in the last column."""
    header = named(
        "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,VARIATION 1 TYPE,"
        "VARIATION 1 NAME,VARIATION 1 VALUES,SKU"
    )
    rows = [
        ["Silver ring", "Handmade", "45.00", "EUR", 1, "ring", "silver", "a.jpg", "", "", "", "", "ET-9"],
        ["Gold ring", "Handmade", "145.00", "EUR", 1, "ring", "gold", "b.jpg", "", "", "", "", "ET-10"],
    ]
    return table("etsy.csv", header, rows, truth(rows, 12, 0, 2))


def ozon() -> Made:
    """Stars and units in a Cyrillic header."""
    header = named(
        "№;Артикул*;Название товара;Цена, руб.*;Цена до скидки, руб.;НДС, %*;Штрихкод;Вес в упаковке, г*;"
        "Ссылка на главное фото*",
        ";",
    )
    rows = [
        [1, "OZ-55", "Чайник эмалированный", "1890", "2500", 20, "4601234567893", 900, "https://o.example/1.jpg"],
        [2, "OZ-56", "Кружка керамическая", "450", "600", 20, "4601234567886", 350, "https://o.example/2.jpg"],
    ]
    return table("ozon.csv", header, rows, truth(rows, 1, 2, 3), delimiter=";")


def trendyol() -> Made:
    """Turkish headers, and the barcode before the code of the shop."""
    header = named(
        "Barkod,Model Kodu,Marka,Kategori,Para Birimi,Ürün Adı,Ürün Açıklaması,"
        "Piyasa Satış Fiyatı (KDV Dahil),Ürün Stok Adedi,Stok Kodu"
    )
    rows = [
        ["8690000000012", "MD-1", "Çınar", "Ev", "TRY", "Çay bardağı", "Cam", "149,90", 10, "ÇB-1"],
        ["8690000000029", "MD-1", "Çınar", "Ev", "TRY", "Şeker kasesi", "Cam", "89,90", 4, "ŞK-1"],
    ]
    right = truth([[r[9], r[5], str(r[7]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("trendyol.csv", header, rows, right, encoding="utf-8-sig")


def coupang() -> Made:
    """Korean headers, and the seller's code in the middle."""
    header = named("카테고리,등록상품명,판매시작일,상품상태,브랜드,판매가격,할인율기준가,재고수량,업체상품코드,바코드")
    rows = [
        [
            "생활용품",
            "유리 물병 1리터",
            "2024-01-01",
            "새상품",
            "노르다",
            "12900",
            "15900",
            30,
            "BT-1",
            "8801234567893",
        ],
        ["생활용품", "유리 컵 세트", "2024-01-01", "새상품", "노르다", "9900", "12900", 12, "CP-1", ""],
    ]
    return table("coupang.csv", header, rows, truth(rows, 8, 1, 5))


def yahoo_japan() -> Made:
    """English headers, Japanese texts, EUC-JP."""
    header = named("path,name,code,sub-code,original-price,price,sale-price,headline,caption,explanation,taxable")
    rows = [
        [
            "食器",
            "有田焼の大皿 藍色の花模様",
            "arita-1",
            "",
            "",
            5400,
            "",
            "人気の商品",
            "美しい大皿です。料理が映えます。",
            "説明",
            1,
        ],
        [
            "食器",
            "有田焼の小鉢 五個組",
            "arita-2",
            "",
            "",
            3200,
            "",
            "贈り物に",
            "小さな鉢の組です。毎日使えます。",
            "説明",
            1,
        ],
    ]
    return table("yahoo-japan.csv", header, rows, truth(rows, 2, 1, 5), encoding="euc_jp")


FILES = [etsy, ozon, trendyol, coupang, yahoo_japan]
