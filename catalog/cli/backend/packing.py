"""Compression of files that commands write."""

from collections.abc import Iterable, Iterator


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress pieces with gzip. Each compressed piece is yielded before the next piece is read."""
    from catalog.products import exports

    return exports.compressed(pieces)
