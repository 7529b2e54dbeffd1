"""Names of columns that contain a word for price but are not known names."""

import re
from collections.abc import Sequence

from catalog.importer.columns import aliases, plain_names
from catalog.importer.values import currencies

# Anywhere in the name of a column; short ones only as whole words.
PRICE_WORDS = (
    ("price", "preis", "precio", "prezzo", "preço", "preco", "prijs", "cijena", "hinta", "fiyat", "prix", "tarif")
    + ("цена", "ціна", "τιμή", "価格", "单价", "价格", "價格", "售价", "가격", "단가", "מחיר", "السعر")
    + ("سعر", "قیمت", "मूल्य", "कीमत", "стоимость", "售價", "宝贝价格", "ราคา", "単価", "giábán", "harga")
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
BARE = frozenset(map(aliases.key, PRICE_WORDS)) | (PRICES - AMOUNTS - {"retail", "uvp", "rrp", "msrp", "mrp"})
BARE |= {"kaina", "hind", "verð", "çmimi", "qiymət", "qiyməti", "narxi", "баға", "бағасы", "үнэ", "prețul"}
"""Names that say price and nothing else."""
ONLY_TAXED = BARE - {"vk", "pvp", "pv", "pvc", "ppc", "pvr", "evp"} | {"", "netto", "brutto", "net", "gross"}
"""The same without names of selling prices: what may be left of a name without its word for a tax."""
ENDS = re.compile(r"[价價価]$|値段$|(?:판매|정상|시중|최저|최종|특|회원|점)가$|\w{3}(?<!enter)pris$")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
CENTS = frozenset(
    ("cent", "cents", "centimes", "centavos", "céntimos", "centesimi", "centów", "pence", "grosze", "groszy")
    + ("haléře", "fillér", "öre", "øre", "копеек", "копейках", "копійок", "копійках")
)
"""Words for a hundredth of a currency."""
MINOR = re.compile(r"\bminor(?: units?)?$|\bmoney amount$|\bchannel pricings\b")
"""The same by other names: price_money.amount of Square, channelPricings of Sylius."""
_CENTS = f"(?:{'|'.join(sorted(CENTS))})"
_WITHOUT = "(?:no|not|without|ohne|sin|sem|sans|bez|без|utan|uten|uden|senza|zonder|ilman)"
NOT_IN_CENTS = re.compile(rf"{_WITHOUT} {_CENTS}\b|fillér nélkül|öre ej|per cent$|\d {_CENTS}\b")
BOTH = re.compile(rf"\b(?:eur|euros?|dollars?)(?:\s*[,/]\s*| and | und | et | y ){_CENTS}\b")
"""Names that mention cents without prices in cents: "without cents", "plus 25 cents", "in euros and cents"."""
UNITS = frozenset(
    ("pe", "peh", "preiseinheit", "preiseinh", "preismenge", "priceunit", "pricingunit", "priceper", "priceqty")
    + ("pricequantity", "preisper", "prijsper", "prijseenheid", "prisenhet", "prisenhed", "unitéprix", "unitédeprix")
    + ("unitàprezzo", "unidaddeprecio", "unidadprecio", "jednostkaceny", "cenovájednotka", "hintayksikkö")
)
"""Names of the number of pieces that a price is for."""
VALUES = re.compile("[评評][价價価]$")  # what buyers say about a product
NO_PRICE = re.compile(
    "currency|fractiondigits|währung|weight|gewicht|poids|peso|вес|size|größe|talla|taille|размер|priceq|pricebreak|pricedate|percent|pricelist(?=id|no|nr|name|code|number)|preisliste|pricegroup|preisgruppe|priceunit(?!amount)|preiseinheit|pricetype|enterprise|priceon(?!line)|pricevalid|quantity$|menge$|qty$"
)
OTHER_PRICE = re.compile(
    "cost|custo(?!m)|fornit|prezzoforn|forneced|fournisseur|lieferant|kostpri|alisfiyat|supplier|proveedor|dostawc|dodavatel|поставщ|постачальн|purchase|buying|einkauf|^ek|ek$|achat|compra|acquisto|inkoop|(?<![gs])old|alt|before|original|compare|was|shipping|versand"
    "|special|offer|angebot|promo|aktion|sonderpreis|discount|descuento|desconto|indirimli|minimum|maximum|^minpr|^maxpr|mindestpr|wholesale|mayoreo|mayorista|atacado|ingrosso|^vpc|veleprodaj|nagyker|velkoobchod|χονδρικ|didmenin|vairumtirdz|meshumicë|topdan|toptan|საბითუმო|heildsölu|ulgurji|մեծածախ|yajumla|көтерме|бөөний|majorista|थोक|hulgihind|tukkuhin|engros|grossist|groothandel|наедро|innpris|innkaup|доставна|采购|进货|공급가|harga(?:beli|modal|pokok|grosir)|خرید|شراء|تكلفة|المخفض|عمده|עלות|קניה|लागत|खरीद|ราคาลด|ราคาซื้อ|ราคาทุน|buôn|bánsỉ|giávốn|giánhập|下代|卖场成本|trade|dealer|händler|großhandel|zakup|hurtow|оптов|закуп|акци|скид|批发|仕入|卸|도매|매입|inköp|kostpris|indkøb|innkjøp|ostohinta|hankinta|ostuhind|omahind|pirkimo|savikaina|iepirk|pašizmaksa|akční|akciós|nákup|nakup|beszerz|achizi|nabav|alışfiyat|maliyet|себестоим|собівар|набавн|великопродажн|kelishnarx|jobber|internal|intercompany|αγορ|原価|进价|進價|成本|원가|ต้นทุน|ราคาส่ง|الجملة|סיטונא|(?<!বি)ক্র|ဝယ်|giámua"
    # struck out, or before a discount, beside the price of today
    "|anterior|barré|barrato|precedente|streich|(?<!werk)stattpreis|bisher|^vanprijs|przedobniż|przedpromoc|przekreś|najniższ|стар[аы]|зачеркн|перечеркн"
    "|^pre[çc]ode$|původn|pôvodn|přeškrt|preškrt|eredeti|áthúz|vechi|eskifiyat|παλιά|αρχική|tidigare|førpris|元値|旧価格|이전가|giácũ|hargacoret|hargaawal"
)
MEMBERS = re.compile(
    "member|(?<!ser)vip|club|klub|loyal|socio|sócio|membre|adhérent|mitglied|medlem|kundekort|jäsen|kanta|üye|член|карт[еы]|会员|會員|会員|회원|العضو|สมาชิก"
)
NO_SALE = re.compile(  # the price of a measure, a part or a service; a sum; a limit
    "grundpreis|jämförpris|jmfpris|vertailuhinta|(?:pro|per|je|por|par|za|au|al|за)(?:kg|kilo|100|1000|liter|litre|litro|litr|кг|л$|l$|m2|m3|sqm|meter|mètre|metro)"
    "|przesyłk|dostaw|doprav|доставк|deposit|pfand|consigne|rental|monthly|install|subscri|total|summe|总|總|合計|^map"
)
OFFERS = re.compile(
    "^(?:on)?sale(?:price)?$|^salepriceof|saleprice$|优惠|優惠|活动|活動|促销|促銷|特价|特價|セール|할인|scont|rebaj|solde|kampan|erbjud|tilbud|tarjous|zniżk|přecen|zľav|slev|reduced|clearance|outlet"
)
SURE_ENDS = ("pris", "hind", "hinta")  # of known names, in languages that write words together
BEFORE_DISCOUNT = re.compile("(?:до|без)скидк\\w*|beforediscount|vorrabatt|avantremise|antesdedescuento")
SALE_WORDS = frozenset(("vk", "pvp", "pvc", "pvr", "evp", "mpc"))
STEP = re.compile(  # the price from a quantity on
    r"\b(?:ab|from|over|à partir de|dès|desde|a partir de|da|vanaf|fra|från|od|от|від|alkaen)\s*\d|\d\s*\+|[≥>]\s*\d",
    re.IGNORECASE,
)
PER_MANY = re.compile(r"(?:/|\b(?:per|pro|je|par|por|za|на|за|à|pr\.?|op)\s*|%\s*)(10{1,4})\b(?!\s*%)", re.IGNORECASE)
LISTED = re.compile("^(?:list|listen|listino|katalog|catalog|bruttoliste)|^定価|^定價|^prixpublic")
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


def is_price_unit(name: str) -> bool:
    """Whether a column says for how many pieces a price is."""
    return aliases.key(name) in UNITS


def is_in_cents(name: str) -> bool:
    """Whether a name says that its prices are in cents, as "Price (cents)", "Preis (Cent)" and "price.centAmount".

    "Price without cents", "Price incl. 25 cent deposit" and "Price (Euro, Cent)" do not say it.
    """
    words = " ".join(re.findall(r"[^\W\d_]+|\d+", CAMEL.sub(" ", name).casefold()))
    told = not CENTS.isdisjoint(words.split()) or MINOR.search(words) is not None
    return told and not NOT_IN_CENTS.search(words) and not BOTH.search(name.casefold())


def is_amount(name: str) -> bool:
    """Whether a price is called an amount or prices, as programs call money: unit_amount, price.amount."""
    words = re.findall(r"[^\W\d_]+", CAMEL.sub(" ", name).casefold())
    return words[-1:] in (["amount"], ["prices"])


def is_other_price(name: str) -> bool:
    """Whether a price is a purchase price, an old price or a shipping price."""
    whole = "".join(name.casefold().split())  # with the vowels of Thai and Hindi, which a key lacks
    texts = (BEFORE_DISCOUNT.sub("", text) for text in (aliases.key(name), whole))
    return any(map(OTHER_PRICE.search, texts))


def is_recommended(name: str) -> bool:
    """Whether a price is what the maker recommends, which a shop need not take."""
    return bool(RECOMMENDED.search(name.casefold()))


def is_listed(name: str) -> bool:
    """Whether a price is that of a list or catalog, from which a dealer gets a discount."""
    return LISTED.search(aliases.key(name)) is not None


def is_rival(taken: str, other: str) -> bool:
    """Whether two prices may each be the price, as far as their names say.

    Beside a column that is only called price, only known names count. A price for members, an offer or a list price is
    no rival.
    """
    if is_other_price(other) or is_recommended(other) or _is_no_sale(other):
        return False
    if is_listed(other):
        return says_only_the_tax(taken)
    if STEP.search(other) and not STEP.search(taken):
        return False
    return aliases.names("price", other) or _speaks_of_sale(other) or not _is_bare(taken)


def _speaks_of_sale(name: str) -> bool:
    """Whether a name has the abbreviation of a selling price as a word, such as PVP_BIGBUY."""
    return not SALE_WORDS.isdisjoint(re.findall(r"[^\W\d_]+", name.casefold()))


def pieces_of(name: str) -> str:
    """The number of pieces, grams or metres that a price is for by its name: 100 for "Price per 100"; empty: one."""
    found = PER_MANY.search(name)
    return found[1] if found else ""


def _is_no_sale(name: str) -> bool:
    """Whether a price is for some customers, for some time, or not for the product as it is sold."""
    plain = aliases.key(name)
    return any(pattern.search(plain) for pattern in (MEMBERS, NO_SALE, OFFERS))


def _is_bare(name: str) -> bool:
    """Whether a column is called price, in any language, and nothing else but a currency or a product."""
    words = [word for word in re.findall(r"[^\W_]+", name.casefold()) if not currencies.is_currency(word)]
    return aliases.key(plain_names.KIND.sub("", " ".join(words))) in BARE


def says_only_the_tax(name: str) -> bool:
    """Whether a price is called net or gross, and by nothing else that says whose it is."""
    return _speaks_of_tax(name) and plain_names.untaxed(name) in ONLY_TAXED


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
    ends = ENDS.search(plain) is not None and not VALUES.search(plain)
    return money or ends or any(word in plain for word in PRICE_WORDS) or bool(PRICES & {*words})
