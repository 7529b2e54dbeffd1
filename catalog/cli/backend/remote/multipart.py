"""An upload as a multipart body: the choices of an import as fields, and around the file what belongs to it."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from catalog.importer import Options

BLOCK_BYTES = 256 * 1024
FLAGS = ("review", "confirmed", "active", "header")
TEXTS = ("mode", "absent", "extra", "delimiter", "encoding", "sheet", "members", "max_errors")

Pairs = list[tuple[str, str]]  # the fields of a form


def fields(options: "Options", said: set[str] | None = None) -> Pairs:
    """The choices as the API's form has them: all of them, or of the plain ones only those that were `said`."""
    flags = {name: "true" if getattr(options, name) else "false" for name in FLAGS}
    plain = {name: str(getattr(options, name)) for name in TEXTS} | flags
    plain["skip"] = "" if options.skip is None else str(options.skip)
    pairs = [(name, value) for name, value in plain.items() if value and (said is None or name in said)]
    if said is None:
        pairs.append(("blank", options.blank))
        pairs += [("blank", f"{name}={does}") for name, does in options.blanks.items()]
    from catalog.importer import MAPPING  # loaded already: its caller made the options

    mapping = {name: getattr(options, name) for name in MAPPING if name != "columns"}
    if chosen := {name: value for name, value in mapping.items() if value}:
        pairs.append(("mapping", json.dumps(chosen)))
    return pairs + [("map", f"{k}={v}") for k, v in options.columns.items()]


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
