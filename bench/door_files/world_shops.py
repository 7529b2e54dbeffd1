"""Files of more shops and tills: Loyverse, Vend, Erply, Shoptet, Shoper, Tiendanube, Salla, BASE, Color Me, others."""

from bench.door_files.made import Made, named, table, truth


def lightspeed_retail() -> Made:
    """A custom SKU beside that of the manufacturer."""
    header = named(
        "System ID,UPC,EAN,Custom SKU,Manufact. SKU,Item,Qty.,Price,Tax,Brand,Publish to eCom,Season,Department,MSRP,"
        "Tax Class,Default Cost,Vendor,Category"
    )
    rows = [
        [
            "210000000001",
            "",
            "",
            "LS-TEE",
            "M-881",
            "Cotton tee",
            12,
            "$25.00",
            "Yes",
            "Norda",
            "Yes",
            "",
            "",
            "$30.00",
            "Item",
            "$9.00",
            "Acme",
            "Tops",
        ],
        [
            "210000000002",
            "",
            "",
            "LS-CAP",
            "M-882",
            "Wool cap",
            4,
            "$32.50",
            "Yes",
            "Norda",
            "No",
            "",
            "",
            "$35.00",
            "Item",
            "$11.00",
            "Acme",
            "Hats",
        ],
    ]
    right = truth([[r[3], r[5], str(r[7]).strip("$")] for r in rows], 0, 1, 2)
    return table("lightspeed-retail.csv", header, rows, right)


def loyverse() -> Made:
    """A price for the shop and a price for each store."""
    header = named(
        "Handle,SKU,Name,Category,Description,Sold by weight,Option 1 name,Option 1 value,Cost,Barcode,"
        "SKU of included item,Quantity of included item,Track stock,Available for sale [Main],Price [Main],In stock [Main]"
    )
    rows = [
        ["espresso", "10000", "Espresso", "Drinks", "", "N", "", "", "0.40", "", "", "", "N", "Y", "2.20", ""],
        ["flat-white", "10001", "Flat white", "Drinks", "", "N", "", "", "0.60", "", "", "", "N", "Y", "3.40", ""],
        ["beans-250", "10002", "Beans 250 g", "Retail", "", "N", "", "", "5.00", "", "", "", "Y", "Y", "9.90", "12"],
    ]
    return table("loyverse.csv", header, rows, truth(rows, 1, 2, 14))


def vend() -> Made:
    """Lower-case technical names, a supply price and a retail price."""
    header = named(
        "id,handle,sku,composite_name,composite_sku,composite_quantity,name,description,product_category,"
        "variant_option_one_name,variant_option_one_value,tags,supply_price,retail_price,tax_name,brand_name,"
        "supplier_name,supplier_code,active,track_inventory,inventory_Main_Outlet"
    )
    rows = [
        [
            "0a-1",
            "jumper",
            "VD-JS",
            "",
            "",
            "",
            "Jumper",
            "Wool",
            "Knit",
            "Size",
            "S",
            "",
            "30.00",
            "79.00",
            "GST",
            "Norda",
            "Acme",
            "A-1",
            1,
            1,
            4,
        ],
        [
            "0a-2",
            "jumper",
            "VD-JM",
            "",
            "",
            "",
            "Jumper",
            "Wool",
            "Knit",
            "Size",
            "M",
            "",
            "30.00",
            "79.00",
            "GST",
            "Norda",
            "Acme",
            "A-2",
            1,
            1,
            2,
        ],
        [
            "0a-3",
            "scarf",
            "VD-SC",
            "",
            "",
            "",
            "Scarf",
            "Wool",
            "Knit",
            "",
            "",
            "",
            "12.00",
            "35.00",
            "GST",
            "Norda",
            "Acme",
            "A-3",
            0,
            1,
            0,
        ],
    ]
    return table("vend.csv", header, rows, truth(rows, 2, 6, 13))


def erply() -> Made:
    """A product's ID before its code."""
    header = named("Product ID,Code,EAN/UPC code,Name,Product group,Supplier,Net sales price,VAT rate,Status")
    rows = [
        ["1", "ER-100", "4740000000017", "Pähklikook", "Pagar", "Norda", "3.50", "22%", "ACTIVE"],
        ["2", "ER-101", "4740000000024", "Rukkileib", "Pagar", "Norda", "1.90", "22%", "ACTIVE"],
    ]
    return table("erply.csv", header, rows, truth(rows, 1, 3, 6))


