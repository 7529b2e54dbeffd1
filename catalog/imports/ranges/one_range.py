"""A process reads one range of an import's file into tables of its own. Each attempt has its own names for them."""

import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import psycopg2
from sqlalchemy import Engine, text

from catalog import importer
from catalog.imports.ranges import lookups
from catalog.imports.rejected import store
from catalog.imports.states import whole_file_run as states
from catalog.models import cursor_of
from catalog.runtime import Settings, connections, storage

IS_WANTED = text("SELECT 1 FROM imports WHERE id = :id AND lease_epoch = :epoch AND state = 'reading'")
REJECTED = 'CREATE UNLOGGED TABLE IF NOT EXISTS "{}" AS SELECT {} FROM row_errors LIMIT 0'


class Unwanted(Exception):
    """The import was cancelled, or another worker reads it now."""


@dataclass(frozen=True)
class RangeTask:
    """What a process gets: names and positions. URLs and credentials come from its own environment."""

    import_id: int
    epoch: int
    storage_key: str
    scratch: str
    reading: importer.Reading
    range: importer.Range


def read(task: RangeTask, settings: Settings, engine: Engine) -> importer.RangeRead:
    """Read the range and commit its tables. Raises Unwanted, FileNotFoundError, and what the database raises."""
    table = f"{task.scratch}_r{task.range.number}_{uuid.uuid4().hex[:8]}"
    name = states.LEASED.connection_name(
        task.import_id
    )  # a worker that takes the import over ends the connections of this name
    with (
        storage.of(settings, engine).open(task.storage_key) as file,
        closing(psycopg2.connect(settings.libpq_url, **connections.to_postgres(name))) as connection,
    ):
        ends = importer.Ends(
            connection,
            table,
            partial(_reject, engine, task.import_id, f"{table}_errors"),
            partial(lookups.corrections, engine, task.import_id),
            partial(lookups.known, engine),
            _check(engine, task),
        )
        done = importer.read_range(file, task.reading, task.range, ends)
        connection.commit()
    return done


def _reject(engine: Engine, import_id: int, table: str, errors: list[importer.RowError]) -> str:
    """Store rejected rows where the worker of the import fetches them, and return the name of the table."""
    with engine.begin() as connection:
        connection.execute(text(REJECTED.format(table, store.COLUMNS)))
        store.write(cursor_of(connection), store.lines(import_id, errors), table)
    return table


def _check(engine: Engine, task: RangeTask) -> Callable[[], None]:
    def check() -> None:
        with engine.connect() as connection:
            if connection.execute(IS_WANTED, {"id": task.import_id, "epoch": task.epoch}).scalar() is None:
                raise Unwanted

    return check
