"""Exports of more shop systems: BigCommerce, Wix, Squarespace, Shopware, OpenCart."""

from bench.door_files.made import Made, cells, named, table, truth

BIG = named(
    "Item Type,Product ID,Product Name,Product Type,Product Code/SKU,Bin Picking Number,Brand Name,"
    "Option Set,Product Description,Price,Cost Price,Retail Price,Sale Price,Product Weight,"
    "Allow Purchases?,Product Visible?,Current Stock Level,Category,Product Image File - 1"
)


def bigcommerce() -> Made:
    """Rows of products, each followed by rows of its SKUs and rules."""
    rows = [
        cells(BIG, itemtype="Product", productid=77, productname="Fog linen", productcodesku="FL", price="45.00"),
        cells(BIG, itemtype="  SKU", productid=8, productname="[S]Size=M", productcodesku="FL-M", price="45.00"),
        cells(BIG, itemtype="  Rule", productid=3, productcodesku="FL-M", price="[ADD]5"),
        cells(BIG, itemtype="Product", productid=80, productname="Scrub", productcodesku="SC", price="12.50"),
    ]
    products = {
        "FL": {"name": "Fog linen", "price": "45"},
        "FL-M": {"price": "45"},
        "SC": {"name": "Scrub", "price": "12.5"},
    }
    return table("bigcommerce.csv", BIG, rows, {"rows": 4, "rejected": 0, "products": products})


def wix() -> Made:
    """Products, and variants without a name."""
    header = named(
        "handleId,fieldType,name,description,productImageUrl,collection,sku,ribbon,price,surcharge,visible,inventory"
    )
    rows = [
        ["p_1", "Product", "Clay pot", "Round", "a.jpg", "Pots", "CP", "", "15", "", "true", "InStock"],
        ["p_1", "Variant", "", "", "", "", "CP-L", "", "", "5", "true", "3"],
        ["p_2", "Product", "Vase", "Tall", "b.jpg", "Pots", "VA", "Sale", "30", "", "true", "InStock"],
    ]
    products = {
        "CP": {"name": "Clay pot", "price": "15"},
        "CP-L": {"name": "Clay pot"},
        "VA": {"name": "Vase", "price": "30"},
    }
    return table("wix.csv", header, rows, {"rows": 3, "rejected": 0, "products": products})


def squarespace() -> Made:
    """A header that says which columns can't be edited."""
    header = named(
        "Product ID [Non Editable],Variant ID [Non Editable],Product Type [Non Editable],Product Page,"
        "Product URL,Title,Description,SKU,Option Name 1,Option Value 1,Price,Sale Price,On Sale,Stock,"
        "Categories,Tags,Weight,Visible,Hosted Image URLs"
    )
    rows = [
        [
            "5f1",
            "a1",
            "PHYSICAL",
            "shop",
            "tote",
            "Tote",
            "<p>Bag</p>",
            "SQ0001",
            "",
            "",
            "35.00",
            "0.00",
            "No",
            4,
            "",
            "",
            "",
            "Yes",
            "",
        ],
        [
            "5f2",
            "a2",
            "PHYSICAL",
            "shop",
            "pin",
            "Pin",
            "<p>Pin</p>",
            "SQ0002",
            "",
            "",
            "4.50",
            "0.00",
            "No",
            9,
            "",
            "",
            "",
            "No",
            "",
        ],
    ]
    return table("squarespace.csv", header, rows, truth(rows, 7, 5, 10))


def shopware() -> Made:
    """Technical names with dots, as in its export profiles."""
    header = named(
        "id;productNumber;active;stock;translations.DEFAULT.name;translations.DEFAULT.description;"
        "price.DEFAULT.net;price.DEFAULT.gross;tax.id",
        ";",
    )
    rows = [
        ["0a1", "SWDEMO10001", 1, 10, "Hauptprodukt", "Text", "16.80", "19.99", "t1"],
        ["0a2", "SWDEMO10002", 1, 3, "Zweites", "Text", "8.40", "9.99", "t1"],
    ]
    return table("shopware6.csv", header, rows, truth(rows, 1, 4), delimiter=";")


def opencart() -> Made:
    """The internal number first, then model and SKU."""
    header = named("product_id,name(en-gb),categories,sku,upc,ean,quantity,model,manufacturer,image_name,price,status")
    rows = [
        [28, "HTC Touch HD", "20,24", "htc-1", "", "", 939, "Product 1", "HTC", "a.jpg", "100.00", "true"],
        [29, "Palm Treo Pro", "20,24", "palm-1", "", "", 999, "Product 2", "Palm", "b.jpg", "279.99", "false"],
    ]
    return table("opencart.csv", header, rows, truth(rows, 3, 1, 10))


FILES = [bigcommerce, wix, squarespace, shopware, opencart]
