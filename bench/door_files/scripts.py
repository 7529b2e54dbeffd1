"""Lists of suppliers in many scripts: Greek, Arabic, Hebrew, Thai, Chinese, Korean, Devanagari, Georgian, Armenian."""

from bench.door_files.made import Made, comma, named, priced, table, truth


def greek() -> Made:
    """Decimal commas, and the euro sign after the price."""
    header = named("Κωδικός;Περιγραφή;Τιμή (€);Απόθεμα", ";")
    rows = [
        ["ΕΛ-1", "Ελαιόλαδο 1 λίτρο", "9.5", 10],
        ["ΕΛ-2", "Μέλι θυμαρίσιο", "12.8", 4],
        ["ΕΛ-3", "Φέτα", "1104", 1],
    ]
    return table("greek.csv", header, priced(rows, 2, lambda p: f"{comma(p)} €"), truth(rows, 0, 1, 2), delimiter=";")


def arabic() -> Made:
    """Arabic digits and the Arabic decimal sign."""
    header = ["رمز المنتج", "اسم المنتج", "السعر", "الكمية"]
    rows = [["AR-1", "فنجان قهوة", "12.5", 3], ["AR-2", "إبريق شاي", "149", 2], ["AR-3", "صينية نحاس", "1250.75", 1]]
    digits = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
    return table(
        "arabic.csv", header, priced(rows, 2, lambda p: f"{float(p):,.2f}".translate(digits)), truth(rows, 0, 1, 2)
    )


def hebrew() -> Made:
    """The shekel sign before the price."""
    header = ['מק"ט', "שם מוצר", "תיאור", "מחיר"]
    rows = [["HE-1", "כוס זכוכית", "שקופה", "15.9"], ["HE-2", "צלחת קרמיקה", "לבנה", "1290"]]
    return table("hebrew.csv", header, priced(rows, 3, lambda p: f"₪{float(p):,.2f}"), truth(rows, 0, 1, 3))


def thai() -> Made:
    """The baht sign after the price."""
    header = ["รหัสสินค้า", "ชื่อสินค้า", "ราคา (บาท)", "จำนวน"]
    rows = [["TH-1", "แก้วน้ำ", "45", 10], ["TH-2", "จานกระเบื้อง", "1290", 4], ["TH-3", "ช้อน", "12.5", 90]]
    return table("thai.csv", header, priced(rows, 2, lambda p: f"{float(p):,.2f} บาท"), truth(rows, 0, 1, 2))


def chinese() -> Made:
    """GB 18030, and the full-width yuan sign."""
    header = named("商品编码,商品名称,规格,零售价,库存")
    rows = [
        ["CN-01", "青花瓷茶杯", "200毫升", "366.8", 12],
        ["CN-02", "紫砂茶壶手工制作", "350毫升", "1280", 3],
        ["CN-03", "竹制茶盘", "大号", "99", 8],
    ]
    return table(
        "chinese.csv", header, priced(rows, 3, lambda p: f"￥{float(p):.2f}"), truth(rows, 0, 1, 3), encoding="gb18030"
    )


def chinese_traditional() -> Made:
    """Prices with NT$."""
    header = named("商品編號,商品名稱,售價,庫存")
    rows = [["TW-1", "烏龍茶葉禮盒", "1200", 5], ["TW-2", "鳳梨酥", "450", 9]]
    return table("chinese-tw.csv", header, priced(rows, 2, lambda p: f"NT${int(p):,}"), truth(rows, 0, 1, 2))


def japanese() -> Made:
    """Yen after the price, and full-width digits in other columns."""
    header = named("品番,品名,単価（円）,在庫数")
    rows = [["JP-1", "木の椅子", "12800", 3], ["JP-2", "木の机", "34500", 1], ["JP-3", "座布団", "980", 20]]
    return table(
        "japanese.csv", header, priced(rows, 2, lambda p: f"{int(p):,}円"), truth(rows, 0, 1, 2), delimiter="\t"
    )


