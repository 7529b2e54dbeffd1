"""Encodings of scripts whose words have a form of their own: Hebrew, Arabic, Thai, Vietnamese, and Welsh and Irish.

The first three scripts are taken without asking where enough words have that form. The others are only offered: their
letters are Latin.
"""

import re
import unicodedata

from catalog.importer.files.encoding.sense import is_odd

WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]+")
EDGES = "„“”‚‘’–—…«»‹›°§©®€£¥₪\u00a0\u200e\u200f،؛؟ฯ"
SCRIPTS = {
    # five letters have another form at the end of a word, and only there
    "cp1255": re.compile("(?:[א-יכלמנסעפצק-ת][֑-ׇ׳״]*)+[ךםןףץ]?[׳״]?"),
    "cp1256": re.compile("[ء-يپچژگڈڑٹں-ے][ء-ٟپچژگڈڑٹں-ے]*"),
    # the signs of an indefinite noun stand at its end only
    "iso8859-6": re.compile("(?:[ء-غف-ي]ـ*[َ-ْ]*)+[ً-ٍ]?ا?"),
    # a vowel that is written first belongs to the consonant after it
    "cp874": re.compile("(?:[เ-ไ]?[ก-ฮ][ะ-ฺๅ-๎]*)+"),
}
VIETNAMESE = frozenset("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")
CELTIC = re.compile("[^\\W\\d_]*[ŵŷẁẃẅỳḃċḋḟġṁṗṡṫ][^\\W\\d_]*", re.IGNORECASE)
CELTIC_LETTERS = frozenset("âêîôûŵŷáéíóúàèìòùẁẃẅỳäëïöḃċḋḟġṁṗṡṫ")
WHOLE = 3  # letters of most words of a language
SURE = 0.9  # share of the words that must make sense
CERTAIN = 0.97  # to be taken without asking
ENOUGH_WORDS, ENOUGH_TEXT, ENOUGH_LETTERS = 4, 24, 12  # different words, their letters, different letters of them


def that_make_sense(evidence: bytes) -> list[str]:
    """The encodings in which nearly all words belong to their script."""
    found = [name for name in (*SCRIPTS, "cp1258") if _share(evidence, name) >= SURE]
    return [*found, "iso8859-14"] if _is_celtic(_cores(evidence, "iso8859-14")) else found


def is_certain(evidence: bytes, name: str) -> bool:
    """Whether so many different words have the form of the script that it can't be chance."""
    cores = _cores(evidence, name)
    letters = {letter for core in cores for letter in core}
    length = sum(map(len, cores))
    several = len(cores) >= ENOUGH_WORDS and length >= ENOUGH_TEXT and len(letters) >= ENOUGH_LETTERS
    return name in SCRIPTS and several and _share(evidence, name) >= CERTAIN


def read(evidence: bytes, name: str) -> str:
    """The text in one of them; letters and their accents become one character."""
    text = evidence.decode(name, "surrogateescape")
    return unicodedata.normalize("NFC", text) if name == "cp1258" else text


class Composer:
    """Joins letters and the accents that follow them, in a text that comes in parts."""

    def __init__(self) -> None:
        self._pending = ""

    def joined(self, text: str, last: bool) -> str:
        """The next part of the text, without its last letter, which may yet get an accent; `last`: all of the rest."""
        text = self._pending + text
        end = len(text)
        while not last and end and unicodedata.combining(text[end - 1]):
            end -= 1
        end = end if last else max(end - 1, 0)
        self._pending = text[end:]
        return unicodedata.normalize("NFC", text[:end])


def _share(evidence: bytes, name: str) -> float:
    cores = _cores(evidence, name)
    fits = SCRIPTS[name].fullmatch if name in SCRIPTS else _is_vietnamese
    return sum(map(bool, map(fits, cores))) / len(cores) if cores else 0.0


def _cores(evidence: bytes, name: str) -> set[str]:
    """The different words beyond ASCII, without the signs around them."""
    words = {word for word in WORD.findall(read(evidence, name)) if not word.isascii()}
    return {word.strip(EDGES) for word in words} - {""}


def _is_celtic(words: set[str]) -> bool:
    """Whether all words have the letters of Welsh or Irish, and some of the letters that only these have."""
    beyond = {letter for word in words for letter in word.lower() if not letter.isascii()}
    whole = sum(len(word) >= WHOLE for word in words) > len(words) / 2
    if any(is_odd(word, alone=False) for word in words):
        return False
    return whole and beyond <= CELTIC_LETTERS and any(CELTIC.fullmatch(word) for word in words)


def _is_vietnamese(word: str) -> bool:
    beyond = [letter for letter in word.lower() if not letter.isascii()]
    return all(letter in VIETNAMESE for letter in beyond)
