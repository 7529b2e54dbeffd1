"""The separator of cells: a character, its name, or \\t for a tab."""

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""The usual separators -> what people call them."""
_BY_NAME = {name: mark for mark, name in NAMES.items()} | {"\\t": "\t", "pipe": "|"}


def separator(text: str) -> str:
    """The character; empty: it is detected. Raises ValueError for a text that can't separate cells."""
    mark = _BY_NAME.get(text.strip().lower(), text)
    if mark and (len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n\0'):
        raise ValueError(f"{text!r} is not one character that can separate cells.")
    return mark
