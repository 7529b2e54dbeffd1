"""Detect the encoding of a file.

A byte order mark decides, then strict UTF-8. Anything else is guessed (`guess`), and used only if the guess is certain.
A byte that does not fit is never replaced: it becomes a mark that rejects its row.
"""

import codecs
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from catalog.importer.files.encoding import header_words
from catalog.importer.files.encoding.guess import guess, is_doubtful
from catalog.importer.questions import Question, Unanswered

SCAN_BYTES = 64 * 1024**2  # bytes of a file that are searched for invalid UTF-8
SAMPLE_BYTES = 1024**2  # the same for a stream that can't seek
BLOCK_BYTES = 1024**2
EVIDENCE_BYTES = 32 * 1024  # bytes of lines beyond ASCII from which an encoding is guessed
LINES = 8  # of which one may be the header
LINE_BYTES = 1024  # bytes of one line; more do not help

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, which has the same first bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

MAY_BE = "The encoding of the file is not certain. It may be"
NONSENSE = "The text does not make sense in any known encoding. Some encodings read its words as"


class Unsure(Unanswered):
    """The encoding is not certain: these are possible, with the words in which they differ."""

    def __init__(self, candidates: tuple[str, ...], words: dict[str, list[str]], sensible: bool = True) -> None:
        self.candidates = candidates
        shown = "; ".join(f"{name} ({', '.join(words[name])})" if words.get(name) else name for name in candidates)
        doubted = "utf-8" in candidates  # it is valid UTF-8, perhaps by chance
        begins = "" if doubted else "The file is not UTF-8. "
        wanted = "UTF-8 with a byte order mark" if doubted else "UTF-8"
        message = f"{begins}{MAY_BE if sensible else NONSENSE}: {shown}. Choose one, or save the file as {wanted}."
        super().__init__(Question("encoding", "", message, candidates, "encoding"))


@dataclass(frozen=True)
class Encoding:
    """An encoding, the byte order mark to remove, and how it was detected: chosen, mark, utf-8, pattern, or guess."""

    name: str
    mark: bytes = b""
    how: str = "utf-8"


def recognise(
    sample: bytes,
    file: BinaryIO | None,
    wanted: str = "",
    usual: str = "",
    is_name: Callable[[str], bool] = lambda text: False,
) -> Encoding:
    """The encoding of a file that begins with `sample`; `file` continues after it, and is looked at if it can seek.

    `usual` is that of a template: it is taken unless the file is certainly UTF-8. `is_name`: whether a text is a known
    name of a column. Raises Unsure when the encoding is not certain.
    """
    for mark, name in MARKS:
        if sample.startswith(mark) and (not wanted or _same_family(wanted, name)):
            return Encoding(name, mark, "mark")
    if wanted:
        return Encoding(wanted, how="chosen")
    wide = _wide(sample)
    if wide:
        return Encoding(wide, how="pattern")
    evidence, valid = _evidence(sample, file)
    if usual and not (valid and evidence and not is_doubtful(evidence)) and not usual.startswith(("utf-16", "utf-32")):
        return Encoding(usual, how="chosen")
    if valid and not is_doubtful(evidence) or not valid and _is_damaged_utf8(evidence):
        return Encoding("utf-8")
    found = guess(evidence, also=("utf-8",) if valid else ())
    if not found.certain and not valid:
        lines = _first_lines(sample)
        name = header_words.named(found.candidates, lines, evidence, is_name)
        if name := name or header_words.decided(found.candidates, lines, evidence):
            return Encoding(name, how="guess")
    if not found.certain:
        raise Unsure(found.candidates, found.words, found.sensible)
    return Encoding(found.candidates[0], how="guess")


def _first_lines(sample: bytes) -> bytes:
    """The first lines of a file that have text, of which one is the header."""
    lines = (line[:LINE_BYTES] for line in sample[: LINES * LINE_BYTES].splitlines() if line.strip())
    return b"\n".join(itertools.islice(lines, LINES))


