"""Exports of business systems: Odoo, Akeneo, 1C, Lexware, JTL, Square."""

from bench.door_files.made import Made, comma, named, priced, table, truth


def odoo() -> Made:
    """Headers in the user's language. The SKU is the internal reference."""
    header = named(
        "External ID,Name,Internal Reference,Barcode,Sales Price,Cost,Product Category,Quantity On Hand,Unit of Measure"
    )
    rows = [
        ["__export__.p_1", "Office chair", "FURN_7777", "", "70.0", "55.0", "All / Office", "10.0", "Units"],
        ["__export__.p_2", "Desk stand", "FURN_7888", "4006381333931", "120.5", "78.0", "All / Office", "3.0", "Units"],
    ]
    return table("odoo.csv", header, rows, truth(rows, 2, 1, 4))


def odoo_technical() -> Made:
    """The export with technical names, for a later import."""
    header = named("id,name,default_code,barcode,list_price,standard_price,categ_id/id,type")
    rows = [
        ["product.p_1", "Office chair", "FURN_7777", "", "70", "55", "product.c", "consu"],
        ["product.p_2", "Desk stand", "FURN_7888", "", "120.5", "78", "product.c", "consu"],
    ]
    return table("odoo-technical.csv", header, rows, truth(rows, 2, 1, 4))


def akeneo() -> Made:
    """One locale and one currency, in the names of the columns."""
    header = named(
        "sku;categories;enabled;family;groups;name-en_US;description-en_US-ecommerce;price-EUR;weight;weight-unit", ";"
    )
    rows = [
        ["AK-1", "tshirts", 1, "clothing", "", "Basic tee", "<p>Soft</p>", "15.00", "0.2000", "KILOGRAM"],
        ["AK-2", "mugs", 0, "accessories", "", "Mug", "", "8.90", "0.3500", "KILOGRAM"],
    ]
    return table("akeneo.csv", header, rows, truth(rows, 0, 5, 7), delimiter=";")


def akeneo_locales() -> Made:
    """Three locales. Catalog must ask which column is the name."""
    header = named("sku;enabled;family;name-de_DE;name-en_US;name-fr_FR;price-EUR", ";")
    rows = [
        ["AK-1", 1, "chairs", "Stuhl", "Chair", "Chaise", "15.00"],
        ["AK-2", 0, "tables", "Tisch", "Table", "Table basse", "80.90"],
    ]
    return table("akeneo-locales.csv", header, rows, {"ask": True}, delimiter=";")


def one_c() -> Made:
    """A price list: lines above the header, the unit in the header of prices, totals below."""
    header = named("Код;Артикул;Наименование товаров;Ед. изм.;Цена, RUB;Остаток", ";")
    rows = [
        ["00-00000101", "ЛМ-1", "Лампа настольная", "шт", "1 250,00", 4],
        ["00-00000102", "ЛМ-2", "Лампа напольная", "шт", "3 400,50", 2],
        ["00-00000103", "СТ-1", "Стул складной", "шт", "990,00", 12],
    ]
    plain = [[r[1], r[2], str(r[4]).replace(" ", "").replace(",", ".")] for r in rows]
    above = "ООО «Север»;;;;;\r\nПрайс-лист на 01.02.2025;;;;;\r\n;;;;;\r\n"
    return table(
        "1c-price-list.csv", header, rows, truth(plain, 0, 1, 2), delimiter=";", encoding="cp1251", above=above
    )


def jtl() -> Made:
    """German headers, with gross and net prices that the names tell apart."""
    header = named(
        "Artikelnummer;Artikelname;Beschreibung;Std. VK Brutto;EK Netto (für GLD);Lagerbestand;GTIN;Aktiv", ";"
    )
    rows = [
        ["JT-1", "Gießkanne grün", "Zink", "24.90", "9.10", 4, "4006381333931", "Y"],
        ["JT-2", "Übertopf", "Ton", "1240.00", "400.00", 1, "", "N"],
    ]
    written = priced(priced(rows, 3, comma), 4, comma)
    return table("jtl.csv", header, written, truth(rows, 0, 1, 3), delimiter=";", encoding="cp1252")


def square() -> Made:
    """One row for each variation, with its name."""
    header = named("Token,Item Name,Variation Name,SKU,Description,Category,Price,Current Quantity Shop,Archived")
    rows = [
        ["T1", "Latte", "Small", "LAT-S", "", "Drinks", "3.50", "", "N"],
        ["T2", "Latte", "Large", "LAT-L", "", "Drinks", "4.50", "", "N"],
        ["T3", "Scone", "Regular", "SCO", "", "Food", "2.75", "", "N"],
    ]
    return table("square.csv", header, rows, truth(rows, 3, 1, 6))


FILES = [odoo, odoo_technical, akeneo, akeneo_locales, one_c, jtl, square]
