"""What an encoding is that no mark tells, from lines beyond ASCII: by whether words come out that some language could write.

Each encoding is tried; it stays a candidate when the letters of nearly every word belong to one language's alphabet, are not
of two scripts, and don't go from small to capital inside. Only when all candidates give the same text is the guess certain;
otherwise charset-normalizer says which to name first, and the words that differ are shown.
"""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

SURE = 0.9  # share of the words that the best candidate must make sense of
NEAR = 0.97  # of the best one's share: a candidate that makes sense of less is none
ENOUGH = 4  # bytes beyond ASCII: of fewer, what is merely unusual may be meant
WORDS_SHOWN = 3
HINT_BYTES = 8 * 1024

# Letters beyond ASCII, small; capitals are derived.
WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿñ", "áéíñóúüç·", "àèéìíîòóùú", "áâãàçéêíóôõúü", "áéëïóöüèê",
    "æøåéòôó", "åäöéšž", "áæéíðóöúýþ", "äöõüšž", "àèéíïòóúüç·",
)  # fmt: skip
CENTRAL = (
    "äöüß", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "áâëçé", "àâçéèêëîïôùûü",
)  # fmt: skip
RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
CYRILLIC = (RUSSIAN, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдеёжзійклмнопрстуўфхцчшыьэюя")  # fmt: skip
COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпіу")
ALPHABETS = {
    "cp1252": WESTERN,
    "latin-1": WESTERN,
    "cp1250": CENTRAL,
    "cp1251": CYRILLIC,
    "koi8-r": CYRILLIC,
}
# The frequent characters come first in each standard: their first byte from, to, and the second byte from.
EVERYDAY = {
    "cp932": (0x88, 0x97, 0x40),
    "gb18030": (0xB0, 0xD7, 0xA1),
    "big5": (0xA4, 0xC6, 0x40),
    "euc_kr": (0xB0, 0xC8, 0xA1),
    "cp949": (0xB0, 0xC8, 0xA1),
}
EAST_ASIAN = tuple(EVERYDAY)

BEYOND_ASCII = bytes(range(0x80, 0x100))
WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]+")
INSIDE = "’'-\u00ad"  # signs that may stand inside a word
SIGNS = frozenset("„“”‚‘’–—…«»‹›°§©®€£¥¢™×÷·•½¼¾ªº¿¡´¨±†‡‰№\u00a0\u00ad\u00b6\u00a4")
EDGES = "".join(SIGNS)
UNIT = re.compile(r"(?:[kcdm]?m)?[²³¹]|[µμ][A-Za-z]{0,2}|[Øø]|[A-Za-z]{1,3}[ºª°]")


@dataclass(frozen=True)
class Guess:
    """Encodings that make sense of the lines, the likeliest first, and some words in each where they differ."""

    candidates: tuple[str, ...]
    certain: bool
    words: dict[str, list[str]]


def guess(evidence: bytes) -> Guess:
    """What lines beyond ASCII are encoded in."""
    read = {
        name: evidence.decode(name, "surrogateescape")
        for name in (*ALPHABETS, *EAST_ASIAN)
        if _can(evidence, name)
    }
    sense = {name: _sense(text, evidence, name) for name, text in read.items()}
    best = max(sense.values(), default=0.0)
    least = NEAR * best if best >= SURE else min(SURE, best) / 2
    kept = [name for name in read if sense[name] >= least and sense[name] > 0]
    kept = kept or ["cp1252", "cp1250", "cp1251"]
    kept.sort(key=lambda name: -sense.get(name, 0.0))
    distinct = _distinct(kept, read)
    if best >= SURE and len(distinct) == 1:
        return Guess((distinct[0],), True, {})
    hint = _hint(evidence, distinct)
    distinct.sort(key=lambda name: name != hint)
    return Guess(tuple(distinct), False, _words(distinct, read))


def _can(evidence: bytes, name: str) -> bool:
    """Whether the encoding can be tried at all: a few bytes may not fit it."""
    try:
        evidence.decode(name, "surrogateescape")
    except UnicodeDecodeError:
        return False
    return True


def _distinct(names: list[str], read: dict[str, str]) -> list[str]:
    """One name for each text that comes out."""
    by_text: dict[str, str] = {}
    for name in names:
        by_text.setdefault(read.get(name, name), name)
    return list(by_text.values())


