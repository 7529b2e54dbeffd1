"""What an encoding is that no mark tells, from lines beyond ASCII: by whether words come out that some language could write.

Each encoding is tried. It is ruled out by words that no language writes (two scripts in one, a small letter before a capital,
signs inside), or by several words whose letters belong to no one of its languages. Only when all that is left gives the same
text is the guess certain; otherwise the likeliest is named first, and the words that differ are shown. An encoding that we
would offer always takes part: what is not tried can't raise a doubt.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from catalog.importer.files.encoding import scripts
from catalog.importer.files.encoding.alphabets import ALPHABETS, COMMON, EAST_ASIAN, JAPANESE, both_cases, is_everyday

SURE = 0.9  # share of the words that the best candidate must make sense of
LIKELY = 0.6  # share of the words without which an encoding is not called likely
NEAR = 0.97  # of the best one's share: a candidate that makes sense of less is none
MISSES = 2  # words fewer than the best one's: one alone may be a name
ODD = 0.05  # share of words that no language writes
USUAL, UNUSUAL = 0.7, 0.6  # share of common letters, to be sure and to be likely
ENOUGH = 12  # letters of a script that fills half of its code: of fewer, any bytes may be meant
DOUBTFUL_BYTES = 1024
WORDS_SHOWN = 3
HINT_BYTES = 8 * 1024

WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]+")
LATIN = re.compile("[A-Za-z]")
LATIN_TOO = frozenset("ƏəƠơƯưȘșȚțǍǎǏǐǑǒǓǔǦǧǨǩǪǫƁɓƊɗƘƙƳƴƐɛƆɔ")
"""Letters beyond U+0180 that stand among the plain ones: Romanian, Vietnamese, Azerbaijani, Pinyin, Hausa."""
INSIDE = "’'-\u00ad"  # signs that may stand inside a word
SIGNS = frozenset("„“”‚‘’–—…«»‹›°§©®€£¥¢™×÷·•½¼¾ªº¿¡´¨±†‡‰№\u00a0\u00ad\u00b6")
EDGES = "".join(SIGNS)
LATE = ("gb18030", "euc_jp")
MOST_SIGNS = 2  # around a word
UNIT = re.compile(r"(?:[kcdm]?m)?[²³¹]|[µμ][A-Za-z]{0,2}|[Øø]|[A-Za-z]{1,3}[ºª°]")
EASTERN = "[\u3040-\u9fff\uac00-\ud7af]"
BESIDE_LATIN = re.compile(f"(?<=[A-Za-z]){EASTERN}(?=[A-Za-z])|(?<=[a-z]){EASTERN}|{EASTERN}(?=[a-z])")
ALONE = frozenset("àáâäéèêëíîóôöúûåøæÀÁÂÄÉÈÊËÍÎÓÔÖÚÛÅØÆ")  # letters that are words, sizes or signs


@dataclass(frozen=True)
class Guess:
    """Encodings that make sense of the lines, the likeliest first, and some words in each where they differ."""

    candidates: tuple[str, ...]
    certain: bool
    words: dict[str, list[str]]
    sensible: bool = True  # or no encoding makes sense of the words


@dataclass(frozen=True)
class Sense:
    """How much sense an encoding makes: the share of `count` different words that fit, and of those that nobody writes."""

    share: float
    odd: float
    count: int
    enough: bool = True  # of it to be sure
    lone: float = 0.0  # share of letters that stand alone and are no words
    strange: bool = False  # enough letters, but few common ones

    def may_be(self, best: Sense) -> bool:
        """Whether this is still a candidate beside the best one. An odd word misses twice."""
        if self.odd > ODD or not self.share:
            return False
        strange = self.odd + self.lone - best.odd - best.lone
        misses = (best.share - self.share + max(0.0, strange)) * self.count
        return misses < MISSES - 0.01 or strange <= 0 and self.share >= NEAR * best.share


def is_doubtful(evidence: bytes) -> bool:
    """Whether valid UTF-8 may be so by chance: one or two words in all that no language writes, and another encoding makes words."""
    if not evidence or len(evidence) > DOUBTFUL_BYTES:
        return False
    words = {word for word in WORD.findall(evidence.decode()) if not word.isascii()}
    if len(words) > MISSES or not all(map(_is_chance, words)):
        return False
    return any(_makes_words(evidence, name) for name in (*ALPHABETS, *EAST_ASIAN))


def _is_chance(word: str) -> bool:
    """Whether no language writes the word, as far as its letters tell: a rare one alone, a mark on nothing, scripts in a mixture."""
    beyond = [c for c in word if not c.isascii()]
    if unicodedata.category(word[0]) == "Mn" or any(unicodedata.category(c) == "Cn" for c in beyond):
        return True
    if not all(map(str.isalpha, beyond)):
        return False
    if len(word) == len(beyond):
        return all("\u00ff" < c < "\u0250" for c in beyond)
    return any("\u0180" < c < "\u2e80" and not _is_usual(c) for c in beyond)


def _is_usual(letter: str) -> bool:
    """Whether it may stand among plain letters: Romanian, Vietnamese and other Latin, Greek as in units."""
    return letter in LATIN_TOO or "\u0370" <= letter <= "\u03ff" or "\u1e00" <= letter <= "\u1eff"


def _makes_words(evidence: bytes, name: str) -> bool:
    """Whether all that is beyond ASCII is words in this encoding: of one language, of several letters, of common ones."""
    if not _can(evidence, name):
        return False
    text = evidence.decode(name, "surrogateescape")
    if name in EAST_ASIAN:
        sense = _east_asian(text, name)
        return sense.share == 1 and not sense.odd
    words = {word for word in WORD.findall(text) if not word.isascii()}
    common = COMMON.get(ALPHABETS[name], frozenset())
    letters = [c for word in words for c in word.strip(EDGES).lower()]
    if common and sum(c in common for c in letters) < USUAL * len(letters):
        return False
    return any(all(_is_word(word, known, bool(common)) for word in words) for known in map(both_cases, ALPHABETS[name]))


def _is_word(word: str, letters: frozenset[str], alone: bool) -> bool:
    """Whether it is more than a letter and signs; in Latin no word is without one of the plain letters."""
    plain = alone or LATIN.search(word) is not None
    several = len(word.strip(EDGES)) > 1
    return several and plain and _fits(word, letters) and not _is_odd(word, alone)


def guess(evidence: bytes, also: tuple[str, ...] = ()) -> Guess:
    """What lines beyond ASCII are encoded in; `also` are encodings that can't be ruled out."""
    read = {
        name: evidence.decode(name, "surrogateescape") for name in (*ALPHABETS, *EAST_ASIAN) if _can(evidence, name)
    }
    sense = {name: _sense(text, name) for name, text in read.items()}
    sane = [one for one in sense.values() if one.odd <= ODD]
    best = max(sane, key=lambda one: (one.share, -one.odd - one.lone), default=Sense(0.0, 0.0, 0))
    read |= {name: evidence.decode(name) for name in also}
    kept = [*also, *(name for name in sense if sense[name].may_be(best))]
    kept.sort(key=lambda name: -sense[name].share if name in sense else 0.0)
    distinct = _distinct(kept, read)
    if not also and best.share >= SURE and len(distinct) == 1 and sense[distinct[0]].enough:
        return Guess((distinct[0],), True, {})
    others = scripts.that_make_sense(evidence)
    read |= {name: scripts.read(evidence, name) for name in others}
    sensible = [
        name for name in kept if name in also or sense[name].share >= LIKELY and not (others and sense[name].strange)
    ]
    kept = [*others, *sensible] if best.share < SURE else [*sensible, *others]
    distinct = _distinct(kept or ["cp1252", "cp1250", "cp1251"], read)
    if any(name in EAST_ASIAN for name in distinct):  # of alphabets it knows less than we do
        hint = _hint(evidence, distinct)
        distinct.sort(key=lambda name: name != hint)
    return Guess(tuple(distinct), False, _words(distinct, read), bool(kept))


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


