"""Exports of shop systems: Shopify, WooCommerce, Magento, PrestaShop."""

from bench.door_files.made import Made, cells, comma, named, priced, table, truth

SHOPIFY = named(
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,"
    "Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,"
    "Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,"
    "Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,"
    "Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,"
    "Variant Weight Unit,Variant Tax Code,Cost per item,Status"
)
WOO = named(
    "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,"
    "Date sale price starts,Date sale price ends,Tax status,Tax class,In stock?,Stock,"
    "Low stock amount,Backorders allowed?,Sold individually?,Weight (kg),Length (cm),Width (cm),"
    "Height (cm),Allow customer reviews?,Purchase note,Sale price,Regular price,Categories,Tags,"
    "Shipping class,Images,Parent,Attribute 1 name,Attribute 1 value(s),Meta: _custom_gtin"
)
MAGENTO_2 = named(
    "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,"
    "description,short_description,weight,product_online,tax_class_name,visibility,price,"
    "special_price,url_key,base_image,additional_attributes,qty,is_in_stock"
)
MAGENTO_1 = named(
    "sku,_store,_attribute_set,_type,_category,_root_category,_product_websites,color,cost,"
    "description,name,price,special_price,status,tax_class_id,visibility,weight,qty,_media_image,"
    "_media_position"
)
PRESTA = named(
    "Product ID;Image;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity;Status;Position", ";"
)


def shopify() -> Made:
    """Variants are rows without a title. More pictures are rows with only a picture."""
    rows, products = [], {}
    for handle, title, price in (("linen-tee", "Linen tee", "24.00"), ("wool-cap", "Wool cap", "18.50")):
        for number, size in enumerate("SML"):
            first: dict[str, object] = {}
            if not number:
                first = {"title": title, "bodyhtml": f"<p>{title}</p>", "vendor": "Norda", "published": "true"}
                first |= {"option1name": "Size", "status": "active"}
            sku = f"{handle[:2].upper()}-{size}"
            row = cells(SHOPIFY, handle=handle, option1value=size, variantsku=sku, variantprice=price, **first)
            rows.append(row)
            products[sku] = {"name": title, "price": price}
        for place in (2, 3):
            picture = f"https://cdn.shop.example/{handle}-{place}.jpg"
            rows.append(cells(SHOPIFY, handle=handle, imagesrc=picture, imageposition=place))
    return table("shopify-variants.csv", SHOPIFY, rows, {"rows": 10, "rejected": 0, "products": products})


def shopify_without_skus() -> Made:
    """A shop without SKUs. Catalog must ask for the key."""
    goods = (("oak-bowl", "Oak bowl"), ("ash-bowl", "Ash bowl"), ("elm-cup", "Elm cup"), ("fir-cup", "Fir cup"))
    rows = [cells(SHOPIFY, handle=h, title=t, variantprice="12.00", published="true") for h, t in goods]
    rows[0][SHOPIFY.index("Variant SKU")] = "OB-1"
    return table("shopify-no-skus.csv", SHOPIFY, rows, {"ask": True})


def woocommerce() -> Made:
    """A variable product, its variations, a simple product and a draft."""
    rows = [
        cells(WOO, id=10, type="variable", sku="TEE", name="Tee", published=1, attribute1values="Red, Blue"),
        cells(WOO, id=11, type="variation", sku="TEE-R", name="Tee - Red", published=1, regularprice=20, parent="TEE"),
        cells(WOO, id=12, type="variation", sku="TEE-B", name="Tee - Blue", published=1, regularprice=21, parent="TEE"),
        cells(WOO, id=13, type="simple", sku="MUG", name="Mug", published=-1, saleprice=7, regularprice=9),
    ]
    right = truth(rows, 2, 3)
    for sku, price in {"TEE": None, "TEE-R": "20", "TEE-B": "21", "MUG": "9"}.items():
        right["products"][sku]["price"] = price
    return table("woocommerce.csv", WOO, rows, right, encoding="utf-8-sig")


