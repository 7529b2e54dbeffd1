"""Check names and bodies of files from servers. No network, no database.

A name is one line without a path; a body that is compressed for the transfer is unpacked within limits; a web page
instead of a file is an error, whatever its status is.
"""

import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from werkzeug.http import parse_options_header

NAME_LENGTH = 200
HEAD_BYTES = 64  # bytes that are enough to recognise a web page
PIECE_BYTES = 256 * 1024
RATIO, HARMLESS_BYTES = 250, 32 * 1024**2  # as of an archive: see importer/files/zip_archive
LONGEST_WAIT = 24 * 3600.0
PAGES = (b"<!doctype html", b"<html", b"<head")
DENIED = "The server denied access ({}). Check the user and password in the URL, or get a new URL."
TOO_LARGE = "The file is too large. Split it, or ask an admin to raise CATALOG_MAX_UPLOAD_BYTES."


class Failed(Exception):
    """Nothing was fetched; the text says why, for people.

    `passing`: another try may do better, after `wait` seconds; `denied`: the server wants a sign-in.
    """

    def __init__(self, why: str, *, passing: bool = False, wait: float = 0, denied: bool = False) -> None:
        super().__init__(why)
        self.passing, self.wait, self.denied = passing, wait, denied


def check_status(status: int, headers: Mapping[str, str]) -> None:
    """Check the status of a response. Raises Failed unless it is a file or "not modified"."""
    if status in (401, 403):
        raise Failed(DENIED.format(status), denied=True)
    if status in (408, 425, 429) or status >= 500:
        wait = _retry_after(headers.get("Retry-After", ""))
        raise Failed(f"The server responded with {status} and no file.", passing=True, wait=wait)
    if status not in (200, 304):
        raise Failed(f"The server responded with {status} and no file. Check the URL: the file may have been moved.")


def _retry_after(text: str) -> float:
    """Seconds of a Retry-After header, which has seconds or a date; 0 if it has neither."""
    if text.strip().isdecimal() and len(text) < 10:
        return min(float(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0
    now = datetime.now(UTC if at.tzinfo else None)
    return min(max((at - now).total_seconds(), 0), LONGEST_WAIT)


def filename(headers: Mapping[str, str], url: str) -> str:
    """The file name of the server, else the last part of the URL; never a path."""
    _, options = parse_options_header(_as_utf8(headers.get("Content-Disposition", "")))
    path = unquote(urlsplit(url).path)
    return _plain(options.get("filename", "")) or _plain(path) or "download"


def _as_utf8(header: str) -> str:
    """A header that a server sent as UTF-8, and that arrived as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _plain(name: str) -> str:
    """The last part of a path, without invisible characters, cut to a maximum length with its extension."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = " ".join(unicodedata.normalize("NFC", name).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > NAME_LENGTH and stem and len(ending) < 10:
        return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending
    return name[:NAME_LENGTH]


def receive(blocks: Iterator[bytes], encoding: str, write: Callable[[bytes], object], most: int) -> None:
    """Write the body of a file, unpacked. Raises Failed for a web page, and for more than `most` bytes."""
    head, size = bytearray(), 0
    for piece in _unpacked(blocks, encoding.strip().lower()):
        size += len(piece)
        if size > most:
            raise Failed(TOO_LARGE)
        if size - len(piece) < HEAD_BYTES:
            head += piece
            if size < HEAD_BYTES:
                continue
            piece = _no_page(head)
        write(piece)
    if size < HEAD_BYTES:
        write(_no_page(head))


def _no_page(head: bytearray) -> bytes:
    if bytes(head).removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGES):
        why = "The server sent a web page instead of a file. The link may have expired or require a sign-in."
        raise Failed(why, denied=True)
    return bytes(head)


def _unpacked(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks without their Content-Encoding, which some servers use although we do not ask for it."""
    if encoding in ("", "identity"):
        yield from blocks
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from _inflated(blocks)
    else:
        raise Failed("The server sent the file compressed in a way that was not asked for (Content-Encoding).")


def _inflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    unpacker, begun = _unpacker(), False
    packed = unpacked = 0
    for block in blocks:
        packed += len(block)
        more = True
        while block or more:
            piece = _inflate(unpacker, block)
            unpacked += len(piece)
            if unpacked > HARMLESS_BYTES and unpacked > RATIO * packed:
                raise Failed(f"The file unpacks to more than {RATIO} times what was sent.")
            yield piece
            block, more, begun = unpacker.unconsumed_tail, len(piece) == PIECE_BYTES, True
            if unpacker.eof:  # gzip may continue with another member
                block, more, begun = unpacker.unused_data.lstrip(b"\0"), False, False
                unpacker = _unpacker()
    if begun:
        raise Failed("The connection broke before the file was complete.", passing=True)


def _unpacker() -> Any:
    return zlib.decompressobj(wbits=47)  # gzip or zlib, by its first bytes


def _inflate(unpacker: Any, block: bytes) -> bytes:
    try:
        piece: bytes = unpacker.decompress(block, PIECE_BYTES)
    except zlib.error:
        raise Failed("The file from the server is damaged: it can't be unpacked.", passing=True) from None
    return piece