def _sense(text: str, name: str) -> Sense:
    if name in EAST_ASIAN:
        return _east_asian(text, name)
    words = {word for word in WORD.findall(text) if not word.isascii()}
    common = COMMON.get(ALPHABETS[name], frozenset())
    odd = {word for word in words if _is_odd(word, bool(common))}
    # Among so many words a letter alone is strange; where there are few, or hardly any ASCII in them, it may be meant.
    lone = {word for word in words - odd if _is_lone(word)}
    if common or sum(LATIN.search(word) is not None for word in words) < ENOUGH:
        lone = set()
    fit = max(sum(_fits(word, letters) for word in words - odd - lone) for letters in map(both_cases, ALPHABETS[name]))
    count = max(1, len(words))
    share, enough, strange = fit / count, True, False
    if common:
        found = [c for word in words for c in word.lower() if c > "\u0370"]
        usual = sum(c in common for c in found) / max(1, len(found))
        enough = len(found) >= ENOUGH and usual >= USUAL
        strange = len(found) >= ENOUGH and usual < USUAL
        if len(found) >= ENOUGH and usual < UNUSUAL:
            share *= 0.5  # all letters, but strange ones: koi8-r read as cp1251
    return Sense(share, len(odd) / count, count, enough, len(lone) / count, strange)


