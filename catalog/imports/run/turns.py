"""What a worker runs: the import next in the fair order, or a named one; its corrected rows, or its whole file."""

from collections.abc import Callable

from catalog.imports import control
from catalog.imports.run import corrected_rows, whole_file
from catalog.imports.states import corrected_rows_run
from catalog.imports.waiting import rows


def run_next() -> None:
    """Carry out the import whose turn it is; nothing if none may start."""
    with rows.turn() as import_id:
        begin = None if import_id is None else _take(import_id)
    if begin is not None:
        begin()
        control.ring_next()


def run(import_id: int) -> None:
    """Carry out this import, whosever turn it is; nothing if another worker has it, or if it has ended."""
    begin = _take(import_id)
    if begin is not None:
        begin()


def _take(import_id: int) -> Callable[[], None] | None:
    if corrected_rows_run.are_to_run(import_id):
        return corrected_rows.take(import_id)
    return whole_file.take(import_id)
