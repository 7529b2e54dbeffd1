"""Names of columns that contain a word for price but are not known names."""

import re
from collections.abc import Sequence

from catalog.importer.columns import aliases, plain_names
from catalog.importer.values import currencies

# Anywhere in the name of a column; short ones only as whole words.
PRICE_WORDS = (
    "price",
    "preis",
    "precio",
    "prezzo",
    "preço",
    "preco",
    "prijs",
    "cijena",
    "hinta",
    "fiyat",
    "prix",
    "tarif",
    "цена",
    "ціна",
    "τιμή",
    "価格",
    "单价",
    "价格",
    "價格",
    "售价",
    "가격",
    "단가",
    "מחיר",
    "السعر",
    "سعر",
    "قیمت",
    "मूल्य",
    "कीमत",
    "стоимость",
    "售價",
    "宝贝价格",
    "ราคา",
    "単価",
    "giábán",
    "harga",
)
PRICES = frozenset(
    (
        "pris",
        "cena",
        "ár",
        "preț",
        "pret",
        "giá",
        "harga",
        "vk",
        "uvp",
        "rrp",
        "msrp",
        "pvp",
        "cost",
        "amount",
        "betrag",
        "retail",
        "pv",
        "pvc",
        "ppc",
        "pvr",
        "mrp",
        "evp",
        "importe",
        "сумма",
        "pu",
    )
)
AMOUNTS = frozenset(("cost", "amount", "betrag", "importe", "сумма", "pu"))
NO_PRICE = re.compile(
    "currency|währung|weight|gewicht|poids|peso|вес|size|größe|talla|taille|размер|priceq|pricebreak|pricedate|percent|pricelist(?=id|no|nr|name|code|number)|preisliste|pricegroup|preisgruppe|priceunit|preiseinheit|pricetype|enterprise|priceon|pricevalid"
)
OTHER_PRICE = re.compile(
    "cost|custo(?!m)|fornit|prezzoforn|forneced|fournisseur|lieferant|supplier|proveedor|dostawc|dodavatel|поставщ|постачальн|purchase|buying|einkauf|^ek|ek$|achat|compra|acquisto|inkoop|old|alt|before|original|compare|was|shipping|versand"
    "|special|offer|angebot|promo|aktion|sonderpreis|discount|descuento|desconto|indirimli|minimum|maximum|^minpr|^maxpr|mindestpr|wholesale|mayoreo|mayorista|atacado|ingrosso|^vpc|veleprodaj|nagyker|velkoobchod|χονδρικ|innpris|innkaup|доставна|采购|进货|공급가|harga(?:beli|modal|pokok|grosir)|خرید|شراء|تكلفة|المخفض|عمده|עלות|קניה|लागत|खरीद|ราคาลด|ราคาซื้อ|ราคาทุน|buôn|bánsỉ|giávốn|giánhập|下代|卖场成本|trade|dealer|händler|großhandel|zakup|hurtow|оптов|закуп|акци|скид|批发|仕入|卸|도매|매입|inköp|kostpris|indkøb|innkjøp|ostohinta|hankinta|ostuhind|omahind|pirkimo|savikaina|iepirk|pašizmaksa|akční|akciós|nákup|nakup|beszerz|achizi|nabav|alışfiyat|maliyet|себестоим|собівар|αγορ|原価|进价|進價|成本|원가|ต้นทุน"
)
SURE_ENDS = ("pris", "hind", "hinta")  # of known names, in languages that write words together
BEFORE_DISCOUNT = re.compile("(?:до|без)скидк\\w*|beforediscount|vorrabatt|avantremise|antesdedescuento")
LISTED = re.compile("^(?:list|listen|listino|katalog|catalog|bruttoliste)")
RECOMMENDED = re.compile(
    r"\b(?:uvp|rrp|srp|msrp|mrp|unverbindlich|recommended|suggested|conseillé|consigliato|recomendado|recomandat|rekomendowan|doporučen|suositus|vejledende|rekommenderat|ajánlott|advies)|소비자가|建议|市场价|市場價|参考价|划线价|吊牌价|希望小売"
)


def speaks_of_price(names: Sequence[str]) -> int | None:
    """The column whose name contains a word for price; purchase prices and old prices come last."""
    spoken = speaking_of_price(names)
    return spoken[0] if spoken else None


def speaking_of_price(names: Sequence[str]) -> list[int]:
    """All columns whose names contain a word for price."""
    spoken = [at for at, name in enumerate(names) if _speaks_of_price(name)]
    return sorted(spoken, key=lambda at: is_other_price(names[at]))


def is_sure(name: str) -> bool:
    """Whether a name clearly means a price. "Amount" may be a number of pieces, and a currency may be a size."""
    words = {*re.findall(r"[^\W\d_]+", name.casefold())}
    known = aliases.names("price", name) and aliases.key(name).endswith(SURE_ENDS)
    return known or any(word in aliases.key(name) for word in PRICE_WORDS) or bool(words & PRICES - AMOUNTS)


def is_other_price(name: str) -> bool:
    """Whether a price is a purchase price, an old price or a shipping price."""
    return bool(OTHER_PRICE.search(BEFORE_DISCOUNT.sub("", aliases.key(name))))


def is_recommended(name: str) -> bool:
    """Whether a price is what the maker recommends, which a shop need not take."""
    return bool(RECOMMENDED.search(name.casefold()))


def is_listed(name: str) -> bool:
    """Whether a price is that of a list or catalog, from which a dealer gets a discount."""
    return LISTED.search(aliases.key(name)) is not None


def says_only_the_tax(name: str) -> bool:
    """Whether a price is called net or gross, and by nothing else that says whose it is."""
    return _speaks_of_tax(name) and plain_names.untaxed(name) in (
        "",
        "price",
        "preis",
        "netto",
        "brutto",
        "net",
        "gross",
    )


def is_other_of_two(taken: str, other: str) -> bool:
    """Whether two known names are the price with and without tax: "Net" and "Gross"."""
    known = aliases.rank_of("price", taken) and aliases.rank_of("price", other)
    return bool(known and _speaks_of_tax(taken) and _speaks_of_tax(other)) and not is_other_price(other)


def _speaks_of_tax(name: str) -> bool:
    return plain_names.TAXES.search(plain_names.plain(name)) is not None


def _speaks_of_price(name: str) -> bool:
    plain = aliases.key(name)
    words = re.findall(r"[^\W\d_]+", name.casefold())
    if NO_PRICE.search(plain) or (aliases.names("sku", name) or aliases.names("name", name)):
        return False
    money = any(len(word) > len("kr") and currencies.code_of(word) for word in words)
    return money or any(word in plain for word in PRICE_WORDS) or bool(PRICES & {*words})
