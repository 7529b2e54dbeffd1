"""Files by key in a folder."""

import os
import stat
import time
from pathlib import Path

import pytest

from catalog.runtime.storage import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty one, which is made with the first file."""
    return Folder(tmp_path / "uploads")


def put(folder: Folder, data: bytes, whole: bool = True) -> str:
    """A file with these bytes."""
    key, writer = folder.create()
    writer.write(data)
    writer.close()
    if whole:
        folder.keep(key)
    return key


def bytes_of(folder: Folder, key: str) -> bytes:
    """What a file holds."""
    with folder.open(key) as file:
        return file.read()


def test_a_file_is_there_once_it_is_kept(folder: Folder, tmp_path: Path) -> None:
    key = put(folder, b"rows", whole=False)
    assert not folder.exists(key) and folder.size(key) == 4
    with pytest.raises(FileNotFoundError):
        folder.open(key)
    folder.keep(key)
    folder.keep(key)
    assert bytes_of(folder, key) == b"rows" and folder.size(key) == 4
    assert stat.S_IMODE((tmp_path / "uploads" / key).stat().st_mode) == 0o600


def test_one_writer_at_a_time_and_what_it_wrote_stays(folder: Folder) -> None:
    key = put(folder, b"one ", whole=False)
    with pytest.raises(ZeroDivisionError), folder.extend(key) as writer:
        writer.write(b"two")
        with pytest.raises(BlockingIOError), folder.extend(key):
            pass
        raise ZeroDivisionError
    folder.keep(key)
    assert bytes_of(folder, key) == b"one two"
    with pytest.raises(FileNotFoundError), folder.extend(key):
        pass


def test_a_copy_outlives_the_first_and_takes_no_room(folder: Folder) -> None:
    key = put(folder, b"rows")
    second = folder.copy(key)
    assert folder.used_bytes() == 4
    folder.delete(key)
    folder.delete(key)
    assert bytes_of(folder, second) == b"rows"


def test_what_is_old_is_found_whole_files_and_parts_apart(folder: Folder, tmp_path: Path) -> None:
    whole, part, new = put(folder, b"x"), put(folder, b"x", whole=False), put(folder, b"x")
    old = time.time() - 100
    for name in (whole, f"{part}.part"):
        os.utime(tmp_path / "uploads" / name, (old, old))
    assert (folder.whole(old + 1), folder.parts(old + 1)) == ([whole], [part])
    assert set(folder.whole(time.time() + 1)) == {whole, new}