def woocommerce_german() -> Made:
    """The export in German, with commas in prices."""
    header = named(
        "ID;Typ;Artikelnummer;Name;Veröffentlicht;Kurzbeschreibung;Beschreibung;Angebotspreis;Regulärer Preis", ";"
    )
    rows = [
        [1, "simple", "K-1", "Kännchen", 1, "", "Aus Steingut", "", "19.90"],
        [2, "simple", "K-2", "Krug", 0, "", "", "24.00", "29.00"],
    ]
    right = truth(rows, 2, 3, 8)
    return table("woocommerce-de.csv", header, priced(rows, 8, comma), right, delimiter=";")


def magento_2() -> Made:
    """Each product is followed by a row for each store view, with the translated texts."""
    rows, products = [], {}
    for sku, english, german, price in (
        ("M-1", "Garden chair", "Gartenstuhl", "49.9"),
        ("M-2", "Bench", "Bank", "129"),
    ):
        more = 'color=Green,size="27, tall"'
        rows.append(
            cells(
                MAGENTO_2,
                sku=sku,
                attributesetcode="Default",
                producttype="simple",
                name=english,
                price=price,
                productonline=1,
                additionalattributes=more,
                urlkey=sku.lower(),
            )
        )
        rows.append(
            cells(MAGENTO_2, sku=sku, storeviewcode="de", attributesetcode="Default", producttype="simple", name=german)
        )
        products[sku] = {"name": english, "price": price}
    return table("magento2-store-views.csv", MAGENTO_2, rows, {"rows": 4, "rejected": 0, "products": products})


def magento_1() -> Made:
    """Rows without a SKU belong to the product above: more categories, pictures, a store view."""
    rows, products = [], {}
    for sku, name, price in (
        ("N2610", "Nokia 2610", "149.99"),
        ("BB8100", "Pearl", "349.99"),
        ("SW810", "W810i", "399"),
    ):
        row = cells(
            MAGENTO_1, sku=sku, attributeset="Cell", type="simple", category="Phones", name=name, price=price, status=1
        )
        rows += [row, cells(MAGENTO_1, category="Phones/Sale"), cells(MAGENTO_1, store="german", name=f"{name} (de)")]
        products[sku] = {"name": name, "price": price}
    return table("magento1.csv", MAGENTO_1, rows, {"rows": 9, "rejected": 0, "products": products})


def prestashop() -> Made:
    """The export of the product list in the back office."""
    rows = [
        [1, "1-small_default.jpg", "Hummingbird t-shirt", "demo_1", "Men", "23.90", "28.68", 299, 1, 1],
        [2, "2-small_default.jpg", "Brown bear cushion", "demo_2", "Home", "18.90", "22.68", 300, 1, 2],
        [3, "3-small_default.jpg", "Framed poster", "demo_3", "Art", "29.00", "34.80", 0, 0, 3],
    ]
    return table("prestashop-list.csv", PRESTA, rows, truth(rows, 3, 2), delimiter=";")


def prestashop_import() -> Made:
    """The template for an import, with stars and remarks in the header."""
    header = named(
        "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules ID;"
        "Wholesale price;On sale (0/1);Reference #;Supplier reference #;Supplier;Manufacturer;EAN13;UPC;"
        "Quantity;Short description;Description;Image URLs (x,y,z...)",
        ";",
    )
    rows = [
        [
            1,
            1,
            "iPod Nano",
            "Home",
            "49",
            1,
            "19",
            0,
            "RP-1",
            "RF-1",
            "Supply",
            "Maker",
            "4006381333931",
            "",
            9,
            "",
            "",
            "",
        ],
        [2, 0, "iPod shuffle", "Home", "66.05", 1, "29", 0, "RP-2", "RF-2", "Supply", "Maker", "", "", 9, "", "", ""],
    ]
    return table("prestashop-import.csv", header, rows, truth(rows, 8, 2, 4), delimiter=";")


FILES = [
    shopify,
    shopify_without_skus,
    woocommerce,
    woocommerce_german,
    magento_2,
    magento_1,
    prestashop,
    prestashop_import,
]
