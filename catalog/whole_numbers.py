"""Whole numbers that users typed: the one place that calls int on such a text, which may be of any length."""

LARGEST = 2**63 - 1
"""The largest that the database takes."""
LARGEST_ID = 2**31 - 1
"""The largest id of a row; products count on, up to LARGEST."""
DIGITS = 19


def whole(text: str, most: int = LARGEST) -> int | None:
    """The number that these digits are, up to `most`; None for any other text."""
    digits = text.lstrip("0") or text[:1]
    if not digits.isascii() or not digits.isdecimal() or len(digits) > DIGITS:
        return None
    number = int(digits)
    return number if number <= most else None
