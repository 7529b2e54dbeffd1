"""Files of accounting and ERP: SAP, Xero, QuickBooks, Sage, Zoho, Fortnox, e-conomic, Lexware, dumps, price lists."""

from bench.door_files.made import Made, named, table, text, truth


def sap_list() -> Made:
    """A list of SAP saved as text: frames of dashes and bars, padded cells."""
    lines = [
        "06.11.2026                      Materialverzeichnis                        1",
        "",
        "----------------------------------------------------------------------",
        "|Material  |Werk|Materialkurztext          |MArt|Preis     |Währg|",
        "----------------------------------------------------------------------",
        "|100-100   |1000|Gehäuse Alu               |ROH |     12,50|EUR  |",
        "|100-200   |1000|Laufrad                   |ROH |    145,00|EUR  |",
        "|100-300   |1000|Hohlwelle                 |ROH |  1.230,00|EUR  |",
        "----------------------------------------------------------------------",
    ]
    products = {
        "100-100": {"name": "Gehäuse Alu", "price": "12.50"},
        "100-200": {"name": "Laufrad", "price": "145"},
        "100-300": {"name": "Hohlwelle", "price": "1230"},
    }
    return Made("sap-list.txt", ("\r\n".join(lines) + "\r\n").encode("cp1252"), {"products": products})


def xero() -> Made:
    """The items of Xero: a purchase and a sales price."""
    header = named(
        "*ItemCode,ItemName,Quantity,PurchasesDescription,PurchasesUnitPrice,PurchasesAccount,PurchasesTaxRate,"
        "SalesDescription,SalesUnitPrice,SalesAccount,SalesTaxRate"
    )
    rows = [
        ["XR-1", "Golf balls", "", "White golf balls", "6.00", 300, "GST", "Golf balls, white", "10.00", 200, "GST"],
        ["XR-2", "Golf tees", "", "Wooden tees", "1.50", 300, "GST", "Tees, wooden", "3.95", 200, "GST"],
    ]
    return table("xero-items.csv", header, rows, truth(rows, 0, 1, 8))


def quickbooks() -> Made:
    """A name of a product or service, a sales price or rate."""
    header = named(
        "Product/Service Name,Sales Description,SKU,Type,Sales Price / Rate,Income Account,Purchase Description,"
        "Purchase Cost,Expense Account,Quantity On Hand,Reorder Point"
    )
    rows = [
        ["Rock fountain", "Rock fountain, grey", "QB-RF", "Inventory", "275.00", "Sales", "", "125.00", "COGS", 2, ""],
        ["Garden pump", "Pump 12 V", "QB-PU", "Inventory", "15.00", "Sales", "", "10.00", "COGS", 25, ""],
    ]
    return table("quickbooks.csv", header, rows, truth(rows, 2, 0, 4))


def sage_uk() -> Made:
    """Names of a database, in capitals."""
    header = named(
        "STOCK_CODE,DESCRIPTION,ITEM_TYPE,STOCK_CAT,QTY_IN_STOCK,UNIT_OF_SALE,SALES_PRICE,LAST_PURCHASE_PRICE,SUPPLIER_PART_NUMBER,TAX_CODE"
    )
    rows = [
        ["BOOK001", "Notebook A5", "Stock", 1, 120, "Each", "3.25", "1.10", "AC-11", "T1"],
        ["BOOK002", "Notebook A4", "Stock", 1, 80, "Each", "4.50", "1.80", "AC-12", "T1"],
        ["PEN001", "Gel pen, black", "Stock", 2, 400, "Each", "1.20", "0.35", "AC-90", "T1"],
    ]
    return table("sage-50.csv", header, rows, truth(rows, 0, 1, 6))


def zoho() -> Made:
    """Rates with the currency before the number."""
    header = named(
        "Item ID,Item Name,SKU,HSN/SAC,Description,Rate,Account,Taxable,Purchase Rate,Product Type,Status,Stock On Hand"
    )
    rows = [
        [
            "98001",
            "Steel tiffin",
            "ZH-T",
            "7323",
            "Three tiers",
            "INR 850.00",
            "Sales",
            "true",
            "INR 500.00",
            "goods",
            "Active",
            "12",
        ],
        [
            "98002",
            "Copper bottle",
            "ZH-B",
            "7418",
            "One litre",
            "INR 1200.00",
            "Sales",
            "true",
            "INR 700.00",
            "goods",
            "Inactive",
            "4",
        ],
    ]
    right = truth([[r[2], r[1], str(r[5])[4:]] for r in rows], 0, 1, 2)
    return table("zoho-items.csv", header, rows, right)


