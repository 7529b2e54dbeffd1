"""Two texts beside each other, as marked-up words: what differs is marked, long stretches that are the same are cut."""

import difflib
import re

from flask import Flask
from markupsafe import Markup, escape

MOST_WORDS = 600  # beyond, comparing word by word would take too long for a page
AROUND = 6  # words that stay before and after what differs
_MARK = Markup("<mark>{}</mark>")


def install(app: Flask) -> None:
    """Give the templates the comparison."""
    app.jinja_env.globals["differences"] = differences


def differences(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts with a <mark> around the words that only they have."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return escape(old[:300] + "…"), escape(new[:300] + "…")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    left, right = [], []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            same = _cut(before[i:j], first=i == 0, last=j == len(before))
            left.append(same)
            right.append(same)
        else:
            left.append(_marked(before[i:j]))
            right.append(_marked(after[k:m]))
    return Markup("").join(left), Markup("").join(right)


def _words(text: str) -> list[str]:
    """Words with the white space behind them, so that they make the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def _marked(words: list[str]) -> Markup:
    text = "".join(words)
    core = text.rstrip()
    return _MARK.format(core) + escape(text[len(core) :]) if core else escape(text)


def _cut(words: list[str], *, first: bool, last: bool) -> Markup:
    """A stretch that is the same on both sides: only what stands next to a difference."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(words) <= len(head) + len(tail) + AROUND:
        return escape("".join(words))
    return escape(f"{''.join(head)}… {''.join(tail)}")
