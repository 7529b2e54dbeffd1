"""Two texts side by side: differences are marked, and long equal parts are shortened."""

import difflib
import re
from collections.abc import Iterator

from flask import Flask
from markupsafe import Markup, escape

MOST_WORDS = 600  # more would take too long to compare for a page
AROUND = 6  # words shown before and after a difference
Step = tuple[str, int, int, int, int]  # kind, and start and end in both texts
_MARK = Markup("<mark>{}</mark>")


def install(app: Flask) -> None:
    """Add the comparison to the templates."""
    app.jinja_env.globals["differences"] = differences


def differences(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts, each with a <mark> around the words that differ."""
    before, after = _words(old), _words(new)
    left, right = [], []
    for kind, i, j, k, m in _steps(before, after):
        if kind == "equal":
            same = _cut(before[i:j], first=i == 0, last=j == len(before))
            left.append(same)
            right.append(same)
        else:
            left.append(_marked(before[i:j]))
            right.append(_marked(after[k:m]))
    return Markup("").join(left), Markup("").join(right)


def _steps(before: list[str], after: list[str]) -> Iterator[Step]:
    """The steps that turn one text into the other, like the opcodes of SequenceMatcher.

    The equal beginning and end are found first, because SequenceMatcher is slow.
    """
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = range(1, shorter - head + 1)
    tail = next((n - 1 for n in rest if before[-n] != after[-n]), shorter - head)
    i, k = len(before) - tail, len(after) - tail
    if head:
        yield "equal", 0, head, 0, head
    if max(i, k) - head > MOST_WORDS:
        yield "replace", head, i, head, k
    else:
        inner = difflib.SequenceMatcher(None, before[head:i], after[head:k], autojunk=False)
        for kind, a, b, c, d in inner.get_opcodes():
            yield kind, head + a, head + b, head + c, head + d
    if tail:
        yield "equal", i, len(before), k, len(after)


def _words(text: str) -> list[str]:
    """The words of a text, each with the white space after it."""
    return re.findall(r"\S+\s*|\s+", text)


def _marked(words: list[str]) -> Markup:
    text = "".join(words[:MOST_WORDS]) + ("…" if len(words) > MOST_WORDS else "")
    core = text.rstrip()
    return _MARK.format(core) + escape(text[len(core) :]) if core else escape(text)


def _cut(words: list[str], *, first: bool, last: bool) -> Markup:
    """An equal part of both texts: only the words next to a difference."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(words) <= len(head) + len(tail) + AROUND:
        return escape("".join(words))
    return escape(f"{''.join(head)}… {''.join(tail)}")