def is_wide(sample: bytes) -> bool:
    """Whether the file is UTF-16 or UTF-32, by mark or pattern: NULs are half of such text."""
    marks = [mark for mark, name in MARKS if name != "utf-8"]
    return sample.startswith(tuple(marks)) or bool(_wide(sample))


def _same_family(wanted: str, name: str) -> bool:
    """Whether the mark of `name` is a mark in the encoding that was asked for: in cp1252 it would be text."""
    return wanted[:6] == name[:6]


def _wide(sample: bytes) -> str:
    """Detect UTF-16 without a mark by its NULs: nearly all separators of a table are ASCII."""
    even, odd = sample[0:4096:2].count(0), sample[1:4096:2].count(0)
    half = max(1, len(sample[:4096]) // 2)
    if max(even, odd) < 0.3 * half or min(even, odd) > 0.02 * half:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _evidence(sample: bytes, file: BinaryIO | None) -> tuple[bytes, bool]:
    """Lines beyond ASCII, and whether the whole file is UTF-8."""
    evidence, valid, carried, seen = b"", True, b"", 0
    for block in _blocks(sample, file):
        seen += len(block)
        if valid:
            text = carried + block
            carried = text[_whole(text) :]
            valid = _is_utf8(text[: len(text) - len(carried)])
        room = (EVIDENCE_BYTES if valid else 2 * EVIDENCE_BYTES) - len(evidence)
        evidence += _beyond_ascii(block, room)
        if not valid and room <= EVIDENCE_BYTES:
            break
    is_cut = seen >= (SCAN_BYTES if file and file.seekable() else SAMPLE_BYTES)
    return evidence, valid and (is_cut or not carried)


def _blocks(sample: bytes, file: BinaryIO | None) -> Iterator[bytes]:
    """The blocks of the file that are searched; its position is restored afterwards."""
    yield sample
    if file is None or not file.seekable():
        return
    here = file.tell()
    try:
        while file.tell() < SCAN_BYTES and (block := file.read(BLOCK_BYTES)):
            yield block
    finally:
        file.seek(here)


def _whole(text: bytes) -> int:
    """The position of a character that the end of `text` cuts, else its length."""
    for back in range(1, min(4, len(text) + 1)):
        if text[-back] >= 0xC0:  # the first byte of a longer character
            long = 2 + (text[-back] >= 0xE0) + (text[-back] >= 0xF0)
            return len(text) - back if long > back else len(text)
        if text[-back] < 0x80:
            break
    return len(text)


def _is_utf8(text: bytes) -> bool:
    """Whether bytes are UTF-8. Arrow checks this ten times as fast as Python."""
    offsets = np.array([0, len(text)], np.int64).tobytes()
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    try:
        pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, buffers).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _beyond_ascii(block: bytes, size: int) -> bytes:
    """The lines of a block that have bytes beyond ASCII, of `size` at most in all."""
    found: list[bytes] = []
    have = 0
    if size <= 0 or block.isascii():
        return b""
    for line in block.replace(b"\r", b"\n").split(b"\n"):
        if have >= size:
            break
        if not line.isascii():
            found.append(line[:LINE_BYTES])
            have += len(found[-1]) + 1
    return b"".join(line + b"\n" for line in found)


def _is_damaged_utf8(evidence: bytes) -> bool:
    """Whether far more sequences are UTF-8 than not: then the file is UTF-8, and its few broken rows are rejected."""
    words = evidence.decode("utf-8", "replace").split()
    bad = sum(word.count("\ufffd") for word in words)
    whole = (word for word in words if "\ufffd" not in word)
    return sum(not letter.isascii() for word in whole for letter in word) >= 2 * bad


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Decode each invalid byte as a lone surrogate, which no valid text has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in bad), error.end


KEEP = "catalog.keep"
codecs.register_error(KEEP, _keep)
