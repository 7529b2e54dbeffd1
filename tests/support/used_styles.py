"""Basecoat without what no page has. `python -m tests.support.used_styles` writes its static/vendor/*.used.css.

A browser compares each element with each rule. Nine in ten of Basecoat's are for components that Catalog does not use,
and they took most of the time in which a list is drawn. A selector with a class outside of USED matches nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
ORIGINAL = VENDOR / "basecoat-1.0.2.cdn.min.css"
USED_STYLES = VENDOR / "basecoat-1.0.2.used.css"
USED = {"btn", "badge", "input", "select", "table", "sr-only", "dark"}
"""The classes of Basecoat that templates and scripts write."""

CLASS = re.compile(r"\.((?:\\.|[A-Za-z_-])(?:\\.|[\w-])*)")
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
HEAD = re.compile(r"(?:\"[^\"]*\"|[^{};\"])*([{;])")
"""What stands before the next block, or before the end of a statement."""
LIST = re.compile(r":(is|where|not|has)\(")
INNER = ("@layer", "@media", "@supports")
"""Blocks with rules inside, each of which is looked at by itself."""


def used(css: str) -> str:
    """The same styles without the rules that can match nothing."""
    return "".join(_kept(css))


def classes(css: str) -> set[str]:
    """The names of the classes in selectors and elsewhere."""
    return set(CLASS.findall(QUOTED.sub("", css)))


def _kept(css: str) -> Iterator[str]:
    for head, body in _blocks(css):
        if body is None or head.startswith("@") and not head.startswith(INNER):
            yield head if body is None else f"{head}{{{body}}}"
        elif head.startswith(INNER):
            inside = used(body)
            if inside or head.startswith("@layer"):  # an empty layer still has its place in their order
                yield f"{head}{{{inside}}}"
        elif selectors := _possible(head):
            yield f"{selectors}{{{body}}}\n"


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Each `head{body}` of a sheet; a statement, as `@layer a,b;`, has no body."""
    start = 0
    while start < len(css):
        if comment := COMMENT.match(css, start):
            yield comment[0], None
            start = comment.end()
            continue
        head = HEAD.match(css, start)
        if head is None:
            return
        at = head.start(1)
        if head[1] == ";":
            yield head[0], None
            start = head.end()
            continue
        end = _closing(css, at, "{", "}")
        yield css[start:at], css[at + 1 : end]
        start = end + 1


def _closing(text: str, at: int, opens: str, closes: str) -> int:
    """Where the bracket that opens at this place closes."""
    depth, quoted = 0, False
    for place in range(at, len(text)):
        quoted ^= text[place] == '"'
        if not quoted:
            depth += (text[place] == opens) - (text[place] == closes)
            if not depth:
                return place
    raise ValueError(f"{opens} at {at} does not close")


def _possible(selectors: str) -> str:
    """Those of a list that may match something."""
    kept = [one for selector in _split(selectors) if (one := _reduced(selector)) is not None]
    return ",".join(kept)


def _split(selectors: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(selectors):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append(selectors[start:place])
            start = place + 1
    return [*parts, selectors[start:]]


def _reduced(selector: str) -> str | None:
    """The selector without alternatives that match nothing; None if it matches nothing itself."""
    outside, made, start = "", "", 0
    while found := LIST.search(selector, start):
        end = _closing(selector, found.end() - 1, "(", ")")
        inside = _possible(selector[found.end() : end])
        outside += selector[start : found.start()]
        made += selector[start : found.start()]
        if inside:
            made += f":{found[1]}({inside})"
        elif found[1] != "not":
            return None
        elif not made or made[-1] in " >+~(":
            made += "*"
        start = end + 1
    outside += selector[start:]
    return made + selector[start:] if classes(outside) <= USED else None


if __name__ == "__main__":
    USED_STYLES.write_text(used(ORIGINAL.read_text()))
