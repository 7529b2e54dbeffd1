"""Invisible characters, how messages write them out, and SKUs that only look the same.

Zero-width characters, marks of direction, soft hyphens, unusual spaces, and control characters. A joiner
in an emoji and a joiner between letters that need one are text like any other.
"""

import re
import unicodedata

CONTROLS = "\x00-\x1f\x7f-\x9f"
SPACES = "\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
JOINERS = "\u200c\u200d\ufe0e\ufe0f"
MARKS = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
UNSEEN = f"[{CONTROLS}{SPACES}{JOINERS}{MARKS}]"
"""Characters that can't be seen between others, as a class for Python and for RE2."""

ENDS = f"[{CONTROLS}{MARKS}\u200c\u200d\\s\\p{{Z}}]+"
AT_ENDS = f"^{ENDS}|{ENDS}$"
NOTHING = f"[{CONTROLS}{SPACES}{JOINERS}{MARKS} ]+"
IN_NUMBERS = f"[{CONTROLS}{JOINERS}{MARKS}]"
IN_NAMES = "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
"""Invisible characters that no language needs in a name."""

PICTURES = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
WRITTEN_OUT = re.compile(
    f"(?<![{PICTURES}])[\ufe0e\ufe0f](?!\u20e3)|(?<![{PICTURES}\u0600-\u0dff])[\u200c\u200d]|[{CONTROLS}{SPACES}{MARKS}]"
)

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹘﹣－ー"), "-")
LIKE_LATIN = str.maketrans(
    "АВЕКМНОРСТУХЅІЈԚԜаеорсухѕіјԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοⅼ’ʼ′", "ABEKMHOPCTYXSIJQWaeopcyxsijqwABEZHIKMNOPTYXol'''"
)


def visible(text: str) -> str:
    """The text with invisible characters written out: X-1<U+200B>."""
    if text.isascii() and text.isprintable():
        return text
    return WRITTEN_OUT.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def shows_nothing(text: str) -> bool:
    """Whether a text has characters, but no visible one."""
    return re.fullmatch(NOTHING, text) is not None


def look_of(sku: str) -> str:
    """A SKU as people see it: SKUs with the same look can't be distinguished."""
    plain = unicodedata.normalize("NFKC", re.sub(f"[{SPACES}]", " ", sku))
    seen = re.sub(UNSEEN, "", plain).translate(DASHES).translate(LIKE_LATIN)
    return " ".join(seen.split())
