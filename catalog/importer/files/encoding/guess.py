"""Guess an encoding from lines beyond ASCII: by whether the words could belong to a language.

Each encoding is tried. It is ruled out by words that no language writes (two scripts in one, a small letter before a
capital, signs inside), or by several words whose letters belong to none of its languages. The guess is certain only if
all remaining encodings give the same text; otherwise the likeliest is named first, and the words that differ are shown.
Every encoding that we would offer is tried, because one that is not tried can't raise a doubt.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from catalog.importer.files.encoding import scripts
from catalog.importer.files.encoding.alphabets import ALPHABETS, COMMON, EAST_ASIAN, both_cases
from catalog.importer.files.encoding.sense import (
    EDGES,
    LATIN,
    MISSES,
    ODD,
    USUAL,
    WORD,
    Sense,
    east_asian,
    fits,
    is_odd,
    sense_of,
)

SURE = 0.9  # share of the words that must be plausible in the best candidate
LIKELY = 0.6  # share of the words that must be plausible in a likely encoding
DOUBTFUL_BYTES = 1024
WORDS_SHOWN, LETTERS_SHOWN = 3, 20
HINT_BYTES = 8 * 1024

SELDOM = ("iso8859-4", "cp775")  # they are candidates only if all words fit
# Impossible in Latvian: in another encoding, the bytes are "jabón".
BEFORE_CONSONANT = re.compile("[ķģ](?![aeiouyāēīūļķģ])", re.IGNORECASE)
BESIDE_NUMBERS = re.compile(
    rb"(?<=\d[.,])[\x96\x97](?![\w\x80-\xff])|(?<=\d)\xa0?[ ]?\x80(?![\w\x81-\xff])|(?<![\w\x81-\xff])\x80[ "
    rb"\xa0]?(?=\d)|(?<=\d)[\xa0\x92](?=\d{3}(?!\d))"
)
"""Signs beside numbers that all encodings of Windows share: 49.–, 12 €, € 12, 1 250, 1’250."""
LATIN_TOO = frozenset("ƏəƠơƯưȘșȚțǍǎǏǐǑǒǓǔǦǧǨǩǪǫƁɓƊɗƘƙƳƴƐɛƆɔ")
"""Letters beyond U+0180 that occur among plain letters: Romanian, Vietnamese, Azerbaijani, Pinyin, Hausa."""


@dataclass(frozen=True)
class Guess:
    """Plausible encodings, the likeliest first, each with some words in which they differ."""

    candidates: tuple[str, ...]
    certain: bool
    words: dict[str, list[str]]
    sensible: bool = True  # False: the words are plausible in no encoding


def is_doubtful(evidence: bytes) -> bool:
    """Whether text may be valid UTF-8 by chance.

    It has only one or two words beyond ASCII, which no language has, and another encoding makes words of them.
    """
    if not evidence or len(evidence) > DOUBTFUL_BYTES:
        return False
    words = {word for word in WORD.findall(evidence.decode()) if not word.isascii()}
    if len(words) > MISSES or not all(map(_is_chance, words)):
        return False
    return any(_makes_words(evidence, name) for name in (*ALPHABETS, *EAST_ASIAN))


def _is_chance(word: str) -> bool:
    """Whether no language has the word, by its letters: one rare letter, a mark without a letter, mixed scripts."""
    beyond = [c for c in word if not c.isascii()]
    if unicodedata.category(word[0]) == "Mn" or any(unicodedata.category(c) == "Cn" for c in beyond):
        return True
    if not all(map(str.isalpha, beyond)):
        return False
    if len(word) == len(beyond):
        return all("\u00ff" < c < "\u0250" for c in beyond)
    return any("\u0180" < c < "\u2e80" and not _is_usual(c) for c in beyond)


def _is_usual(letter: str) -> bool:
    """Whether a character may occur among plain letters: Latin of any language, Greek as in units."""
    return letter in LATIN_TOO or "\u0370" <= letter <= "\u03ff" or "\u1e00" <= letter <= "\u1eff"


def _makes_words(evidence: bytes, name: str) -> bool:
    """Whether all text beyond ASCII is words in this encoding: of one language, with several common letters."""
    if not _can(evidence, name):
        return False
    text = evidence.decode(name, "surrogateescape")
    if name in EAST_ASIAN:
        sense = east_asian(text, name)
        return sense.share == 1 and not sense.odd
    words = {word for word in WORD.findall(text) if not word.isascii()}
    common = COMMON.get(ALPHABETS[name], frozenset())
    letters = [c for word in words for c in word.strip(EDGES).lower()]
    if common and sum(c in common for c in letters) < USUAL * len(letters):
        return False
    return any(all(_is_word(word, known, bool(common)) for word in words) for known in map(both_cases, ALPHABETS[name]))


def _is_word(word: str, letters: frozenset[str], alone: bool) -> bool:
    """Whether a text is a word, not a letter with signs; a Latin word has a plain letter."""
    plain = alone or LATIN.search(word) is not None
    several = len(word.strip(EDGES)) > 1
    return several and plain and fits(word, letters) and not is_odd(word, alone)


def guess(evidence: bytes, also: tuple[str, ...] = ()) -> Guess:
    """Guess the encoding of lines beyond ASCII; `also` are encodings that can't be ruled out."""
    if BESIDE_NUMBERS.sub(b"", evidence).isascii():
        return Guess(("cp1252",), True, {})
    read = {
        name: evidence.decode(name, "surrogateescape") for name in (*ALPHABETS, *EAST_ASIAN) if _can(evidence, name)
    }
    sense = {name: sense_of(text, name) for name, text in read.items()}
    sane = [one for one in sense.values() if one.odd <= ODD]
    best = max(sane, key=lambda one: (one.share, -one.odd - one.lone), default=Sense(0.0, 0.0, 0))
    read |= {name: evidence.decode(name) for name in also}
    kept = [
        *also,
        *(name for name in sense if sense[name].may_be(best) and _may_be_seldom(read[name], name, sense, best)),
    ]
    kept.sort(key=lambda name: -sense[name].share if name in sense else 0.0)
    distinct = _distinct(kept, read)
    if not also and best.share >= SURE and len(distinct) == 1 and sense[distinct[0]].enough:
        return Guess((distinct[0],), True, {})
    others = scripts.that_make_sense(evidence)
    read |= {name: scripts.read(evidence, name) for name in others}
    sensible = [
        name for name in kept if name in also or sense[name].share >= LIKELY and not (others and sense[name].strange)
    ]
    if len(others) == 1 and not sensible and scripts.is_certain(evidence, others[0]):
        return Guess((others[0],), True, {})
    kept = [*others, *sensible] if best.share < SURE else [*sensible, *others]
    distinct = _distinct(kept or ["cp1252", "cp1250", "cp1251"], read)
    if any(name in EAST_ASIAN for name in distinct):  # charset-normalizer knows less about alphabets than this module
        hint = _hint(evidence, distinct)
        distinct.sort(key=lambda name: name != hint)
    return Guess(tuple(distinct), False, _words(distinct, read), bool(kept))


