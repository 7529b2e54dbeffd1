"""A column of a chunk as text and as bytes: cheap checks of the bytes say whether costly checks are needed."""

from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
SPACE, DELETE = 0x20, 0x7F
NO_TEXT = pa.scalar("", pa.large_string())
IS_STRANGE = np.array([b < SPACE or b in (DELETE, 0xC2) or b >= 0xCC for b in range(256)])
"""For each byte whether it begins a strange character in UTF-8: not ASCII text, a Latin letter, or a later byte."""


class Texts:
    """The cells of one column."""

    def __init__(self, cells: pd.Series | pa.LargeStringArray) -> None:
        values = pa.array(cells, type=pa.large_string()) if isinstance(cells, pd.Series) else cells
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays([pa.array([], values.type), *values.chunks])
        self.values = values
        _, offsets, data = values.buffers()
        places = np.frombuffer(memoryview(offsets or bytes(8)), np.int64)
        places = places[values.offset :][: len(values) + 1]
        text = np.frombuffer(memoryview(data or b""), np.uint8)
        self.bytes = text[places[0] : places[-1]]
        self.ends: Numbers = places - places[0]

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def is_ascii(self) -> bool:
        """Whether no byte is beyond ASCII."""
        return not len(self.bytes) or bool(self.bytes.max() < 0x80)

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is ASCII without control characters."""
        if not self.is_ascii:
            return False
        if not len(self.bytes):
            return True
        return bool(self.bytes.min() >= SPACE and self.bytes.max() < DELETE)

    @cached_property
    def strange(self) -> Mask:
        """Which cells have a control character, or one beyond ASCII that is not a letter of a Latin script."""
        return self._with(IS_STRANGE[self.bytes])

    @cached_property
    def first(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        """The first byte of each cell; 0 for an empty one."""
        filled = self.ends[1:] > self.ends[:-1]
        found = np.zeros(len(self.ends) - 1, np.uint8)
        found[filled] = self.bytes[self.ends[:-1][filled]]
        return found

    @cached_property
    def lengths(self) -> Numbers:
        """How many bytes each cell has."""
        return np.diff(self.ends)

    @cached_property
    def without_digit(self) -> Mask:
        """Which cells are not empty and have no digit."""
        digits = (self.bytes - np.uint8(ord("0"))) < 10
        found = self.lengths > 0
        if len(digits):
            starts = np.minimum(self.ends[:-1], len(digits) - 1)
            found &= ~np.logical_or.reduceat(digits, starts)
        return np.asarray(found, bool)

    def holding(self, *signs: str) -> Mask:
        """Which cells contain one of these ASCII characters."""
        found = np.zeros(len(self.bytes), bool)
        for sign in signs:
            found |= self.bytes == ord(sign)
        return self._with(found)

    def _with(self, found: Mask) -> Mask:
        """The cells that contain these bytes."""
        result = np.zeros(len(self.ends) - 1, bool)
        at = np.flatnonzero(found)
        result[np.searchsorted(self.ends, at, side="right") - 1] = True
        return result

    def matching(self, pattern: str, among: Mask | None = None) -> Mask:
        """Which cells match a pattern; only the cells in `among` are checked."""
        if among is None:
            found = compute.match_substring_regex(self.values, pattern)
            return np.asarray(found.to_numpy(zero_copy_only=False), bool)
        result = np.zeros(len(self), bool)
        at = np.flatnonzero(among)
        if len(at):
            some = self.values.take(at)
            found = compute.match_substring_regex(some, pattern)
            result[at] = found.to_numpy(zero_copy_only=False)
        return result

    def among(self, known: pa.LargeStringArray, likely: Mask) -> Mask:
        """Which of the candidate cells are one of the known texts."""
        result = np.zeros(len(self), bool)
        at = np.flatnonzero(likely)
        if len(at):
            found = compute.is_in(self.values.take(at), known)
            result[at] = found.to_numpy(zero_copy_only=False)
        return result

    def has(self, text: str) -> bool:
        """Whether some cell contains this text. May be wrong across the ends of two cells."""
        return self.bytes.tobytes().find(text.encode()) >= 0


def series(values: pa.LargeStringArray, like: pd.Series) -> pd.Series:
    """An Arrow array as a pandas column, with the index of another column."""
    # By position: the index has gaps where blank rows were, and pandas would align by it.
    return pd.Series(values.to_pandas().array, index=like.index, dtype="str")