def fortnox() -> Made:
    """Swedish, in cp1252."""
    header = named("Artikelnummer;Benämning;Enhet;Försäljningspris;Inköpspris;Lagersaldo;Aktiv", ";")
    rows = [
        ["FX-1", "Träpall, björk", "st", "1 295,00", "600,00", 4, "Ja"],
        ["FX-2", "Spegel, rund", "st", "895,00", "410,00", 7, "Ja"],
        ["FX-3", "Krok i mässing", "st", "79,50", "22,00", 90, "Nej"],
    ]
    right = truth(
        [["FX-1", "Träpall, björk", "1295"], ["FX-2", "Spegel, rund", "895"], ["FX-3", "Krok i mässing", "79.5"]],
        0,
        1,
        2,
    )
    return table("fortnox.csv", header, rows, right, delimiter=";", encoding="cp1252")


def e_conomic() -> Made:
    """Danish: a sales and a cost price."""
    header = named("Varenr.;Navn;Varegruppe;Salgspris;Kostpris;Enhed;Stregkode", ";")
    rows = [
        ["1001", "Køkkenrulle", "Papir", "12,50", "7,00", "stk.", "5700000000011"],
        ["1002", "Grydeske, bøg", "Køkken", "45,00", "18,00", "stk.", "5700000000028"],
        ["1003", "Æggeur", "Køkken", "89,95", "40,00", "stk.", "5700000000035"],
    ]
    right = truth([[r[0], r[1], str(r[3]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("e-conomic.csv", header, rows, right, delimiter=";")


def sage_de() -> Made:
    """A matchcode, two lines of a name, a first sales price."""
    header = named("Artikelnummer;Matchcode;Bezeichnung1;Bezeichnung2;Mengeneinheit;VK1;VK2;EK;Warengruppe", ";")
    rows = [
        ["S-100", "SCHRAUBE M6", "Sechskantschraube M6", "verzinkt", "Stk", "0,12", "0,10", "0,04", "Normteile"],
        ["S-101", "MUTTER M6", "Sechskantmutter M6", "verzinkt", "Stk", "0,05", "0,04", "0,01", "Normteile"],
        ["S-102", "SCHEIBE M6", "Unterlegscheibe M6", "", "Stk", "0,03", "0,02", "0,01", "Normteile"],
    ]
    right = truth([[r[0], r[2], str(r[5]).replace(",", ".")] for r in rows], 0, 1, 2)
    return table("sage-100.csv", header, rows, right, delimiter=";")


def padded_dump() -> Made:
    """An old dump: capitals, padded cells, a separator at the end of each line, a total below."""
    lines = [
        "ARTNR     ;BEZEICHNUNG                   ;ME  ;     VKPREIS;   BESTAND;",
        "0004711   ;Türgriff Messing              ;STK ;       24,90;        12;",
        "0004712   ;Türschild lang                ;STK ;        9,80;        40;",
        "0004713   ;Schließblech für Bad          ;STK ;        4,15;       100;",
        "0004714   ;Fenstergriff weiß             ;STK ;       12,50;         8;",
    ]
    products = {
        "0004711": {"name": "Türgriff Messing", "price": "24.9"},
        "0004712": {"name": "Türschild lang", "price": "9.8"},
        "0004713": {"name": "Schließblech für Bad", "price": "4.15"},
        "0004714": {"name": "Fenstergriff weiß", "price": "12.5"},
    }
    right = {"rows": 4, "rejected": 0, "products": products}
    return Made("padded-dump.csv", ("\r\n".join(lines) + "\r\n").encode("cp1252"), right)


def italian_list() -> Made:
    """An Italian price list with its title and date above."""
    header = named("Cod. Art.;Descrizione articolo;UM;Prezzo listino €;IVA %;Conf.", ";")
    rows = [
        ["IT-01", "Caffettiera 3 tazze", "PZ", "€ 18,90", 22, 6],
        ["IT-02", "Caffettiera 6 tazze", "PZ", "€ 24,90", 22, 6],
        ["IT-03", "Scolapasta acciaio", "PZ", "€ 32,00", 22, 4],
    ]
    right = truth(
        [
            ["IT-01", "Caffettiera 3 tazze", "18.9"],
            ["IT-02", "Caffettiera 6 tazze", "24.9"],
            ["IT-03", "Scolapasta acciaio", "32"],
        ],
        0,
        1,
        2,
    )
    above = "LISTINO PREZZI 2026;;;;;\r\nValido dal 01/02/2026;;;;;\r\nPrezzi IVA esclusa;;;;;\r\n;;;;;\r\n"
    return table("italian-list.csv", header, rows, right, delimiter=";", above=above)


def french_list() -> Made:
    """Prices without tax, a thin space between thousands."""
    header = named("Réf.;Désignation;Cond.;PU HT;Gencod", ";")
    rows = [
        ["FR-01", "Établi pliant", "1", "1\u202f249,00 €", "3700000000019"],
        ["FR-02", "Étau à mors parallèles", "1", "189,50 €", "3700000000026"],
        ["FR-03", "Serre-joint", "4", "12,90 €", "3700000000033"],
    ]
    right = truth(
        [
            ["FR-01", "Établi pliant", "1249"],
            ["FR-02", "Étau à mors parallèles", "189.5"],
            ["FR-03", "Serre-joint", "12.9"],
        ],
        0,
        1,
        2,
    )
    return table("french-list.csv", header, rows, right, delimiter=";")


def brand_and_model() -> Made:
    """A name in two columns: a person has to say that they are one."""
    header = named("Part number,Brand,Model,Price,Colour")
    rows = [
        ["BM-1", "Norda", "Trail 300", "899.00", "red"],
        ["BM-2", "Norda", "Trail 500", "1299.00", "blue"],
        ["BM-3", "Velo", "City", "649.00", "black"],
    ]
    return table("brand-and-model.csv", header, rows, {"ask": True})


def tally_list() -> Made:
    """A stock summary: title, period, groups of columns, a grand total."""
    lines = [
        ["Acme Traders", "", "", ""],
        ["Stock Summary", "", "", ""],
        ["1-Apr-26 to 31-Oct-26", "", "", ""],
        ["", "", "", ""],
    ]
    header = ["Item Code", "Particulars", "Quantity", "Rate"]
    rows = [
        ["TL-1", "Ceiling fan", "12 Nos", "2,150.00"],
        ["TL-2", "Table fan", "30 Nos", "1,499.00"],
        ["TL-3", "Regulator", "90 Nos", "185.00"],
    ]
    total = ["", "Grand Total", "132 Nos", ""]
    products = {
        "TL-1": {"name": "Ceiling fan", "price": "2150"},
        "TL-2": {"name": "Table fan", "price": "1499"},
        "TL-3": {"name": "Regulator", "price": "185"},
    }
    return Made(
        "tally-summary.csv", text(lines[0], [*lines[1:], header, *rows, total]).encode(), {"products": products}
    )


def brazilian_erp() -> Made:
    """Portuguese, prices with R$."""
    header = named("Código;Descrição do Produto;Unidade;NCM;Preço de Venda;Preço de Custo;Estoque;Situação", ";")
    rows = [
        ["BR-1", "Panela de pressão 4,5 L", "UN", "7615.10.00", "R$ 129,90", "R$ 80,00", 12, "Ativo"],
        ["BR-2", "Frigideira antiaderente", "UN", "7615.10.00", "R$ 1.059,90", "R$ 700,00", 3, "Ativo"],
        ["BR-3", "Concha de inox", "UN", "8215.99.10", "R$ 24,50", "R$ 9,00", 40, "Inativo"],
    ]
    right = truth(
        [
            ["BR-1", "Panela de pressão 4,5 L", "129.9"],
            ["BR-2", "Frigideira antiaderente", "1059.9"],
            ["BR-3", "Concha de inox", "24.5"],
        ],
        0,
        1,
        2,
    )
    return table("brazilian-erp.csv", header, rows, right, delimiter=";")


FILES = (
    sap_list,
    xero,
    quickbooks,
    sage_uk,
    zoho,
    fortnox,
    e_conomic,
    sage_de,
    padded_dump,
    italian_list,
    french_list,
    brand_and_model,
    tally_list,
    brazilian_erp,
)
