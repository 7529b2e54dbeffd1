"""Two texts beside each other, as marked-up words: what differs is marked, long stretches that are the same are cut."""

import difflib
import re
from collections.abc import Iterator

from flask import Flask
from markupsafe import Markup, escape

MOST_WORDS = 600  # beyond, comparing word by word would take too long for a page
AROUND = 6  # words that stay before and after what differs
Step = tuple[str, int, int, int, int]  # what, and from where to where in both
_MARK = Markup("<mark>{}</mark>")


def install(app: Flask) -> None:
    """Give the templates the comparison."""
    app.jinja_env.globals["differences"] = differences


def differences(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts with a <mark> around the words that only they have."""
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
    """How one becomes the other, as SequenceMatcher says it. What both begin and end with is not worth its time."""
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
    """Words with the white space behind them, so that they make the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def _marked(words: list[str]) -> Markup:
    text = "".join(words[:MOST_WORDS]) + ("…" if len(words) > MOST_WORDS else "")
    core = text.rstrip()
    return _MARK.format(core) + escape(text[len(core) :]) if core else escape(text)


def _cut(words: list[str], *, first: bool, last: bool) -> Markup:
    """A stretch that is the same on both sides: only what stands next to a difference."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(words) <= len(head) + len(tail) + AROUND:
        return escape("".join(words))
    return escape(f"{''.join(head)}… {''.join(tail)}")