def shoptet() -> Made:
    """Czech, in cp1250, with three prices in English names."""
    header = named(
        "code;pairCode;name;defaultCategory;price;standardPrice;purchasePrice;includingVat;percentVat;ean;productVisibility",
        ";",
    )
    rows = [
        ["ST-1", "", "Hrnek žlutý s puntíky", "Kuchyň", "249", "299", "110", 1, 21, "8590000000017", "visible"],
        ["ST-2", "", "Konvička na čaj", "Kuchyň", "590,50", "", "310", 1, 21, "8590000000024", "visible"],
        ["ST-3", "", "Příbor nerezový, šestidílný", "Kuchyň", "1290", "1490", "700", 1, 21, "8590000000031", "hidden"],
        ["ST-4", "", "Ubrus lněný, světle šedý", "Jídelna", "890", "", "410", 1, 21, "8590000000048", "visible"],
    ]
    right = truth([[r[0], r[2], str(r[4]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("shoptet.csv", header, rows, right, delimiter=";", encoding="cp1250")


def shoper() -> Made:
    """Polish, technical names."""
    header = named(
        "product_code;active;name;price;vat;unit;category;producer;other_price;promo_price;weight;description;stock;ean",
        ";",
    )
    rows = [
        [
            "SH-1",
            1,
            "Świeca sojowa lawenda",
            "39.90",
            "23%",
            "szt.",
            "Świece",
            "Norda",
            "",
            "",
            "0.3",
            "<p>Ręcznie robiona</p>",
            12,
            "5900000000011",
        ],
        [
            "SH-2",
            0,
            "Świeca sojowa figa",
            "42.90",
            "23%",
            "szt.",
            "Świece",
            "Norda",
            "",
            "",
            "0.3",
            "<p>Ręcznie robiona</p>",
            0,
            "5900000000028",
        ],
    ]
    return table("shoper.csv", header, rows, truth(rows, 0, 2, 3), delimiter=";")


def tiendanube() -> Made:
    """Variants whose name and text are only in the first row, in cp1252."""
    header = named(
        "Identificador de URL;Nombre;Categorías;Nombre de propiedad 1;Valor de propiedad 1;Precio;Precio promocional;"
        "Peso (kg);Stock;SKU;Código de barras;Mostrar en tienda;Descripción;Tags",
        ";",
    )
    rows = [
        [
            "remera-lisa",
            "Remera lisa",
            "Ropa",
            "Talle",
            "S",
            "12500.00",
            "",
            "0.20",
            5,
            "RL-S",
            "",
            "SÍ",
            "Algodón peinado",
            "",
        ],
        ["remera-lisa", "", "", "", "M", "12500.00", "", "0.20", 3, "RL-M", "", "", "", ""],
        ["remera-lisa", "", "", "", "L", "12900.00", "", "0.20", 2, "RL-L", "", "", "", ""],
        [
            "gorra-niño",
            "Gorra niño",
            "Ropa",
            "",
            "",
            "8900.00",
            "7900.00",
            "0.10",
            9,
            "GN-1",
            "",
            "SÍ",
            "Visera curva",
            "",
        ],
    ]
    products = {
        "RL-S": {"name": "Remera lisa", "price": "12500"},
        "RL-M": {"name": "Remera lisa", "price": "12500"},
        "RL-L": {"name": "Remera lisa", "price": "12900"},
        "GN-1": {"name": "Gorra niño", "price": "8900"},
    }
    right = {"rows": 4, "rejected": 0, "products": products}
    return table("tiendanube.csv", header, rows, right, delimiter=";", encoding="cp1252")


def salla() -> Made:
    """Arabic, with a line above the header."""
    header = named("النوع,أسم المنتج,تصنيف المنتج,صورة المنتج,سعر المنتج,الكمية المتوفرة,رمز المنتج sku,الباركود,الوصف")
    rows = [
        ["منتج", "قهوة عربية فاخرة", "قهوة", "", "45", 20, "SL-1", "", "محمصة طازجة"],
        ["منتج", "دلة نحاسية", "أواني", "", "189.5", 4, "SL-2", "", "صناعة يدوية"],
        ["منتج", "فناجين قهوة", "أواني", "", "60", 12, "SL-3", "", "ستة فناجين"],
    ]
    return table(
        "salla.csv", header, rows, truth(rows, 6, 1, 4), above="بيانات المنتج,,,,,,,,\r\n", encoding="utf-8-sig"
    )


def base_japan() -> Made:
    """Japanese, in Shift JIS: a number of the system, a code of the shop."""
    header = named("商品ID,商品名,種類ID,種類名,説明,価格,税率,在庫数,公開状態,表示順,商品コード")
    rows = [
        ["70000001", "手ぬぐい 藍染め", "", "", "綿百パーセントの手ぬぐいです", "1650", 1, 20, 1, 1, "TN-AI"],
        ["70000002", "手ぬぐい 紅型", "", "", "沖縄の伝統的な柄です", "1980", 1, 12, 1, 2, "TN-BI"],
        ["70000003", "風呂敷 大判", "", "", "一升瓶も包める大きさです", "3300", 1, 5, 0, 3, "FR-L"],
    ]
    return table("base.csv", header, rows, truth(rows, 10, 1, 5), encoding="cp932")


def color_me() -> Made:
    """A list price beside the selling price."""
    header = named("商品ID,型番,商品名,大カテゴリー,販売価格,定価,会員価格,原価,在庫数,掲載設定,商品説明")
    rows = [
        ["1500001", "CM-001", "木のスプーン", "食器", "880", "1100", "", "300", 40, "掲載する", "桜の木を削りました"],
        ["1500002", "CM-002", "木のフォーク", "食器", "880", "1100", "", "300", 31, "掲載する", "桜の木を削りました"],
        ["1500003", "CM-003", "木の皿", "食器", "2750", "3300", "", "900", 8, "掲載しない", "栗の木の皿です"],
    ]
    return table("color-me.csv", header, rows, truth(rows, 1, 2, 4), encoding="cp932")


def shopline() -> Made:
    """Traditional Chinese, with stars and notes in the header."""
    header = named("商品貨號*,商品名稱(繁體中文)*,商品摘要(繁體中文),原價*,特價,成本,數量,重量 (公斤),品牌,上架狀態")
    rows = [
        ["SL-TEA", "高山烏龍茶", "手採", "680", "580", "200", 50, "0.15", "山雲", "Y"],
        ["SL-POT", "陶瓷茶壺", "手拉坯", "1880", "", "700", 6, "0.8", "山雲", "N"],
    ]
    return table("shopline.csv", header, rows, truth(rows, 0, 1, 3))


def persian_list() -> Made:
    """Persian digits, and grouped prices."""
    header = named("کد کالا,نام کالا,قیمت (تومان),موجودی")
    rows = [
        ["PK-1", "لیوان سفالی", "۱۲۵٬۰۰۰", "۱۰"],
        ["PK-2", "قوری چینی", "۴۸۰٬۰۰۰", "۴"],
        ["PK-3", "سینی مسی", "۱٬۲۵۰٬۰۰۰", "۲"],
    ]
    right = truth(
        [["PK-1", "لیوان سفالی", "125000"], ["PK-2", "قوری چینی", "480000"], ["PK-3", "سینی مسی", "1250000"]], 0, 1, 2
    )
    return table("persian-list.csv", header, rows, right)


def thai_till() -> Made:
    """A Thai till, in cp874, with the baht in the header."""
    header = named("รหัสสินค้า,บาร์โค้ด,ชื่อสินค้า,หมวดหมู่,ราคาขาย (บาท),ต้นทุน,คงเหลือ")
    rows = [
        ["TH-01", "8850000000012", "น้ำดื่มขวดใหญ่", "เครื่องดื่ม", "15.00", "9.00", 100],
        ["TH-02", "8850000000029", "ข้าวหอมมะลิ ถุงห้ากิโล", "อาหารแห้ง", "215.00", "180.00", 20],
        ["TH-03", "8850000000036", "น้ำปลาแท้ ขวดแก้ว", "เครื่องปรุง", "38.00", "29.00", 44],
        ["TH-04", "8850000000043", "สบู่สมุนไพร ก้อนเล็ก", "ของใช้", "25.00", "14.00", 60],
    ]
    return table("thai-till.csv", header, rows, truth(rows, 0, 2, 4), encoding="cp874")


def baltic_list() -> Made:
    """Lithuanian, in cp1257."""
    header = named("Prekės kodas;Prekės pavadinimas;Kaina, EUR;Likutis", ";")
    rows = [
        ["LT-1", "Ąžuolinė lentyna", "59,90", 4],
        ["LT-2", "Šviestuvas žaliu gaubtu", "34,50", 9],
        ["LT-3", "Kėdė su atlošu, juoda", "89,00", 2],
        ["LT-4", "Pušinis stalčius įrankiams", "21,99", 12],
        ["LT-5", "Žvakidė iš ketaus", "14,00", 30],
    ]
    right = truth([[r[0], r[1], str(r[2]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("baltic-list.csv", header, rows, right, delimiter=";", encoding="cp1257")


FILES = (
    lightspeed_retail,
    loyverse,
    vend,
    erply,
    shoptet,
    shoper,
    tiendanube,
    salla,
    base_japan,
    color_me,
    shopline,
    persian_list,
    thai_till,
    baltic_list,
)
