"""The rows of files in a bucket: what belongs to a file, and who writes it. Only a committed row makes bytes stored."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from catalog.runtime.storage.reading import Part

WRITER_SECONDS = 10  # without a sign of life, after which another process may write

CREATE = text("INSERT INTO stored_files (key) VALUES (:key)")
TAKE = text(f"""
UPDATE stored_files SET writer = :writer, written_until = clock_timestamp() + interval '{WRITER_SECONDS} seconds'
WHERE key = :key AND NOT is_whole AND (writer IS NULL OR written_until < clock_timestamp() OR writer = :writer)
""")  # nosec B608  # a constant
RELEASE = text("UPDATE stored_files SET writer = NULL WHERE key = :key AND writer = :writer")
# Of a writer that lost the file to another one nothing is stored.
ADD = text(f"""
WITH mine AS (
    UPDATE stored_files
    SET changed_at = now(), written_until = clock_timestamp() + interval '{WRITER_SECONDS} seconds'
    WHERE key = :key AND writer = :writer RETURNING key
)
INSERT INTO stored_parts (key, start, size, object) SELECT key, :start, :size, :object FROM mine
ON CONFLICT (key, start) DO UPDATE SET size = excluded.size, object = excluded.object
""")  # nosec B608  # a constant
DROP = text("DELETE FROM stored_parts WHERE key = :key AND start >= :size")
SHORTEN = text("UPDATE stored_parts SET size = :size - start WHERE key = :key AND start + size > :size")
KEEP = text(
    "UPDATE stored_files SET is_whole = true, writer = NULL, changed_at = now() WHERE key = :key AND NOT is_whole"
)
FOUND = text("SELECT is_whole FROM stored_files WHERE key = :key")
PARTS = text("SELECT start, size, object FROM stored_parts WHERE key = :key ORDER BY start")
SIZE = text("""
SELECT coalesce(sum(size), 0) FROM stored_files LEFT JOIN stored_parts USING (key) WHERE key = :key GROUP BY key
""")
# A copy and a deletion wait for each other: no object is deleted that a copy is about to share.
SHARED = text("SELECT FROM stored_files WHERE key = :key AND is_whole FOR SHARE")
COPY = text("INSERT INTO stored_files (key, is_whole) VALUES (:second, true)")
COPY_PARTS = text("""
INSERT INTO stored_parts (key, start, size, object)
SELECT :second, start, size, object FROM stored_parts WHERE key = :key
""")
LOCK = text("SELECT FROM stored_files WHERE key = :key FOR UPDATE")
DELETE = text("DELETE FROM stored_files WHERE key = :key")
ONLY_HERE = text("""
SELECT DISTINCT object FROM stored_parts AS part WHERE key = :key
AND NOT EXISTS (SELECT FROM stored_parts AS other WHERE other.object = part.object AND other.key <> part.key)
""")
OLD = text("SELECT key FROM stored_files WHERE is_whole = :whole AND changed_at < to_timestamp(:than) ORDER BY key")
USED = text(
    "SELECT coalesce(sum(size), 0)"
    " FROM (SELECT DISTINCT ON (object) size FROM stored_parts ORDER BY object, size DESC) AS each"
)
KNOWN = text("SELECT object FROM stored_parts WHERE object = ANY (:names)")
OBJECTS = text("SELECT key, object FROM stored_parts")


@dataclass(frozen=True)
class Rows:
    """The rows of one database."""

    engine: Engine

    def create(self, key: str) -> None:
        """A new file without bytes."""
        self._do(CREATE, key=key)

    def take(self, key: str, writer: str) -> None:
        """Become the one writer, or give a sign of life. Raises FileNotFoundError; BlockingIOError: another one is."""
        if not self._do(TAKE, key=key, writer=writer):
            if self.is_whole(key) is not False:
                raise FileNotFoundError(key)
            raise BlockingIOError(key)

    def release(self, key: str, writer: str) -> None:
        """Let others write."""
        self._do(RELEASE, key=key, writer=writer)

    def add(self, key: str, writer: str, part: Part) -> None:
        """Add a part, or replace the one that begins at the same place. Raises BlockingIOError."""
        if not self._do(ADD, key=key, writer=writer, **part._asdict()):
            raise BlockingIOError(key)

    def cut(self, key: str, writer: str, size: int) -> None:
        """Drop all bytes after the first `size`. Raises BlockingIOError, FileNotFoundError."""
        self.take(key, writer)
        with self.engine.begin() as connection:
            connection.execute(DROP, {"key": key, "size": size})
            connection.execute(SHORTEN, {"key": key, "size": size})

    def keep(self, key: str) -> None:
        """Mark a file as complete."""
        self._do(KEEP, key=key)

    def is_whole(self, key: str) -> bool | None:
        """Whether a file is complete; None if there is no such file."""
        with self.engine.connect() as connection:
            found: bool | None = connection.execute(FOUND, {"key": key}).scalar()
        return found

    def parts(self, key: str) -> list[Part]:
        """The parts of a file, in order."""
        with self.engine.connect() as connection:
            return [Part(*row) for row in connection.execute(PARTS, {"key": key})]

    def size(self, key: str) -> int:
        """Bytes of a file. Raises FileNotFoundError."""
        with self.engine.connect() as connection:
            size = connection.execute(SIZE, {"key": key}).scalar()
        if size is None:
            raise FileNotFoundError(key)
        return int(size)

    def copy(self, key: str, second: str) -> None:
        """A second file of the same objects. Raises FileNotFoundError."""
        with self.engine.begin() as connection:
            if not connection.execute(SHARED, {"key": key}).rowcount:
                raise FileNotFoundError(key)
            connection.execute(COPY, {"second": second})
            connection.execute(COPY_PARTS, {"key": key, "second": second})

    def delete(self, key: str) -> list[str]:
        """Delete a file; returns the names of the objects that no other file has."""
        with self.engine.begin() as connection:
            connection.execute(LOCK, {"key": key})
            names = list(connection.execute(ONLY_HERE, {"key": key}).scalars())
            connection.execute(DELETE, {"key": key})
        return names

    def old(self, *, whole: bool, than: float) -> list[str]:
        """Keys of files that changed last before this time (seconds since the epoch)."""
        with self.engine.connect() as connection:
            return list(connection.execute(OLD, {"whole": whole, "than": than}).scalars())

    def used_bytes(self) -> int:
        """Bytes of all objects that files have."""
        with self.engine.connect() as connection:
            return int(connection.execute(USED).scalar_one())

    def known(self, names: list[str]) -> set[str]:
        """Which of these objects a file has."""
        with self.engine.connect() as connection:
            return set(connection.execute(KNOWN, {"names": names}).scalars())

    def keys_by_object(self) -> dict[str, list[str]]:
        """All objects that files have, and the files."""
        found: dict[str, list[str]] = {}
        with self.engine.connect() as connection:
            for key, name in connection.execute(OBJECTS):
                found.setdefault(name, []).append(key)
        return found

    def _do(self, statement: object, **values: object) -> int:
        connection: Connection
        with self.engine.begin() as connection:
            return int(connection.execute(statement, values).rowcount)  # type: ignore[call-overload]  # every statement here is text()
