"""Find text that was damaged before the upload: saved in a wrong encoding, or with lost letters."""

import numpy as np

from catalog.importer.values.texts import Mask, Texts

GONE = "\ufffd"
# The second byte of a letter in UTF-8, shown as the character that it is in Windows-1252.
TRAIL = "\\x{80}-\\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# The same in Windows-1251, in DOS code pages and on a Macintosh.
CYRILLIC_TRAIL = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕї\\x{A0}\\x{AD}"
DECODED_TWICE = (
    f"[ÂÃÐÑ][{TRAIL}]|â[€‚][{TRAIL}]|(?:[РС][{CYRILLIC_TRAIL}]){{2}}"
    "|├[^\\x00-\\x7f ]|√[©§®±°∂ºüèìîïúûâ´¨†•£ñ]|‚Ä[ôúùìñò¢¶]"
)
ENTITY = "&(?:[A-Za-z]{2,8}|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,5});"
"""A character as HTML writes it."""
FIRST = np.isin(np.arange(256), [*b"\x82\x83\x90\x91\xa2"])  # after C3: ÂÃÐÑâ in UTF-8
SELDOM = {0xE2: ("├", "√", "‚Ä"), 0xD0: ("Р°", "Рµ", "Рѕ", "Рё")}
"""First byte of the letter in UTF-8 -> texts: damaged text has at least one of them, correct text hardly ever."""


def decoded_twice(texts: Texts, long: bool) -> Mask | None:
    """Cells with Ã© for é, РЎС‚ for Ст; None: certainly none. In `long` texts, only the first is looked for."""
    if texts.is_ascii or not (_western(texts) or not long and _other(texts)):
        return None
    return texts.matching(DECODED_TWICE)


def gone(texts: Texts) -> Mask | None:
    """Cells with U+FFFD in place of a letter; None: there is certainly none."""
    if texts.is_ascii or not texts.has(GONE):
        return None
    return texts.matching(GONE)


def _western(texts: Texts) -> bool:
    """Whether some Â, Ã, Ð, Ñ or â is before a character beyond ASCII: a cheap check of the bytes."""
    text = texts.bytes
    at = np.flatnonzero(text[:-2] == 0xC3)
    followed = FIRST[text[at + 1]] & (text[at + 2] >= 0x80)
    return bool(followed.any())


def _other(texts: Texts) -> bool:
    return any((texts.bytes == first).any() and any(map(texts.has, signs)) for first, signs in SELDOM.items())
