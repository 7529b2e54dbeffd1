"""The plain name of a column, without stars, remarks in brackets, units, currencies, languages.

>>> plain("Цена, руб.*"), plain("name-en_US"), plain("Product Type [Non Editable]"), plain("item_sku")
('цена', 'name', 'product type', 'sku')
"""

import re
import unicodedata
from functools import lru_cache

from catalog.importer.values.currencies import ANY, is_currency

BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|（[^（）]*）|【[^【】]*】|<[^<>]*>)\s*")
PATH = re.compile(r"#\d+(?:\.value)?(?=$|[.\s])")
MARKS = re.compile(
    r"[*†‡＊✱#№!?:]+|\b(?:required|optional|mandatory|pflichtfeld|obligatoire|obligatorio|обязательно)\b", re.IGNORECASE
)
UNITS = frozenset(
    [
        "pc",
        "pcs",
        "piece",
        "pieces",
        "each",
        "ea",
        "unit",
        "units",
        "stk",
        "stück",
        "st",
        "stuk",
        "szt",
        "ks",
        "db",
        "kom",
        "buc",
        "шт",
        "pz",
        "pza",
        "ud",
        "uds",
        "un",
        "unid",
        "kg",
        "g",
        "l",
        "m",
    ]
)
IN_UNIT = re.compile(r"\b(?:in|per|pro|je|par|por|za|за|в|en|à)$", re.IGNORECASE)
LOCALE = re.compile(r"[-_:. ](?:[a-z]{2}(?:[-_][A-Z]{2})|[a-z]{2}-[a-z]{2})\b(?:-[a-z_]+)?$")
SCOPE = re.compile(r"[-_](?:ecommerce|mobile|print|default)$", re.IGNORECASE)
LANGUAGES = "ar|bg|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|it|ja|ko|lt|lv|nl|pl|pt|ro|ru|sk|sl|sr|sv|th|tr|uk|vi|zh"
LANGUAGE = re.compile(rf"(?<=\w)[-_:/](?:{LANGUAGES})$", re.IGNORECASE)
HASHED_LANGUAGE = re.compile(rf"(?<=\w)#(?:{LANGUAGES})$", re.IGNORECASE)
CAPITALS = re.compile(rf"(?<=\w) (?:{LANGUAGES.upper()})$")
NAMESPACE = re.compile(r"^(?:g|c|sc|xsl?):(?=[a-z])", re.IGNORECASE)
KIND = re.compile(
    r"^(?:products?\d?|items?|articles?|artikel|produkt|produit|producto|prodotto|variant|goods|товар)(?:[-_:. ]+"
    r"|(?=[A-Z]))(?=\S)",
    re.IGNORECASE,
)
CURRENCY_END = re.compile(rf"[\s,;/|_-]+{ANY}\.?$|(?<=[\s,;/|_-]){ANY}$", re.IGNORECASE)
CURRENCY_START = re.compile(rf"^{ANY}[\s,;/|_-]+(?=\w)", re.IGNORECASE)


TAXES = re.compile(
    r"\b(?:fără|fara|tva|ht|ttc|ekskl?|inklusive|exklusive|exclusive|inclusive|zonder|met|uden|med|utan|net|gross|netto|brutto|nett[oó]|brutt[oó]|net+[ao]|lord[ao]|án|með|vsk|cu|c|excl|incl|inkl|exkl|ex|inc|zzgl|vat|tax(?:es)?|with|without|pvm|pvn|mva|alv|km|käibemaks\w*|su|ar|φπα|με|χωρίς|mwst|ust|iva|btw|moms|dph|"
    r"ндс|ддс|пдв|ddv|pdv|kdv|dahil|hariç|hors|bez|без|с|s|z|sin|con|sem|com|exc|ohne|mit|excluded|included)\b\.?|税込|税抜|^(?:netto|brutto)(?=\w)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?<=[^\W\d_])\s+[1-9]$|(?<=[^\W\d_]{2})1$")
HAMZA = "\u0653\u0654\u0655"
QUOTED_LANGUAGE = re.compile(rf"\s*[„“”\"«»](?:{LANGUAGES})[„“”\"«»]\s*$", re.IGNORECASE)
PLAIN_LETTERS = str.maketrans("ıłøđ", "ilod")
LONGEST = 80  # longest name in characters


@lru_cache(4096)
def plain(name: str) -> str:
    """The plain name, in lower case."""
    text = _with_kind(name)
    text = KIND.sub("", text, count=1) or text
    return " ".join(text.casefold().split())


@lru_cache(4096)
def ways(name: str) -> tuple[str, ...]:
    """The name with and without the word for the thing it belongs to: "product name" and "name"."""
    if len(name) > LONGEST or name.isdecimal():
        return ()
    return (" ".join(_with_kind(name).casefold().split()), plain(name))


@lru_cache(4096)
def untaxed(name: str) -> str:
    """The name of a price without its word for taxes: "Prix HT" and "Prix TTC" are both "prix"."""
    marked = re.sub(r"[()\[\]（）]", " ", name)
    return " ".join(plain(TAXES.sub(" ", plain(marked))).split()) or plain(name)


def _with_kind(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    text = HASHED_LANGUAGE.sub("", QUOTED_LANGUAGE.sub("", NAMESPACE.sub("", text)))
    text = BRACKETS.sub(" ", text) if BRACKETS.sub("", text) else text
    text = MARKS.sub(" ", PATH.sub("", text)).strip(" ,;.-_/+")
    text = _without_unit(text)
    for pattern in (SCOPE, LOCALE, LANGUAGE, CAPITALS):
        text = pattern.sub("", text)
    if not is_currency(text):
        text = CURRENCY_END.sub("", text) or text
        text = CURRENCY_START.sub("", text) or text
    text = NUMBERED.sub("", text.strip(" ,;.-_/"))
    return IN_UNIT.sub("", text.strip(" ,;.-_/")).strip(" ,;.-_/")


def folded(text: str) -> str:
    """A text without the accents and strokes of its Latin letters, and without the hamza of its Arabic ones."""
    parts = unicodedata.normalize("NFD", text.translate(PLAIN_LETTERS))
    return unicodedata.normalize(
        "NFC", "".join(part for part in parts if not "\u0300" <= part <= "\u036f" and part not in HAMZA)
    )


def _without_unit(text: str) -> str:
    """The name without a unit after a comma or a slash: "Price / pcs"."""
    head, mark, tail = re.sub(r"[,/|]\s*$", "", text).rpartition(",") if "," in text else text.rpartition("/")
    if mark and tail.strip(" .").casefold() in UNITS:
        return head
    return text
