"""The few steps over columns of texts that Arrow does. Its type stubs know neither `take` nor `join` as used here."""

from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

Array: TypeAlias = "pa.Array[Any]"
"""A column of texts, or of bytes."""

compute: Any = pyarrow.compute


def encoded(texts: Array) -> tuple[Array, NDArray[np.uint32]]:
    """The different texts, and the number of each text among them."""
    found = cast(Any, texts).dictionary_encode()
    return found.dictionary, np.asarray(found.indices).astype(np.uint32)


def chosen(texts: Array, at: NDArray[np.int64]) -> Array:
    """The texts at these positions."""
    return cast(Array, cast(Any, texts).take(pa.array(at)))


def cut(texts: Array, length: int) -> Array:
    """Each text cut to `length` characters."""
    return cast(Array, compute.utf8_slice_codeunits(texts, 0, length))


def joined(*columns: "Array | str") -> Array:
    """The values of the columns, joined for each row; a single text is repeated in each row."""
    nothing = cast(Any, pa.scalar("")).cast(cast(Any, columns[-1]).type)
    return cast(Array, compute.binary_join_element_wise(*columns, nothing))


def numerals(numbers: NDArray[np.int64]) -> Array:
    """Whole numbers as texts."""
    return cast(Array, compute.cast(pa.array(numbers), pa.string()))


def as_binary(texts: Array) -> Array:
    """The same as bytes."""
    return cast(Array, compute.cast(texts, pa.binary()))


def behind(*parts: Array) -> Array:
    """The values of all columns in one, one column after the other."""
    return cast(Array, cast(Any, pa.concat_arrays)(list(parts)))


def lengths(values: Array) -> NDArray[np.int64]:
    """Bytes of each value."""
    return np.asarray(compute.binary_length(values)).astype(np.int64)


def binary(data: bytes, ends: NDArray[np.int64]) -> Array:
    """Bytes cut at these ends."""
    return _cut(pa.binary(), data, ends)


def strings(data: bytes, ends: NDArray[np.int64]) -> Array:
    """UTF-8 cut at these ends."""
    return _cut(pa.string(), data, ends)


def sliced(data: NDArray[np.uint8], borders: NDArray[np.int64]) -> Array:
    """UTF-8 from each border to the next one. The data is not copied."""
    buffers = [None, _buffer(borders.astype(np.int32)), _buffer(data)]
    return cast(Array, cast(Any, pa.Array).from_buffers(pa.string(), len(borders) - 1, buffers))


def content(values: Array) -> bytes:
    """The values of a column, one after the other."""
    _, offsets, data = cast(Any, values).buffers()
    ends = np.frombuffer(offsets, np.int32)[values.offset :][: len(values) + 1]
    return bytes(memoryview(data)[ends[0] : ends[-1]]) if data else b""


def _buffer(values: NDArray[Any]) -> Any:
    return pa.py_buffer(cast(Any, values))


def _cut(kind: Any, data: bytes, ends: NDArray[np.int64]) -> Array:
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data)]
    return cast(Array, cast(Any, pa.Array).from_buffers(kind, len(ends), buffers))
