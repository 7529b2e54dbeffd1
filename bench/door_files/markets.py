"""Files of marketplaces: Amazon, Rakuten, eBay, Google Merchant."""

from bench.door_files.made import Made, named, table, text, truth

EBAY = named(
    "*Action(SiteID=US|Country=US|Currency=USD|Version=1193);CustomLabel;*Category;*Title;"
    "*Description;*ConditionID;*Format;*Duration;*StartPrice;*Quantity;PicURL;*Location",
    ";",
)


def amazon() -> Made:
    """A flat file: the version of the template, labels, technical names, then products."""
    above = ["TemplateType=fptcustom", "Version=2021.1014", "TemplateSignature=SE9NRQ==", "", "", ""]
    labels = ["Seller SKU", "Product Name", "Brand Name", "Standard Price", "Quantity", "Main Image URL"]
    names = ["item_sku", "item_name", "brand_name", "standard_price", "quantity", "main_image_url"]
    rows = [
        ["AZ-1", "Steel bottle", "Norda", "19.99", 40, "https://m.example/1.jpg"],
        ["AZ-2", "Steel cup", "Norda", "9.49", 12, "https://m.example/2.jpg"],
        ["AZ-3", "Straw", "Norda", "3.00", 9, "https://m.example/3.jpg"],
    ]
    return Made("amazon-flat.txt", text(above, [labels, names, *rows], "\t").encode(), truth(rows, 0, 1, 3))


def amazon_listings() -> Made:
    """The report of all listings."""
    header = named(
        "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\tproduct-id-type\tasin1\t"
        "product-id\tstatus",
        "\t",
    )
    rows = [
        [
            "Lamp, brass",
            "",
            "0912A",
            "LB-01",
            "59.00",
            3,
            "2024-01-02 10:00:00 PST",
            1,
            "B00AAAAAA1",
            "B00AAAAAA1",
            "Active",
        ],
        [
            "Lamp, steel",
            "",
            "0912B",
            "LS-01",
            "49.00",
            5,
            "2024-01-02 10:00:00 PST",
            1,
            "B00AAAAAA2",
            "B00AAAAAA2",
            "Active",
        ],
        ["Shade", "", "0912C", "SH-01", "15.50", 5, "2024-01-03 10:00:00 PST", 1, "B00AAAAAA3", "B00AAAAAA3", "Active"],
    ]
    return table("amazon-listings.txt", header, rows, truth(rows, 3, 0, 4), delimiter="\t")


def rakuten() -> Made:
    """item.csv in Shift JIS."""
    header = named(
        "コントロールカラム,商品管理番号（商品URL）,商品番号,全商品ディレクトリID,PC用キャッチコピー,商品名,販売価格,表示価格,消費税,送料,倉庫指定,商品説明文"
    )
    rows = [
        [
            "n",
            "cup-001",
            "C001",
            214190,
            "送料無料",
            "湯呑み茶碗 青い花柄の磁器",
            1200,
            "",
            1,
            1,
            0,
            "手描きの模様が美しい湯呑みです。",
        ],
        [
            "n",
            "cup-002",
            "C002",
            214190,
            "送料無料",
            "湯呑み茶碗 白い無地の陶器",
            980,
            "",
            1,
            1,
            0,
            "毎日使える丈夫な器です。",
        ],
        [
            "n",
            "pot-001",
            "P001",
            214191,
            "新商品",
            "急須 常滑焼の茶器",
            4500,
            "",
            1,
            0,
            0,
            "お茶の時間を楽しむための急須です。",
        ],
    ]
    return table("rakuten-item.csv", header, rows, truth(rows, 1, 5, 6), encoding="cp932")


def ebay_upload() -> Made:
    """File Exchange: stars mark required columns."""
    rows = [
        ["Add", "EB-100", 9355, "Phone stand", "Aluminium", 1000, "FixedPrice", "GTC", "12.99", 5, "", "Berlin"],
        ["Add", "EB-101", 9355, "Phone ring", "Steel", 1000, "FixedPrice", "GTC", "4.99", 8, "", "Berlin"],
    ]
    return table("ebay-file-exchange.csv", EBAY, rows, truth(rows, 1, 3, 8))


def ebay_active() -> Made:
    """The report of active listings. The item number is not the SKU of the shop."""
    header = named(
        "Item number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,"
        "Start price,Auction Buy It Now price,Sold quantity,Condition"
    )
    rows = [
        ["204111222333", "Brass hook", "", "HK-1", 10, "FIXED_PRICE", "USD", "6.50", "", 3, "NEW"],
        ["204111222334", "Brass knob", "", "KN-1", 7, "FIXED_PRICE", "USD", "8.00", "", 1, "NEW"],
        ["204111222335", "Steel knob", "", "KN-2", 2, "FIXED_PRICE", "USD", "7.25", "", 0, "NEW"],
    ]
    return table("ebay-active.csv", header, rows, truth(rows, 3, 1, 7), encoding="utf-8-sig")


def google() -> Made:
    """A feed: the currency is after the price, and variants share a group."""
    header = named(
        "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tbrand\tgtin\tmpn\tcondition\titem_group_id",
        "\t",
    )
    goods = [("G-1", "Shirt red", "19.90"), ("G-2", "Shirt blue", "19.90"), ("G-3", "Hat", "1299.00")]
    rows = [
        [
            sku,
            name,
            "Cotton",
            f"https://s.example/{sku}",
            "https://s.example/a.jpg",
            "in_stock",
            f"{price} EUR",
            "Norda",
            "",
            "M1",
            "new",
            "GR",
        ]
        for sku, name, price in goods
    ]
    right = truth([[*one] for one in goods], 0, 1, 2)
    return table("google-merchant.tsv", header, rows, right, delimiter="\t")


FILES = [amazon, amazon_listings, rakuten, ebay_upload, ebay_active, google]
