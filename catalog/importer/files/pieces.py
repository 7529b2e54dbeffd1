"""A stream's `read` over bytes that come in pieces of any size."""

from collections.abc import Callable


def gathered(ahead: bytes, size: int, following: Callable[[], bytes]) -> tuple[bytes, bytes]:
    """`size` bytes, all if it is negative, and those that are left over for the next time.

    `ahead` was left over before; `following` gives the next piece, an empty one at the end. Raises what it raises.
    """
    parts, have = [ahead], len(ahead)
    while (size < 0 or have < size) and (data := following()):
        parts.append(data)
        have += len(data)
    data = b"".join(parts)
    end = len(data) if size < 0 else size
    return data[:end], data[end:]
