"""Lists of wholesalers and their programs: headings between rows, steps of quantities, fixed widths, money in cents."""

import json
from functools import partial

from bench.door_files.made import Made, lined


def stripe() -> Made:
    """Prices of Stripe's API with their products, in cents."""
    records = [
        {
            "id": f"price_1Nx{n}",
            "currency": "usd",
            "unit_amount": cents,
            "product": {"id": f"prod_{sku}", "name": name, "metadata": {"sku": sku}},
        }
        for n, (sku, name, cents) in enumerate([("ST-1", "Pour-over kettle", 6900), ("ST-2", "Scale", 4550)])
    ]
    return Made("stripe-prices.json", json.dumps({"object": "list", "data": records}).encode(), {"ask": True})


def commercetools_prices() -> Made:
    """A projection of commercetools: the master variant, the others, and a list of prices in each."""
    known = {"TEE-S": 2490, "TEE-M": 2490, "TEE-L": 2690}
    variants = [
        {
            "id": n,
            "sku": sku,
            "prices": [
                {
                    "id": f"p{n}",
                    "value": {"type": "centPrecision", "currencyCode": "EUR", "centAmount": cents, "fractionDigits": 2},
                }
            ],
        }
        for n, (sku, cents) in enumerate(known.items(), 1)
    ]
    record = {"key": "tee", "name": {"de-DE": "Leinenhemd"}, "masterVariant": variants[0], "variants": variants[1:]}
    products = {sku: {"name": "Leinenhemd", "price": f"{cents / 100:.2f}"} for sku, cents in known.items()}
    return Made(
        "commercetools-prices.json", json.dumps([record]).encode(), {"rows": 3, "rejected": 0, "products": products}
    )


def medusa() -> Made:
    """Products of Medusa, whose amounts are in cents in one version and not in the other."""
    records = [
        {
            "title": title,
            "handle": sku.lower(),
            "variants": [{"title": "Default", "sku": sku, "prices": [{"currency_code": "eur", "amount": cents}]}],
        }
        for sku, title, cents in [("MD-1", "Mug", 1250), ("MD-2", "Tray", 3490)]
    ]
    return Made("medusa.json", json.dumps({"products": records}).encode(), {"ask": True})


def yen_in_cents() -> Made:
    """A dump of a marketplace whose prices are in the smallest unit of each currency."""
    rows = [
        ("JP-1", "急須", 4800, "JPY", "4800"),
        ("KW-1", "إبريق", 12500, "KWD", "12.5"),
        ("DE-1", "Kanne", 2995, "EUR", "29.95"),
    ]
    written = "sku,title,price_minor,currency\n" + "".join(
        f"{sku},{name},{cents},{code}\n" for sku, name, cents, code, _ in rows
    )
    products = {sku: {"name": name, "price": price} for sku, name, _, _, price in rows}
    return Made("minor-units.csv", written.encode(), {"rows": 3, "rejected": 0, "products": products})


def sap_dump() -> Made:
    """A list of SAP as it is saved from the screen: lines of dashes, bars around the cells, leading zeros."""
    line = "-" * 64
    rows = [("000000000000100234", "Führungsbuchse 12x20", "12,50"), ("000000000000100235", "Ösenschraube M8", "3,20")]
    rows += [("000000000000100300", "Gewindestange M10 1 m", "1.104,00")]
    body = "".join(f"|{sku:<18}|{name:<24}|{price:>10}|EUR  |ST |\n" for sku, name, price in rows)
    head = f"|{'Material':<18}|{'Materialkurztext':<24}|{'Preis':>10}|Währg|ME |\n"
    text = f"{line}\n{head}{line}\n{body}{line}\n"
    products = {sku: {"name": name, "price": price.replace(".", "").replace(",", ".")} for sku, name, price in rows}
    return Made("sap-screen.txt", text.encode("cp1252"), {"rejected": 0, "products": products})


def quickbooks_iif() -> Made:
    """An IIF file of QuickBooks Desktop: the first column says what a row is."""
    text = (
        "!INVITEM\tNAME\tINVITEMTYPE\tDESC\tPURCHASEDESC\tACCNT\tPRICE\tCOST\tTAXABLE\n"
        "INVITEM\tQB-1\tINVENTORY\tOak shelf\t\tSales\t129.00\t60.00\tY\n"
        "INVITEM\tQB-2\tINVENTORY\tPine shelf\t\tSales\t79.50\t31.00\tY\n"
        "INVITEM\tQB-3\tINVENTORY\tShelf bracket\t\tSales\t8.25\t2.10\tY\n"
    )
    products = {"QB-1": {"name": "Oak shelf", "price": "129.00"}, "QB-2": {"name": "Pine shelf", "price": "79.50"}}
    return Made(
        "quickbooks.iif",
        text.encode(),
        {"rejected": 0, "products": products | {"QB-3": {"name": "Shelf bracket", "price": "8.25"}}},
    )


