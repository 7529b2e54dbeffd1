"""Remove spaces around the quotes of cells, so that the csv module can read them: `a, "b, c" , d`."""

import re
from collections.abc import Iterator

INSIDE = re.compile('[^"]*(?:""[^"]*)*')  # of a quoted cell, up to the quote that closes it


def opens_padded(text: str, delimiter: str) -> bool:
    """Whether there is a space before a quote that may open a cell."""
    return bool(re.search(f'(?:^|{re.escape(delimiter)}) +"', text, re.MULTILINE))


def tidied(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Physical lines without the spaces around quotes that open or close cells; each line stays a line."""
    mark = re.escape(delimiter)
    opening = re.compile(' *"')
    closing = re.compile(f'" *(?=[{mark}\r\n]|\\Z)')
    bare = re.compile(f"[^{mark}]*{mark}?")
    is_open = False
    for line in lines:
        parts: list[str] = []
        at = 0
        while at < len(line):
            if not is_open and (match := opening.match(line, at)):
                parts.append('"')
                at, is_open = match.end(), True
                continue
            if is_open:
                parts.append(_match(INSIDE, line, at))
                at += len(parts[-1])
                if at == len(line):
                    continue
                parts.append('"')
                at += len(_match(closing, line, at)) or 1
                is_open = False
            parts.append(_match(bare, line, at))
            at += len(parts[-1])
        yield "".join(parts)


def _match(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    return match[0] if match else ""
