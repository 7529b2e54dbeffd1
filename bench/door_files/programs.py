"""What programs write for programs: bulk exports, feeds of APIs, prices in cents; lists that were pasted or zipped."""

import io
import json
import zipfile

from bench.door_files.made import Made, cells, named, table, text, truth


def shopify_bulk() -> Made:
    """A bulk export of Shopify: each variant names the product above it."""
    lines: list[dict[str, object]] = []
    products: dict[str, dict[str, str]] = {}
    sold = [("Linen apron", {"AP-S": "38.00", "AP-M": "38.00"}), ("Oak board", {"BD-1": "54.50"})]
    for n, (title, variants) in enumerate(sold, 1):
        product = f"gid://shopify/Product/{n}"
        lines.append({"id": product, "title": title, "status": "ACTIVE", "vendor": "Norda"})
        for sku, price in variants.items():
            variant = f"gid://shopify/ProductVariant/{len(lines)}"
            lines.append({"id": variant, "title": "Default", "sku": sku, "price": price, "__parentId": product})
            products[sku] = {"name": title, "price": price}
    written = "".join(f"{json.dumps(line)}\n" for line in lines)
    return Made("shopify-bulk.jsonl", written.encode(), {"rows": 3, "rejected": 0, "products": products})


def commercetools() -> Made:
    """A feed of commercetools, with money in its smallest unit."""
    known = {"CT-100": ("Cast iron teapot", 4990), "CT-101": ("Tea bowl", 1250), "CT-102": ("Tea strainer", 895)}
    lines = [
        {
            "key": f"tea-{sku}",
            "name": {"en-GB": name},
            "masterVariant": {
                "sku": sku,
                "price": {"type": "centPrecision", "currencyCode": "EUR", "centAmount": cents, "fractionDigits": 2},
            },
        }
        for sku, (name, cents) in known.items()
    ]
    products = {sku: {"name": name, "price": f"{cents / 100:.2f}"} for sku, (name, cents) in known.items()}
    written = "".join(f"{json.dumps(line)}\n" for line in lines)
    return Made("commercetools.jsonl", written.encode(), {"rows": 3, "rejected": 0, "products": products})


def price_in_cents() -> Made:
    """A dump of a database that stores whole cents."""
    rows = [["W-1", "Wrench", 1299, "eur"], ["W-2", "Washer", 5, "eur"], ["W-3", "Winch", 84900, "eur"]]
    right = truth(rows, 0, 1, 2)
    for product in right["products"].values():
        product["price"] = f"{int(product['price']) / 100:.2f}"
    return table("cents-dump.csv", ["sku", "name", "price_cents", "currency"], rows, right)


def ec_cube() -> Made:
    """EC-CUBE: a row for each class of a product, with the usual price beside the selling price."""
    header = named(
        "商品ID,公開ステータス(ID),公開ステータス(名称),商品名,商品説明(一覧),商品説明(詳細),商品画像,"
        "販売種別(ID),販売種別(名称),規格分類1(ID),規格分類1(名称),商品コード,在庫数,通常価格,販売価格,送料,税率"
    )
    sold = [("彩のジェラート", "チョコ", "cube-01", 3300, 2800), ("彩のジェラート", "抹茶", "cube-02", 3400, 2900)]
    sold.append(("丸窯パウンド", "", "pound-1", 1200, 1200))
    rows = [
        cells(header, 商品id=1, 商品名=name, 規格分類1名称=kind, 商品コード=sku, 通常価格=usual, 販売価格=price)
        for name, kind, sku, usual, price in sold
    ]
    at = [header.index(name) for name in ("商品コード", "商品名", "販売価格")]
    return table("ec-cube.csv", header, rows, truth(rows, *at), encoding="cp932")


def armenian() -> Made:
    """Cells that were copied from a spreadsheet: numbered rows, spaces between thousands."""
    header = ["Հ/Հ", "Արտիկուլ", "Անվանում", "Գինը (դրամ)", "Քանակ"]
    rows = [
        [1, "HY-1", "Խաչքար փոքր", "12 500", 4],
        [2, "HY-2", "Գորգ բրդյա", "185 000", 1],
        [3, "HY-3", "Դուդուկ", "48 900", 7],
    ]
    right = truth(rows, 1, 2, 3)
    for product in right["products"].values():
        product["price"] = product["price"].replace(" ", "")
    return table("armenian-paste.txt", header, rows, right, delimiter="\t")


def electrician() -> Made:
    """A wholesaler's archive: his list with two short texts below a letterhead, his terms, and what a Mac adds."""
    header = named("Art.-Nr.;Kurztext 1;Kurztext 2;Preis €;PE;ME", ";")
    rows = [
        ["0100450", "Mantelleitung", "grau, Ring", "78,50", 100, "M"],
        ["0202310", "Steckdose", "weiß", "4,85", 1, "ST"],
    ]
    above = "Elektro Krämer GmbH;;;;;\r\nPreisliste 2026;;;;;\r\n\r\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("Liste/Preise.csv", (above + text(header, rows, ";")).encode("cp1252"))
        archive.writestr("Liste/AGB.pdf", b"%PDF-1.4\n%%EOF")
        archive.writestr("__MACOSX/Liste/._Preise.csv", b"\0\5\x16\7")
    return Made("electrician.zip", made.getvalue(), {"ask": True})


FILES = [shopify_bulk, commercetools, price_in_cents, ec_cube, armenian, electrician]
