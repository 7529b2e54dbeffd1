"""Everything that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog.imports import looks, turns
from catalog.products import bulk_run


def run_import(import_id: int) -> None:
    """Import `import_id` waits: carry out the import whose turn it is, which may be another one."""
    turns.run_next()


def look_at_import(import_id: int) -> None:
    """Look at a workbook or archive that waits for a person."""
    looks.make(import_id)


def judge_import(import_id: int) -> None:
    """Judge every row of a large file that waits for a person."""
    looks.judge(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    bulk_run.run(job_id)