def korean() -> Made:
    """CP949 as spreadsheets save it, and won after the price."""
    header = named("상품코드,상품명,판매가(원),재고")
    rows = [
        ["KR-1", "나무 의자와 방석 세트", "45000", 3],
        ["KR-2", "나무 책상 서랍 포함", "129000", 2],
        ["KR-3", "도자기 찻잔 두 개", "18000", 9],
    ]
    return table(
        "korean.csv", header, priced(rows, 2, lambda p: f"{int(p):,}원"), truth(rows, 0, 1, 2), encoding="cp949"
    )


def hindi() -> Made:
    """Rupees, with digits grouped by lakh."""
    header = ["उत्पाद कोड", "उत्पाद का नाम", "मूल्य (₹)", "स्टॉक"]
    rows = [
        ["IN-1", "पीतल का दीपक", "450", 10],
        ["IN-2", "चांदी की थाली", "125000", 1],
        ["IN-3", "मिट्टी का घड़ा", "1250.5", 3],
    ]
    written = ["₹450.00", "₹1,25,000.00", "₹1,250.50"]
    return table(
        "hindi.csv", header, [[*r[:2], w, r[3]] for r, w in zip(rows, written, strict=True)], truth(rows, 0, 1, 2)
    )


def bulgarian() -> Made:
    """Windows-1251, and lev after the price."""
    header = named("Код;Наименование;Цена с ДДС;Наличност", ";")
    rows = [
        ["БГ-1", "Розово масло от Казанлък", "35.5", 4],
        ["БГ-2", "Керамична чиния", "18", 8],
        ["БГ-3", "Вълнено одеяло", "1120", 2],
    ]
    written = priced(rows, 2, lambda p: f"{comma(p)} лв.")
    return table("bulgarian.csv", header, written, truth(rows, 0, 1, 2), delimiter=";", encoding="cp1251")


def polish() -> Made:
    """Złoty after the price, and spaces between thousands."""
    header = named("Indeks;Nazwa produktu;Cena brutto [zł];Stan magazynowy", ";")
    rows = [["PL-1", "Krzesło dębowe", "349", 4], ["PL-2", "Stół", "1299.99", 1]]
    written = priced(rows, 2, lambda p: f"{float(p):,.2f} zł".replace(",", "\u00a0").replace(".", ","))
    return table("polish.csv", header, written, truth(rows, 0, 1, 2), delimiter=";")


def vietnamese() -> Made:
    """Dong after the price, and points between thousands. No price is ambiguous."""
    header = ["Mã hàng", "Tên hàng", "Giá bán", "Tồn kho"]
    rows = [["VN-1", "Ấm trà gốm", "1250000", 3], ["VN-2", "Bộ chén", "89000", 9]]
    return table(
        "vietnamese.csv", header, priced(rows, 2, lambda p: f"{int(p):,} ₫".replace(",", ".")), truth(rows, 0, 1, 2)
    )


def georgian() -> Made:
    """A script of a few million people."""
    header = ["კოდი", "დასახელება", "ფასი"]
    rows = [["GE-1", "ჩაიდანი", "12.50"], ["GE-2", "ჭიქა", "4.20"]]
    return table("georgian.csv", header, rows, truth(rows, 0, 1, 2))


def meitei() -> Made:
    """Headers in a language that Catalog does not know. It must ask or reject, and not guess."""
    header = ["ꯀꯣꯗ", "ꯃꯤꯡ", "ꯃꯃꯜ"]
    rows = [["MT-1", "ꯀꯦꯇꯜ", "12.50"], ["MT-2", "ꯀꯞ", "4.20"]]
    return table("meitei.csv", header, rows, {"ask": True})


FILES = [
    greek,
    arabic,
    hebrew,
    thai,
    chinese,
    chinese_traditional,
    japanese,
    korean,
    hindi,
    bulgarian,
    polish,
    vietnamese,
    georgian,
    meitei,
]
