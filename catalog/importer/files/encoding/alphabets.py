"""Letters beyond ASCII of the languages of each encoding, and frequent East Asian characters."""

from functools import cache

# Small letters; capitals are derived.
WESTERN = (
    "äöüß",
    "àâæçéèêëîïôœùûüÿñ",
    "áéíñóúüç·",
    "àèéìíîòóùú",
    "áâãàçéêíóôõúü",
    "áéëïóöüèê",
    "æøåéòôó",
    "åäöéšž",
    "áæéíðóöúýþ",
    "äöõüšž",
    "àèéíïòóúüç·",
)
CENTRAL = (
    "äöüß",
    "ąćęłńóśźż",
    "áčďéěíňóřšťúůýž",
    "áäčďéíĺľňóôŕšťúýž",
    "áéíóöőúüű",
    "ăâîşţșț",
    "čćđšž",
    "áâëçé",
    "àâçéèêëîïôùûü",
)
TURKISH = ("çğıöşüâîûİ",)
BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž", "äöüß", "ąćęłńóśźż")
NORDIC_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")
GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
CYRILLIC = (RUSSIAN, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдеёжзійклмнопрстуўфхцчшыьэюя")
ALPHABETS = {
    "cp1252": WESTERN,
    "latin-1": WESTERN,
    "cp1250": CENTRAL,
    "cp1254": TURKISH + WESTERN,
    "cp1251": CYRILLIC,
    "koi8-r": CYRILLIC,
    "koi8-u": CYRILLIC,
    "cp1253": GREEK,
    "cp1257": BALTIC,
    "iso8859-15": WESTERN,
    "iso8859-2": CENTRAL,
    "cp850": WESTERN,
    "cp852": CENTRAL,
    "cp866": CYRILLIC,
    "iso8859-5": CYRILLIC,
    "iso8859-7": GREEK,
    "mac-roman": WESTERN,
    "iso8859-13": BALTIC,
    "iso8859-4": NORDIC_BALTIC,
    "cp775": NORDIC_BALTIC,
}
COMMON = {CYRILLIC: frozenset("оеаинтсрвлкмдпіу"), GREEK: frozenset("αοιετνσηυρκλάίόμ")}
"""Common letters of scripts whose encodings have letters in all the upper half: any bytes fit, but rarely these."""

# The frequent characters come first in each standard: the lowest and the highest first byte, and the lowest
# second byte.
EVERYDAY = {
    "cp932": (0x88, 0x97, 0x40),
    "euc_jp": (0xB0, 0xCF, 0xA1),
    "gb18030": (0xB0, 0xD7, 0xA1),
    "big5": (0xA4, 0xC6, 0x40),
    "euc_kr": (0xB0, 0xC8, 0xA1),
    "cp949": (0xB0, 0xC8, 0xA1),
}
EAST_ASIAN = tuple(EVERYDAY)
JAPANESE = ("cp932", "euc_jp")


@cache
def both_cases(letters: str) -> frozenset[str]:
    """An alphabet with its capitals."""
    return frozenset(letters + letters.upper())


def is_everyday(character: str, name: str) -> bool:
    """Whether a character is among the frequent ones of its standard."""
    if "\udc80" <= character <= "\udcff":
        return False
    if (
        "\uff01" <= character <= "\uff5e"
        or "\uffe0" <= character <= "\uffe6"
        or "\u2000" <= character <= "\u27bf"
        or character <= "\u00ff"
    ):
        return True  # full-width ASCII and signs are the same everywhere
    if name in JAPANESE and "\u3040" <= character <= "\u30ff":
        return True
    lead = character.encode(name, "replace")
    first, last, trail = EVERYDAY[name]
    return len(lead) == 2 and first <= lead[0] <= last and lead[1] >= trail
