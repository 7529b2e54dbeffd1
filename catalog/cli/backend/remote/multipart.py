"""An upload as a multipart body: the choices of an import as fields, and around the file what belongs to it."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

BLOCK_BYTES = 256 * 1024

Pairs = list[tuple[str, str]]  # the fields of a form


def fields(given: dict[str, Any]) -> Pairs:
    """The choices that are given, as the API's form has them."""
    pairs: Pairs = []
    for name, value in given.items():
        if name == "map":
            pairs += [(name, f"{field}={column}") for field, column in value.items()]
        elif isinstance(value, list | tuple):
            pairs += [(name, text) for text in value]
        else:
            pairs.append((name, value if isinstance(value, str) else json.dumps(value)))
    return pairs


def around(boundary: str, name: str, fields: Pairs) -> tuple[bytes, bytes]:
    """What comes before and after the file in a multipart body."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields
    ]
    plain = name.replace("\\", "\\\\").replace('"', "%22")
    plain = plain.replace("\r", "%0D").replace("\n", "%0A")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return "".join(parts).encode(errors="replace"), f"\r\n--{boundary}--\r\n".encode()


def pieces(head: bytes, stream: BinaryIO, tail: bytes) -> Iterator[bytes]:
    """The body, piece by piece."""
    yield head
    while piece := stream.read(BLOCK_BYTES):
        yield piece
    yield tail
