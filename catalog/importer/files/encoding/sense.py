"""How plausible a decoded text is: whether its words could belong to a language."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from catalog.importer.files.encoding.alphabets import ALPHABETS, COMMON, EAST_ASIAN, JAPANESE, both_cases, is_everyday

NEAR = 0.97  # of the share of the best one, which a candidate must reach
MISSES = 2  # words fewer than the best one's: one alone may be a name
ODD = 0.05  # share of words that no language writes
USUAL, UNUSUAL = 0.7, 0.6  # share of common letters, to be sure and to be likely
ENOUGH = 12  # letters of a script that uses half of its encoding: fewer may be any bytes

WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]+")
LATIN = re.compile("[A-Za-z]")
INSIDE = "’'-\u00ad"  # signs that may stand inside a word
SIGNS = frozenset("„“”‚‘’–—…«»‹›°§©®€£¥¢™×÷·•½¼¾ªº¿¡´¨±†‡‰№\u00a0\u00ad\u00b6")
EDGES = "".join(SIGNS)
MOST_BROKEN = 0.1  # of the different characters; a few bytes of a long text may be damaged
LEAST = 0.8  # share of the words beyond ASCII
LATE = ("gb18030", "euc_jp")
MOST_SIGNS = 2  # around a word
UNIT = re.compile(r"(?:[kcdm]?m)?[²³¹]|[µμ][A-Za-z]{0,2}|[Øø]|[A-Za-z]{1,3}[ºª°]")
EASTERN = "[\u3040-\u9fff\uac00-\ud7af]"
BESIDE_LATIN = re.compile(f"(?<=[A-Za-z]){EASTERN}(?=[A-Za-z])|(?<=[a-z]){EASTERN}|{EASTERN}(?=[a-z])")
GLUED = re.compile("[a-zà-öø-ÿ][÷×¤¦¬¶¥¢]|[÷×¤¦¬¶¥¢][a-zà-öø-ÿ]")  # signs right beside a small letter
OPENED = re.compile("[¿¡][a-zà-öø-ÿ]")  # a sentence begins with a capital
OPENS, CLOSES = re.compile("[“„”](?=[^\\W\\d_])"), re.compile("(?<=[^\\W\\d_])”(?![^\\W\\d_])")
RARE = ("mac-roman", "cp775")  # their signs are letters in other encodings, so a few words prove nothing
RARE_WORDS = 2
ALONE = frozenset("àáâäéèêëíîóôöúûåøæÀÁÂÄÉÈÊËÍÎÓÔÖÚÛÅØÆ")  # letters that are words, sizes or signs


@dataclass(frozen=True)
class Sense:
    """How plausible an encoding is: of `count` different words, the shares that fit and that no language has."""

    share: float
    odd: float
    count: int
    enough: bool = True  # whether there is enough text to be sure
    lone: float = 0.0  # share of letters that stand alone and are not words
    strange: bool = False  # enough letters, but few common ones

    def may_be(self, best: Sense) -> bool:
        """Whether this is still a candidate beside the best one. An odd word misses twice."""
        if self.odd > ODD or not self.share:
            return False
        strange = self.odd + self.lone - best.odd - best.lone
        misses = (best.share - self.share + max(0.0, strange)) * self.count
        return misses < MISSES - 0.01 or strange <= 0 and self.share >= NEAR * best.share


def sense_of(text: str, name: str) -> Sense:
    """How plausible a text is in this encoding."""
    if name in EAST_ASIAN:
        return east_asian(text, name)
    words = {word for word in WORD.findall(text) if not word.isascii()}
    common = COMMON.get(ALPHABETS[name], frozenset())
    odd = {word for word in words if is_odd(word, bool(common))}
    # Among many words a letter alone is strange. If there are few words, or hardly any ASCII in them, it may be meant.
    lone = {word for word in words - odd if _is_lone(word)}
    if common or sum(LATIN.search(word) is not None for word in words) < ENOUGH:
        lone = set()
    fit = max(sum(fits(word, letters) for word in words - odd - lone) for letters in map(both_cases, ALPHABETS[name]))
    count = max(1, len(words))
    share, enough, strange = fit / count, True, False
    if name in RARE:
        enough = sum(_has_letters(word) for word in words) >= max(RARE_WORDS, LEAST * len(words)) and _is_paired(text)
    if common:
        found = [c for word in words for c in word.lower() if c > "\u0370"]
        usual = sum(c in common for c in found) / max(1, len(found))
        enough = len(found) >= ENOUGH and usual >= USUAL
        strange = len(found) >= ENOUGH and usual < USUAL
        if len(found) >= ENOUGH and usual < UNUSUAL:
            share *= 0.5  # all letters, but strange ones: koi8-r read as cp1251
    return Sense(share, len(odd) / count, count, enough, len(lone) / count, strange)


def _has_letters(word: str) -> bool:
    """Whether a word has letters of ASCII and others, and not only signs beside them."""
    core = word.strip(EDGES)
    return LATIN.search(core) is not None and any(letter.isalpha() and not letter.isascii() for letter in core)


def _is_paired(text: str) -> bool:
    """Whether quotes that close behind words have others that open."""
    return len(CLOSES.findall(text)) <= len(OPENS.findall(text))


def _is_lone(word: str) -> bool:
    """Whether a word is a single letter that is not a word in any language."""
    core = "" if UNIT.fullmatch(word) else word.strip(EDGES)
    return len(core) == 1 and not core.isascii() and core not in ALONE


def is_odd(word: str, alone: bool) -> bool:
    """Whether no language has such a word; `alone`: its script does not mix with ASCII."""
    if UNIT.fullmatch(word):
        return False
    core = word.strip(EDGES)
    if len(word) - len(core) > MOST_SIGNS or GLUED.search(word) or OPENED.match(word):
        return True
    letters = [c for c in core if c not in INSIDE and not c.isascii()]
    if any(unicodedata.category(c) not in ("Ll", "Lu") for c in letters):
        return True
    if alone and letters and any(c.isascii() and c.isalpha() for c in core):
        return True
    return any(a.islower() and b.isupper() and not (a + b).isascii() for a, b in itertools.pairwise(core))


def fits(word: str, letters: frozenset[str]) -> bool:
    """Whether a language with these letters could write the word."""
    core = "" if UNIT.fullmatch(word) else word.strip(EDGES)
    return all(c.isascii() or c in letters or c in INSIDE for c in core)


def east_asian(text: str, name: str) -> Sense:
    """The share of characters that are everyday ones of the language; odd: between Latin letters, or broken."""
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
        # Their characters are sorted by sound, up to high bytes. Korean that is read as one of them has only low bytes.
        share *= 0.5
    odd = 1.0 if beside >= 0.5 or _is_often_broken(set(letters)) else broken
    return Sense(share, odd, different, enough)


def _is_often_broken(different: set[str]) -> bool:
    """Whether many of the different characters are invalid; a word that repeats in each row does not hide them."""
    return sum("\udc80" <= c <= "\udcff" for c in different) > MOST_BROKEN * len(different)


def _late(character: str, name: str) -> bool:
    lead = character.encode(name, "replace")[0]
    return lead >= 0xC9 or "\u3040" <= character <= "\u30ff"
