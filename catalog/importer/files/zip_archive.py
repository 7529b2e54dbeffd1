"""ZIP archives are not trusted: names, sizes and ratios are checked before a byte is unpacked."""

import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from catalog.importer.errors import Rejected, quoted

MOST_BYTES = 64 * 1024**3  # that an archive may unpack to
RATIO = 250  # tables hardly ever compress better than this; bombs compress to a thousandth
DEFLATE_RATIO = 1032  # more is impossible
HARMLESS_BYTES = 32 * 1024**2  # bytes from which the ratio is checked
MOST_MEMBERS = 1_000
DIRECTORY_BYTES = 1024**2  # bytes that the directory of names may take


# All errors of these modules for damaged bytes.
DAMAGED = (
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
)


class _Directory(io.RawIOBase):
    """A ZIP file for `zipfile`, which reads the directory of names at once. A directory too large is rejected."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.is_read = False  # from then on any number of bytes may be taken

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Rejected for a directory that is too large."""
        if self.is_read:
            return self._file.read(size)
        most = DIRECTORY_BYTES + 1
        data = self._file.read(most if size < 0 else min(size, most))
        if len(data) == most:
            raise Rejected(f"The ZIP archive has too many files; {MOST_MEMBERS:,} is the limit.")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """A ZIP is read from its end."""
        return True


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """A ZIP archive, whose directory is small enough to be read. Raises Rejected, zipfile.BadZipFile."""
    directory = _Directory(file)
    archive = zipfile.ZipFile(cast(BinaryIO, directory))
    directory.is_read = True
    return archive


@contextmanager
def rejecting_damage(position: Callable[[], int]) -> Iterator[None]:
    """Turns an error of damaged bytes into Rejected, with the `position` in bytes."""
    try:
        yield
    except DAMAGED as error:
        raise Rejected(
            f"The archive is damaged near byte {position():,}, so nothing was imported: "
            f"{error or 'it ends too early'}. Get the file again."
        ) from error


def reject_what_is_dangerous(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raises Rejected for an archive of `size` bytes that must not, or cannot, be unpacked."""
    if not members:
        raise Rejected("The ZIP archive is empty.")
    if len(members) > MOST_MEMBERS:
        raise Rejected(f"The ZIP archive has {len(members):,} files; {MOST_MEMBERS:,} is the limit.")
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in name or ":" in name[:3]:
            raise Rejected(
                f"The ZIP archive has a file {quoted(name)} whose path leads outside the archive. Create the archive "
                "again."
            )
        if member.compress_type == zipfile.ZIP_BZIP2:
            raise Rejected("The ZIP archive uses bzip2 compression. Create it again with deflate, the usual method.")
        if member.flag_bits & 1:
            raise Rejected("The ZIP archive is encrypted. Create it again without a password.")
    unpacked, packed = (sum(member.file_size for member in members), sum(member.compress_size for member in members))
    reject_bomb(unpacked, min(packed, size))  # members may overlap


def reject_same_names(members: list[zipfile.ZipInfo]) -> None:
    """Raises Rejected if two files have the same name, because only one could be chosen."""
    counted = Counter(member.filename for member in members)
    name, times = counted.most_common(1)[0]
    if times > 1:
        raise Rejected(
            f"The ZIP archive has {times} files named {quoted(name)}. Create the archive again with one file of that "
            "name."
        )


def reject_bomb(unpacked: int, packed: int) -> None:
    """Raises Rejected if `packed` bytes unpack to too many bytes, or to too many for their number."""
    too_much = unpacked > HARMLESS_BYTES and unpacked > RATIO * max(packed, 1)
    if too_much or unpacked > MOST_BYTES:
        raise Rejected(
            f"The archive unpacks to more than {RATIO} times its size, or to more than {MOST_BYTES // 1024**3} GiB. "
            "Nothing was imported. Unpack it and import the file inside."
        )