def grouped_headings() -> Made:
    """A price list with headings of groups between the rows, in Serbian."""
    text = (
        "Cenovnik 2026;;;\r\nŠifra;Naziv artikla;JM;Cena (RSD)\r\nBELA TEHNIKA;;;\r\nBT-01;Frižider 200 l;kom;45.990,00\r\n"
        "BT-02;Šporet;kom;38.500,00\r\nMALI APARATI;;;\r\nMA-01;Mikser;kom;4.250,00\r\n"
    )
    products = {
        "BT-01": {"name": "Frižider 200 l", "price": "45990"},
        "BT-02": {"name": "Šporet", "price": "38500"},
        "MA-01": {"name": "Mikser", "price": "4250"},
    }
    return Made("group-headings.csv", text.encode("cp1250"), {"rows": 5, "rejected": 2, "products": products})


def two_header_rows() -> Made:
    """Two header rows: groups above, names below."""
    text = (
        "Article,,Packaging,,Price,\nCode,Description,Unit,Per carton,Currency,List\n"
        "TH-1,Ceramic planter,pc,6,GBP,24.00\nTH-2,Watering can,pc,4,GBP,31.50\nTH-3,Trowel,pc,12,GBP,9.75\n"
    )
    products = {
        "TH-1": {"name": "Ceramic planter", "price": "24"},
        "TH-2": {"name": "Watering can", "price": "31.5"},
        "TH-3": {"name": "Trowel", "price": "9.75"},
    }
    return Made("two-header-rows.csv", text.encode(), {"rows": 3, "rejected": 0, "products": products})


FILES = (
    stripe,
    commercetools_prices,
    medusa,
    yen_in_cents,
    sap_dump,
    quickbooks_iif,
    grouped_headings,
    two_header_rows,
    partial(
        lined,
        "amharic-list.csv",
        """
ኮድ,የዕቃው ስም,ዋጋ (ብር)
AM-1,የቡና ጀበና,850.00
AM-2,ሲኒ,120.50
AM-3,ረከቦት,"2,400.00"
""",
        "ኮድ",
        "የዕቃው ስም",
        "ዋጋ (ብር)",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "tamil-shop.csv",
        """
பொருள் குறியீடு,பொருள் பெயர்,விலை
TM-1,காபி தூள் 500 கி,"₹ 1,249.00"
TM-2,தேயிலை,₹ 180.50
TM-3,மிளகு,₹ 95.00
""",
        "பொருள் குறியீடு",
        "பொருள் பெயர்",
        "விலை",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "khmer-shop.csv",
        """
SKU,ឈ្មោះ\u200bទំនិញ,តម្លៃ
KH-1,ស្ករ\u200bត្នោត,"8,000៛"
KH-2,ម្រេច\u200bកំពត,"32,000៛"
KH-3,ទឹក\u200bត្រី,"12,500៛"
""",
        "SKU",
        "ឈ្មោះ\u200bទំនិញ",
        "តម្លៃ",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "packs.csv",
        """
Art. no.;Description;Units per pack;Price per unit;Price per pack;MOQ
PK-1;Paper cup 200 ml;50;0.08;4.00;10
PK-2;Lid 80 mm;100;0.03;3.00;10
PK-3;Stirrer;1000;0.004;4.00;5
""",
        "Art. no.",
        asks=True,
    ),
    partial(
        lined,
        "price-breaks.csv",
        """
Part Number,Description,Manufacturer,1+,10+,100+,1000+
PB-1,Ceramic capacitor 100nF,Kemit,0.10,0.08,0.05,0.02
PB-2,Resistor 10k,Yago,0.05,0.03,0.02,0.01
PB-3,LED red 5 mm,Kingo,0.25,0.20,0.15,0.09
""",
        "Part Number",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "datev-items.csv",
        """
Artikelnummer;Bezeichnung 1;Bezeichnung 2;Mengeneinheit;Erlöskonto;Steuerschlüssel;VK-Preis netto;EK-Preis;Warengruppe
10010;Kopierpapier A4;80 g, 500 Blatt;Pck;8400;3;4,95;2,80;Papier
10011;Ordner breit;;Stk;8400;3;2,49;1,10;Ablage
10012;Tischrechner;12-stellig;Stk;8400;3;1.029,00;640,00;Technik
""",
        "Artikelnummer",
        "Bezeichnung 1",
        "VK-Preis netto",
        point=",",
    ),
)
