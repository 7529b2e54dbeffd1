"""Everything that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog.imports import corrected_rows, corrected_rows_run, looks, whole_file
from catalog.products import bulk_run


def run_import(import_id: int) -> None:
    """Carry out one import: its corrected rows if they are to be run, else its whole file."""
    if corrected_rows_run.are_to_run(import_id):
        corrected_rows.run(import_id)
    else:
        whole_file.run(import_id)


def look_at_import(import_id: int) -> None:
    """Look at a workbook or archive that waits for a person."""
    looks.make(import_id)


def judge_import(import_id: int) -> None:
    """Judge every row of a large file that waits for a person."""
    looks.judge(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    bulk_run.run(job_id)
