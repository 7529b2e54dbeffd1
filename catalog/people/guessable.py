"""Passwords of a pattern that attackers know, too: common words and a year, keys in a row, a block again and again.

A pattern stands for millions of passwords, which no list of a few thousand holds. Knows no users.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

WORDS = Path(__file__).with_name("common_words.txt")
MOST_WORDS = 2  # common words; three in a row are the start of a sentence
MOST_REST = 10  # digits and signs around them, such as a date
LONGEST_BLOCK = 11  # longest repeated block

KEYBOARDS = (
    ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    ("1234567890ß", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-"),
    ("1234567890)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!"),
)
SHIFTED = str.maketrans("!@#$%^&*()_+", "1234567890-=")
LEET = str.maketrans("01345789@$!|€+", "oieastbgasilet")
LEET_L = str.maketrans("1", "l")
LETTERS = re.compile(r"[^\W\d_]+")
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_guessable(plain: str) -> bool:
    """Whether a password, in lower case, follows one of the patterns."""
    return is_repeated(plain) or is_walk(plain) or is_of_common_words(plain)


def is_repeated(plain: str) -> bool:
    """Whether a password repeats one block: lovelovelove, 123412341234."""
    for size in range(1, min(len(plain) // 2, LONGEST_BLOCK) + 1):
        if (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain:
            return True
    return False


def is_walk(plain: str) -> bool:
    """Whether nearly every key is beside the previous one: qwertyuiop123, 1qaz2wsx3edc; also with shift."""
    steps = list(pairwise(plain.translate(SHIFTED)))
    jumps = min(sum(step not in _neighbours(n) for step in steps) for n in range(3))
    return bool(steps) and jumps <= len(plain) // 4


def is_of_common_words(plain: str) -> bool:
    """Whether a password is a common word or two, short words, some digits or signs: p@ssw0rd2026!, summerdragon99."""
    return any(
        _is_of_words(form, len(plain))
        for core in set(_cores(plain))
        for form in {core, core.translate(LEET), core.translate(LEET_L).translate(LEET)}
    )


def _cores(plain: str) -> Iterator[str]:
    """Possible words of a password: digits at the ends may stand for letters, or not."""
    inner = EDGES.sub("", plain)
    if not inner:
        return
    begin = plain.index(inner)
    end = begin + len(inner)
    for first in range(max(0, begin - 2), begin + 1):
        for last in range(end, min(len(plain), end + 2) + 1):
            yield plain[first:last]


def _is_of_words(core: str, length: int) -> bool:
    parts = LETTERS.findall(core)
    letters = sum(map(len, parts))
    if not parts or length - letters > MOST_REST:
        return False
    counts = [_fewest_words(part) for part in parts]
    return all(n is not None for n in counts) and sum(n or 0 for n in counts) <= MOST_WORDS


def _fewest_words(part: str) -> int | None:
    """The smallest number of common words in a text, without short words. None: it has other words."""
    words, small = _words()
    fewest: list[int | None] = [0] + [None] * len(part)
    for end in range(1, len(part) + 1):
        for begin in range(end):
            before, word = fewest[begin], part[begin:end]
            if before is None or (word not in words and word not in small):
                continue
            count = before + (word not in small)
            known = fewest[end]
            fewest[end] = count if known is None else min(known, count)
    return fewest[-1]


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    """Common words, and short words."""
    lines = [line for line in WORDS.read_text().splitlines() if line[:1] != "#"]
    small = {w for line in lines if line[:1] == ":" for w in line[1:].split()}
    words = {word for line in lines if line[:1] != ":" for word in line.split()}
    return frozenset(words - small), frozenset(small)


@cache
def _neighbours(number: int) -> frozenset[tuple[str, str]]:
    """Pairs of neighbouring keys on a keyboard, and each key with itself."""
    places = {key: (row, column) for row, keys in enumerate(KEYBOARDS[number]) for column, key in enumerate(keys)}
    return frozenset(
        (one, other)
        for one, (row, column) in places.items()
        for other, (r, c) in places.items()
        if abs(row - r) <= 1 and abs(column - c) <= 1
    )