def _is_lone(word: str) -> bool:
    """Whether it is one letter that no language has as a word."""
    core = "" if UNIT.fullmatch(word) else word.strip(EDGES)
    return len(core) == 1 and not core.isascii() and core not in ALONE


def _is_odd(word: str, alone: bool) -> bool:
    """Whether nobody writes such a word; `alone`: its script does not mix with ASCII."""
    if UNIT.fullmatch(word):
        return False
    core = word.strip(EDGES)
    if len(word) - len(core) > MOST_SIGNS:
        return True
    letters = [c for c in core if c not in INSIDE and not c.isascii()]
    if any(unicodedata.category(c) not in ("Ll", "Lu") for c in letters):
        return True
    if alone and letters and any(c.isascii() and c.isalpha() for c in core):
        return True
    return any(a.islower() and b.isupper() and not (a + b).isascii() for a, b in itertools.pairwise(core))


def _fits(word: str, letters: frozenset[str]) -> bool:
    """Whether a language with these letters could write the word."""
    core = "" if UNIT.fullmatch(word) else word.strip(EDGES)
    return all(c.isascii() or c in letters or c in INSIDE for c in core)


def _east_asian(text: str, name: str) -> Sense:
    """The share of characters that are everyday ones of the language; odd are those between Latin letters, and broken ones."""
    beyond = [character for character in text if not character.isascii()]
    letters = [c for c in beyond if not "\u3000" <= c <= "\u303f" and c not in SIGNS]
    if not letters:
        return Sense(0.0, 0.0, 0)
    broken = sum("\udc80" <= c <= "\udcff" for c in letters) / len(letters)
    beside = len(BESIDE_LATIN.findall(text)) / len(letters)
    share = sum(is_everyday(character, name) for character in letters) / len(letters)
    different = len(set(letters))
    enough = different >= ENOUGH
    if enough and name in JAPANESE and not any("\u3040" <= c <= "\u30ff" for c in letters):
        share *= 0.95  # Japanese without a single kana is rare
    if different >= 2 * ENOUGH and name in LATE and not any(_late(c, name) for c in letters):
        share *= 0.5  # these go through the whole alphabet of sounds; Korean read as one of them does not
    return Sense(share, broken if beside < 0.5 else 1.0, different, enough)


def _late(character: str, name: str) -> bool:
    lead = character.encode(name, "replace")[0]
    return lead >= 0xC9 or "\u3040" <= character <= "\u30ff"


def _hint(evidence: bytes, names: list[str]) -> str:
    """Which one charset-normalizer would take."""
    import charset_normalizer  # slow to load, and rarely needed

    found = charset_normalizer.from_bytes(evidence[:HINT_BYTES], cp_isolation=names).best()
    if found is None:
        return names[0]
    return next((name for name in names if name in found.could_be_from_charset), names[0])


def _words(names: list[str], read: dict[str, str]) -> dict[str, list[str]]:
    """For each candidate the first words in which they differ; of a single one its first words beyond ASCII."""
    if len(names) == 1:
        words = [one[:20] for one in WORD.findall(read[names[0]]) if not one.isascii()]
        return {names[0]: words[:WORDS_SHOWN]}
    lists = [WORD.findall(read.get(name, "")) for name in names]
    differ = list(dict.fromkeys(words for words in zip(*lists) if len(set(words)) > 1))
    return {name: [words[i][:20] for words in differ[:WORDS_SHOWN]] for i, name in enumerate(names)}
