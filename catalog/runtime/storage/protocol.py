"""What every storage of files can do. Keys are our own names, never names that a person chose.

A file has one writer at a time, in any number of requests and processes. A complete one (`keep`) never changes.
"""

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class Writer(Protocol):
    """A file that is being written, at its end."""

    @property
    def size(self) -> int:
        """Bytes of the file, including those of earlier writers."""
        ...

    def write(self, data: bytes) -> int:
        """Write more bytes; returns how many."""
        ...

    def truncate(self, size: int) -> None:
        """Drop all bytes after the first `size`."""
        ...

    def sync(self) -> None:
        """Store all bytes so that they survive a power cut."""
        ...

    def close(self) -> None:
        """Close the file. May be called again."""
        ...


class Storage(Protocol):
    """Files by key."""

    def create(self, key: str = "") -> tuple[str, Writer]:
        """The key and the writer of a new file; `keep` it or `delete` it. Without a key it gets a new one."""
        ...

    def extend(self, key: str) -> AbstractContextManager[Writer]:
        """The writer of a file that is not complete; whatever happens, what was written stays.

        Raises FileNotFoundError, and BlockingIOError while another one writes, in whichever process.
        """
        ...

    def keep(self, key: str) -> None:
        """Mark a file as complete: from now on it can be opened, also after a power cut. May be called again."""
        ...

    def size(self, key: str) -> int:
        """Size of a file in bytes, complete or not. Raises FileNotFoundError."""
        ...

    def exists(self, key: str) -> bool:
        """Whether the complete file is there."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Open a complete file for reading, from any place. Raises FileNotFoundError."""
        ...

    def open_so_far(self, key: str) -> BinaryIO:
        """Open a file for reading, complete or not. Raises FileNotFoundError."""
        ...

    def copy(self, key: str) -> str:
        """The key of a second file with the same bytes, which takes no more room. Raises FileNotFoundError."""
        ...

    def delete(self, key: str) -> None:
        """Delete a file, complete or not; no error if it is not there."""
        ...

    def sweep(self, older_than: float) -> int:
        """Delete bytes from before this time that belong to no file, complete or not; returns how many pieces."""
        ...

    def whole(self, older_than: float) -> list[str]:
        """Keys of the complete files that arrived before this time (seconds since the epoch)."""
        ...

    def parts(self, older_than: float) -> list[str]:
        """Keys of incomplete files that were last written before this time (seconds since the epoch)."""
        ...

    def used_bytes(self) -> int:
        """Bytes that all files take; a copied file counts once."""
        ...