def _sense(text: str, evidence: bytes, name: str) -> float:
    """The share of what is beyond ASCII that makes sense, from 0 to 1."""
    if name in EAST_ASIAN:
        return _east_asian(text, name)
    words = Counter(word for word in WORD.findall(text) if not word.isascii())
    cyrillic = ALPHABETS[name] is CYRILLIC
    best = max(
        sum(count for word, count in words.items() if _fits(word, letters, cyrillic))
        for letters in map(_both_cases, ALPHABETS[name])
    )
    share = best / max(1, words.total())
    few = len(evidence) - len(evidence.translate(None, BEYOND_ASCII)) < ENOUGH
    return share * _usual(text) if cyrillic and not few else share


@cache
def _both_cases(letters: str) -> frozenset[str]:
    return frozenset(letters + letters.upper())


def _fits(word: str, letters: frozenset[str], cyrillic: bool) -> bool:
    """Whether a language with these letters could write the word."""
    if UNIT.fullmatch(word):
        return True
    core = word.strip(EDGES)
    inner = [character for character in core if not character.isascii()]
    if not all(character in letters or character in INSIDE for character in inner):
        return False
    if cyrillic and inner and any(character.isascii() for character in core):
        return False
    return not any(a.islower() and b.isupper() for a, b in itertools.pairwise(core))


def _usual(text: str) -> float:
    """1 when the usual letters of Cyrillic are usual; koi8-r read as cp1251 is all letters, but strange ones."""
    found = [c for c in text.lower() if "\u0400" <= c <= "\u04ff"]
    usual = sum(character in COMMON_CYRILLIC for character in found)
    return 1.0 if usual >= 0.6 * len(found) else 0.5


def _east_asian(text: str, name: str) -> float:
    """The share of characters that are everyday ones of the language, and none of another's shape."""
    beyond = [character for character in text if not character.isascii()]
    letters = [c for c in beyond if not "\u3000" <= c <= "\u303f" and c not in SIGNS]
    if not letters:
        return 0.0
    mixed = sum(
        len(word) for word in re.findall("[A-Za-z][\u3400-\u9fff\uac00-\ud7af]", text)
    )
    everyday = sum(_everyday(character, name) for character in letters)
    share = max(0.0, everyday - mixed / 4) / len(letters)
    if name == "cp932" and not _share(letters, "\u3040", "\u30ff"):
        share *= 0.95  # Japanese without a single kana is rare
    if name == "gb18030" and not any(_late(character) for character in letters):
        share *= 0.5  # Chinese goes through the whole alphabet of sounds; Korean read as Chinese does not
    return share


def _share(letters: list[str], first: str, last: str) -> float:
    return sum(first <= character <= last for character in letters) / len(letters)


def _late(character: str) -> bool:
    return 0xC9 <= character.encode("gb18030", "replace")[0] <= 0xD7


def _everyday(character: str, name: str) -> bool:
    """Whether the character stands among the frequent ones of its standard."""
    if "\udc80" <= character <= "\udcff":
        return False
    if "\uff01" <= character <= "\uff5e" or "\u2000" <= character <= "\u27bf":
        return True  # full-width ASCII and signs are the same everywhere
    if name == "cp932" and "\u3040" <= character <= "\u30ff":
        return True
    lead = character.encode(name, "replace")
    first, last, trail = EVERYDAY[name]
    return len(lead) == 2 and first <= lead[0] <= last and lead[1] >= trail


def _hint(evidence: bytes, names: list[str]) -> str:
    """Which one charset-normalizer would take."""
    import charset_normalizer  # slow to load, and rarely needed

    found = charset_normalizer.from_bytes(
        evidence[:HINT_BYTES], cp_isolation=names
    ).best()
    if found is None:
        return names[0]
    return next((name for name in names if name in found.could_be_from_charset), names[0])  # fmt: skip


def _words(names: list[str], read: dict[str, str]) -> dict[str, list[str]]:
    """For each candidate the first words in which they differ."""
    lists = [WORD.findall(read.get(name, "")) for name in names]
    differ = list(dict.fromkeys(words for words in zip(*lists) if len(set(words)) > 1))
    return {
        name: [words[i][:20] for words in differ[:WORDS_SHOWN]]
        for i, name in enumerate(names)
    }