def _may_be_seldom(text: str, name: str, sense: dict[str, Sense], best: Sense) -> bool:
    """Whether an encoding is usual, or no word speaks against it."""
    if name not in SELDOM:
        return True
    return sense[name].share >= best.share and sense[name].odd <= best.odd and not BEFORE_CONSONANT.search(text)


def _can(evidence: bytes, name: str) -> bool:
    """Whether the encoding can be tried: only bytes beyond ASCII may be invalid in it."""
    try:
        evidence.decode(name, "surrogateescape")
    except UnicodeDecodeError:
        return False
    return True


def _distinct(names: list[str], read: dict[str, str]) -> list[str]:
    """One encoding for each different decoded text."""
    by_text: dict[str, str] = {}
    for name in names:
        by_text.setdefault(read.get(name, name), name)
    return list(by_text.values())


def _hint(evidence: bytes, names: list[str]) -> str:
    """The encoding that charset-normalizer chooses."""
    import charset_normalizer  # slow to load, and rarely needed

    found = charset_normalizer.from_bytes(evidence[:HINT_BYTES], cp_isolation=names).best()
    if found is None:
        return names[0]
    return next((name for name in names if name in found.could_be_from_charset), names[0])


def _words(names: list[str], read: dict[str, str]) -> dict[str, list[str]]:
    """Words in which the candidates differ; for a single candidate, its first words beyond ASCII."""
    if len(names) == 1:
        words = [one[:LETTERS_SHOWN] for one in WORD.findall(read[names[0]]) if not one.isascii()]
        return {names[0]: words[:WORDS_SHOWN]}
    lists = [WORD.findall(read.get(name, "")) for name in names]
    differ = list(dict.fromkeys(words for words in zip(*lists) if len(set(words)) > 1))
    shown = list(map(_cut, _telling(differ, len(names))))
    return {name: [words[at] for words in shown] for at, name in enumerate(names)}


def _telling(differ: list[tuple[str, ...]], count: int) -> list[tuple[str, ...]]:
    """The words to show of those that differ: each of the `count` candidates differs from each other in one."""
    alike = set(itertools.combinations(range(count), 2))
    chosen: list[tuple[str, ...]] = []
    while differ and alike and len(chosen) < WORDS_SHOWN:
        best = max(differ, key=lambda words: sum(words[one] != words[other] for one, other in alike))
        left = {(one, other) for one, other in alike if best[one] == best[other]}
        if left == alike:
            break
        chosen.append(best)
        alike = left
    more = [words for words in differ if words not in chosen][: WORDS_SHOWN - len(chosen)]
    return sorted((*chosen, *more), key=differ.index)


def _cut(words: tuple[str, ...]) -> tuple[str, ...]:
    """The part of long words in which they differ first."""
    differ = (at for at, letters in enumerate(zip(*words)) if len(set(letters)) > 1)
    start = max(0, next(differ, 0) - LETTERS_SHOWN + 1)
    return tuple(word[start : start + LETTERS_SHOWN] for word in words)
