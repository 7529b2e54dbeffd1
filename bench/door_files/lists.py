"""Plain lists of suppliers: headers with currencies and units, two possible keys, no header, lines above and below."""

from bench.door_files.made import Made, comma, named, priced, table, text, truth


def style_and_ean() -> Made:
    """The number of the article repeats for each size; the EAN is unique."""
    header = named("Art.-Nr.;Bezeichnung;Größe;EAN;UVP", ";")
    sizes = [("S", "4006381333931"), ("M", "4006381333948"), ("L", "4006381333955"), ("XL", "4006381333962")]
    rows = [["T-100", "Shirt", size, ean, "19,90"] for size, ean in sizes]
    rows += [["T-200", "Hose", size, f"{ean[:-2]}{n}7", "49,90"] for n, (size, ean) in enumerate(sizes)]
    return table("style-and-ean.csv", header, rows, {"ask": True}, delimiter=";")


def sku_and_group() -> Made:
    """A unique SKU in each row, and a group that several rows share."""
    header = named("Item Group,Item Code,Title,Colour,Price (USD)")
    rows = [["GR1", f"GR1-{c}", f"Scarf {c}", c, "25.00"] for c in ("red", "blue", "grey")]
    return table("sku-and-group.csv", header, rows, truth(rows, 1, 2, 4))


def franc_cfa() -> Made:
    """Spaces between thousands, and the currency after the price."""
    header = named("Réf;Désignation;Prix unitaire;Stock", ";")
    rows = [["CI-1", "Pagne wax", "15000", 4], ["CI-2", "Panier tressé", "7500", 9], ["CI-3", "Masque", "125000", 1]]
    written = priced(rows, 2, lambda p: f"{int(p):,} Fcfa".replace(",", " "))
    return table("cfa.csv", header, written, truth(rows, 0, 1, 2), delimiter=";")


def swiss() -> Made:
    """Apostrophes between thousands, and whole francs with a dash."""
    header = named("Artikel-Nr.;Artikelbezeichnung;Preis CHF;Lager", ";")
    rows = [["CH-1", "Käsemesser", "49", 4], ["CH-2", "Fondue-Set", "1234.5", 1], ["CH-3", "Raclette", "189.9", 3]]
    written = ["49.–", "1'234.50", "189.90"]
    return table(
        "swiss.csv",
        header,
        [[*r[:2], w, r[3]] for r, w in zip(rows, written, strict=True)],
        truth(rows, 0, 1, 2),
        delimiter=";",
    )


def two_currencies() -> Made:
    """Euros and dollars in one column. Catalog must ask or reject."""
    header = ["sku", "name", "price"]
    rows = [["TC-1", "Lamp", "€ 12.50"], ["TC-2", "Bulb", "$ 4.00"], ["TC-3", "Wire", "€ 3.10"]]
    return table("two-currencies.csv", header, rows, {"ask": True})


def thousand_or_thousandth() -> Made:
    """No price shows whether the point is a decimal point or a separator of thousands."""
    rows = [["TT-1", "Sofa", "1.250"], ["TT-2", "Bed", "2.400"]]
    return table("point-in-doubt.csv", ["Artikelnummer", "Bezeichnung", "Preis"], rows, {"ask": True}, delimiter=";")


def no_header() -> Made:
    """No header: the first line is a product."""
    rows = [[n, f"Bolt M{n}", f"BO-{n:03}", f"{n / 4:.2f}", "2024-05-01"] for n in range(3, 30)]
    return Made("no-header.csv", text(rows[0], rows[1:]).encode(), {"ask": True})


def lines_above() -> Made:
    """A letterhead above the header, and totals below the products."""
    header = named("Article No,Description of goods,Net price EUR,Pack")
    rows = [["NB-1", "Nut brass", "0.12", 100], ["NB-2", "Nut steel", "0.08", 100], ["NB-3", "Nut nylon", "0.05", 200]]
    above = "Norda Ltd.,,,\r\nPrice list 2025,,,\r\n,,,\r\n"
    right = truth(rows, 0, 1, 2) | {"rows": 4, "rejected": 1}
    return table("letterhead.csv", header, rows, right, above=above, below="Total,,0.25,\r\n")


def two_prices() -> Made:
    """Prices with and without tax. Catalog must ask, or know one of the names."""
    header = named("SKU,Name,Price excl. VAT,Price incl. VAT")
    rows = [["TP-1", "Tap", "10.00", "12.00"], ["TP-2", "Pipe", "20.00", "24.00"]]
    return table("two-prices.csv", header, rows, {"ask": True})


def unknown_names() -> Made:
    """Unknown names of columns, but clear values. Catalog must ask or reject."""
    header = named("Ident,What it is,EUR each,Pcs")
    rows = [[f"U-{n}", f"Thing number {n}", f"{n}.50", n] for n in range(1, 9)]
    return table("unknown-names.csv", header, rows, {"ask": True})


def mostly_blank_skus() -> Made:
    """Only one row in five has a SKU."""
    header = named("slug,sku,name,price,option1_value")
    rows = []
    for n in range(1, 9):
        rows.append([f"lamp-{n}", f"LA-{n}" if n < 3 else "", f"Lamp {n}", "", ""])
        rows += [[f"lamp-{n}", "", "", "12.50", size] for size in ("S", "M", "L")]
    return table("blank-skus.csv", header, rows, {"ask": True})


def grouped_prices() -> Made:
    """Points and commas. One price makes their meaning certain."""
    header = named("Codice articolo;Descrizione;Prezzo netto €;Q.tà", ";")
    rows = [["IT-1", "Sedia", "1234.5", 1], ["IT-2", "Tavolo", "890", 2], ["IT-3", "Lampada", "28.5", 3]]
    return table(
        "italian.csv", header, priced(rows, 2, comma), truth(rows, 0, 1, 2), delimiter=";", encoding="utf-8-sig"
    )


def spanish() -> Made:
    """The euro sign after the price."""
    header = named("Referencia|Nombre del artículo|P.V.P.|Existencias", "|")
    rows = [["ES-1", "Botijo", "28.5", 1], ["ES-2", "Abanico", "9.95", 2]]
    return table("spanish.csv", header, priced(rows, 2, lambda p: f"{comma(p)} €"), truth(rows, 0, 1, 2), delimiter="|")


FILES = [
    style_and_ean,
    sku_and_group,
    franc_cfa,
    swiss,
    two_currencies,
    thousand_or_thousandth,
    no_header,
    lines_above,
    two_prices,
    unknown_names,
    mostly_blank_skus,
    grouped_prices,
    spanish,
]
