"""Files by key in a bucket: a real S3 server, with faults."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.models import db
from catalog.runtime import Settings, storage
from catalog.runtime.storage import Bucket, objects, reading, writing
from tests.support.bucket import Faulty, bucket

PART = 5 * 1024**2


@pytest.fixture(scope="module")
def server() -> Iterator[Faulty]:
    """One bucket for all tests of the module."""
    with bucket() as found:
        yield found


@pytest.fixture
def files(app: Flask, server: Faulty, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Files in that bucket, with patience of three seconds."""
    monkeypatch.setattr(objects, "PATIENCE_SECONDS", 3.0)
    server.faults, server.is_away = [], False
    server.requests.clear()
    return Bucket(server.url, db.engine, 2 * 1024**3)


def put(files: Bucket, data: bytes, whole: bool = True) -> str:
    """A file with these bytes."""
    key, writer = files.create()
    writer.write(data)
    writer.sync()
    writer.close()
    if whole:
        files.keep(key)
    return key


def bytes_of(files: Bucket, key: str) -> bytes:
    """What a complete file holds."""
    with files.open(key) as file:
        return file.read()


def objects_of(files: Bucket, key: str) -> list[tuple[int, int]]:
    """Start and size of the parts of a file."""
    query = text("SELECT start, size FROM stored_parts WHERE key = :key ORDER BY start")
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query, {"key": key})]


def test_a_file_is_there_once_it_is_kept(files: Bucket) -> None:
    key = put(files, b"rows", whole=False)
    assert not files.exists(key) and files.size(key) == 4
    with pytest.raises(FileNotFoundError):
        files.open(key)
    with files.open_so_far(key) as file:
        assert file.read(2) == b"ro"
    files.keep(key)
    files.keep(key)
    assert bytes_of(files, key) == b"rows" and files.exists(key)
    with pytest.raises(FileNotFoundError), files.extend(key):
        pass


def test_small_parts_are_collected_and_every_byte_is_in_its_place(files: Bucket) -> None:
    data = bytes(range(256)) * 4096 * 11  # 11 MiB
    key, writer = files.create()
    writer.close()
    at = 0
    for size in (10, 1, PART - 5, 100, PART, len(data)):
        with files.extend(key) as writer:
            assert writer.size == at
            writer.write(data[at : at + size])
        at = min(at + size, len(data))
    files.keep(key)
    assert objects_of(files, key) == [(0, PART), (PART, PART), (2 * PART, len(data) - 2 * PART)]
    assert bytes_of(files, key) == data
    with files.open(key) as file:
        for place in (PART - 3, 0, len(data) - 2, 2 * PART - 1, PART):
            file.seek(place)
            assert file.read(7) == data[place : place + 7]


def test_a_file_of_any_allowed_size_has_at_most_ten_thousand_parts() -> None:
    for most in (1, 2 * 1024**3, 50 * 1024**3, 5 * 1024**4):
        assert -(-most // writing.part_bytes(most)) <= 10_000 and writing.part_bytes(most) >= PART


def test_what_is_read_in_order_is_fetched_ahead(files: Bucket, server: Faulty) -> None:
    key = put(files, b"x" * (2 * PART))
    server.requests.clear()
    with files.open(key) as file:
        file.read(2)
        assert len(server.requests) == 1
        assert len(file.read(3 * reading.BLOCK_BYTES)) == 3 * reading.BLOCK_BYTES
        assert 4 <= len(server.requests) <= 6  # not one a read


def test_one_writer_at_a_time_and_what_it_wrote_stays(files: Bucket) -> None:
    key = put(files, b"one ", whole=False)
    with pytest.raises(ZeroDivisionError), files.extend(key) as writer:
        writer.write(b"two")
        with pytest.raises(BlockingIOError), files.extend(key):
            pass
        raise ZeroDivisionError
    files.keep(key)
    assert bytes_of(files, key) == b"one two"


def test_a_dead_writer_is_replaced_and_stores_nothing_any_more(files: Bucket) -> None:
    key, dead = files.create()
    dead.write(b"never")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE stored_files SET written_until = now() - interval '1 second'"))
    with files.extend(key) as writer:
        writer.write(b"rows")
    with pytest.raises(BlockingIOError):
        dead.sync()
    dead.close()
    assert files.size(key) == 4


def test_bytes_are_dropped_wherever_they_are(files: Bucket) -> None:
    key, writer = files.create()
    writer.write(b"a" * (PART + 10))
    writer.truncate(PART + 4)
    writer.write(b"b")
    writer.sync()
    assert objects_of(files, key) == [(0, PART), (PART, 5)]
    writer.truncate(PART + 2)
    writer.truncate(3)
    writer.write(b"c")
    writer.sync()
    writer.close()
    files.keep(key)
    assert bytes_of(files, key) == b"aaac"


def test_a_copy_outlives_the_first_and_takes_no_room(files: Bucket, server: Faulty) -> None:
    key = put(files, b"rows")
    server.requests.clear()
    second = files.copy(key)
    assert files.used_bytes() == 4 and server.requests == []
    files.delete(key)
    files.delete(key)
    assert bytes_of(files, second) == b"rows" and files.missing() == []
    files.delete(second)
    with pytest.raises(FileNotFoundError):
        files.copy(second)


def test_what_is_old_is_found_and_what_no_file_has_is_deleted(files: Bucket) -> None:
    files.sweep(time.time() + 9)
    whole, part = put(files, b"x"), put(files, b"y", whole=False)
    assert (files.whole(time.time() + 9), files.parts(time.time() + 9)) == ([whole], [part])
    assert files.whole(time.time() - 9) == []
    with files.extend(part) as writer:
        writer.write(b"z")  # a longer object replaces the last one
    assert files.sweep(time.time() - 100) == 0
    assert files.sweep(time.time() + 100) == 1
    assert files.missing() == []
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE stored_parts SET object = 'gone' WHERE key = :key"), {"key": whole})
    assert files.missing() == [whole]
    files.delete(whole)
    files.delete(part)


@pytest.mark.parametrize("fault", ["slow_down", "cut", "away"])
def test_a_fault_of_the_bucket_loses_nothing(files: Bucket, server: Faulty, fault: str) -> None:
    data = b"0123456789" * 200_000
    server.faults = [] if fault == "cut" else [fault] * 2
    key = put(files, data)
    server.faults = [fault] * 2
    assert bytes_of(files, key) == data and server.faults == []


def test_a_bucket_that_stays_away_says_so_without_a_secret(files: Bucket, server: Faulty) -> None:
    key = put(files, b"rows")
    server.is_away = True
    impatient = Bucket(server.url, db.engine, 1)
    impatient._objects = objects.Objects(server.url, patience=1.5)
    with pytest.raises(storage.Away, match="^The bucket does not answer.$"):
        bytes_of(impatient, key)
    there = Settings(storage_url=server.url)
    assert storage.trouble(there) == "The bucket does not answer."
    server.is_away = False
    assert bytes_of(files, key) == b"rows"
    assert storage.trouble(there) == ""
    nowhere = Settings(storage_url=server.url.replace("bucket-", "other-"))
    assert storage.trouble(nowhere) == "The bucket does not exist."
