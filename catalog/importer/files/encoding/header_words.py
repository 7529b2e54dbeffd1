"""Decide between encodings by the header: only one may give known names of columns, or words of its language."""

import re
import unicodedata
from collections.abc import Callable

from catalog.importer.files.encoding.alphabets import ALPHABETS, EAST_ASIAN, both_cases
from catalog.importer.files.encoding.sense import EDGES, INSIDE, UNIT, WORD, is_odd

LETTERS = {
    "da": "æøåéä",
    "sv": "åäöé",
    "de": "äöüßé",
    "nl": "ëïéèöüáó",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíñóúü",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìíòóù",
    "fi": "äöå",
    "et": "äöõüšž",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "hu": "áéíóöőúüű",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hr": "čćđšž",
    "sl": "čšž",
    "ro": "ăâîşţșț",
    "tr": "çğıöşüâîû",
    "is": "áæéíðóöúýþ",
}
"""Language -> its letters beyond ASCII, with those of usual loan words."""
WORDS = {
    "da": "varenummer varenavn varenr vare varetekst navn pris beskrivelse antal enhed vejledende",
    "sv": "artikelnummer artikelnr artikel benämning namn pris beskrivning antal enhet",
    "de": "artikelnummer artikelnr artikel bezeichnung artikelbezeichnung preis beschreibung menge einheit hersteller "
    "marke größe farbe material werk bestand lager warengruppe materialkurztext kurztext währg währung wrg",
    "nl": "artikelnummer artikelnr artikel omschrijving naam prijs aantal eenheid merk",
    "fr": "référence désignation prix libellé nom produit article quantité marque couleur taille",
    "es": "referencia descripción precio nombre código artículo producto cantidad marca talla",
    "pt": "referência descrição preço nome código artigo produto quantidade marca",
    "it": "codice descrizione prezzo nome articolo prodotto quantità marca",
    "fi": "tuotenumero tuotekoodi tuote tuotenimi nimi hinta kuvaus määrä yksikkö",
    "et": "tootekood artikkel nimetus toode hind kirjeldus kogus",
    "lt": "prekės kodas pavadinimas kaina aprašymas kiekis",
    "lv": "preces kods nosaukums cena apraksts daudzums",
    "pl": "kod produktu nazwa cena opis ilość symbol indeks",
    "cs": "kód zboží název cena popis množství výrobce",
    "hu": "cikkszám megnevezés ár leírás mennyiség nettó bruttó termék",
    "sk": "kód názov cena popis množstvo tovar výrobca predajná",
    "hr": "šifra naziv cijena opis količina artikl artikla zaliha barkod",
    "sl": "šifra naziv cena opis količina enota zaloga izdelek",
    "ro": "cod denumire produs preț preţ pret descriere cantitate stoc",
    "tr": "ürün kodu adı fiyat stok barkod marka açıklama satış kategori",
    "is": "vörunúmer vara heiti verð lýsing magn",
}
"""Language -> words of headers."""
WORDS_OF = {language: frozenset(words.split()) for language, words in WORDS.items()}
SEVERAL = 2  # words of a header that prove a language
DIFFERENT, ENOUGH_WORDS = 2, 2  # different letters beyond ASCII, or words with one: fewer may be chance
BEFORE = "„“”‚‘«»‹›¡¿\u00a0"  # signs that may stand before a word
CAPITAL_INSIDE = re.compile("[A-Za-z][ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰĖĮŲŪĀĒĢĪĶĻŅŸŒ][a-z]")
VOWELS = frozenset("aeiouyæøœı")
SYLLABIC = {"cs": "rl", "sk": "rl", "hr": "rl", "sl": "rl"}  # consonants that are vowels of some words
SAID = 4  # letters from which a word must have a vowel
CELLS = re.compile(r"[,;|\t\r\n]")
NAMES = re.compile(r"[^\W\d_]+")


def named(candidates: tuple[str, ...], lines: bytes, evidence: bytes, is_name: Callable[[str], bool]) -> str:
    """The only candidate in which the first lines have the most known names of columns beyond ASCII; empty: not one."""
    found: dict[str, int] = {}
    for name in dict.fromkeys((*candidates, *ALPHABETS, *EAST_ASIAN)):
        cells = {cell.strip(" \"'") for cell in CELLS.split(_read(lines, name))}
        found[name] = sum(not cell.isascii() and is_name(cell) for cell in cells)
    most = max(found.values())
    texts = {_read(evidence, name): name for name in reversed(found) if found[name] == most} if most >= SEVERAL else {}
    only = next(iter(texts.values())) if len(texts) == 1 and "" not in texts else ""
    return only if only in candidates else ""


def decided(candidates: tuple[str, ...], header: bytes, evidence: bytes) -> str:
    """The only candidate that gives words of the language of the header; empty: none does, or several do."""
    fitting: dict[str, str] = {}
    for name in dict.fromkeys((*candidates, *ALPHABETS)):
        text = _read(evidence, name)
        if text and any(_are_of(text, language) for language in _languages(_read(header, name))):
            fitting.setdefault(text, name)
    only = next(iter(fitting.values())) if len(fitting) == 1 else ""
    return only if only in candidates else ""


def _read(data: bytes, name: str) -> str:
    """The text in this encoding; empty if a byte is invalid in it."""
    try:
        return unicodedata.normalize("NFC", data.decode(name)) if name == "cp1258" else data.decode(name)
    except UnicodeDecodeError:
        return ""


def _languages(header: str) -> list[str]:
    """The languages with the most words in a header, if there are several words."""
    words = set(NAMES.findall(header.casefold()))
    found = {language: len(words & known) for language, known in WORDS_OF.items()}
    most = max(found.values())
    return [language for language, count in found.items() if count == most >= SEVERAL]


def _are_of(text: str, language: str) -> bool:
    """Whether all words beyond ASCII have only letters of the language, and enough have some."""
    letters = both_cases(LETTERS[language])
    words = {word for word in WORD.findall(text) if not word.isascii() and not UNIT.fullmatch(word)}
    cores = [word.lstrip(BEFORE).rstrip(EDGES) for word in words]
    spoken = [core for core in cores if not core.isascii()]
    different = {c for core in spoken for c in core.lower() if not c.isascii()}
    if len(different) < DIFFERENT and len(spoken) < ENOUGH_WORDS:
        return False
    fit = all(c.isascii() or c in letters or c in INSIDE for core in cores for c in core)
    if not all(_can_be_said(core, VOWELS.union(SYLLABIC.get(language, ""))) for core in cores):
        return False
    return fit and not any(is_odd(word, False) or CAPITAL_INSIDE.search(word) for word in words)


def _can_be_said(word: str, vowels: frozenset[str]) -> bool:
    """Whether a word has a vowel, with or without an accent: Wkręt, but not Wkrźt. Short words and capitals pass."""
    small = word.lower()
    if len(small) < SAID or word == word.upper() or not small.isalpha():
        return True
    return not vowels.isdisjoint(unicodedata.normalize("NFD", small))
