"""Everything that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog.imports.run import corrected_rows, whole_file
from catalog.imports.states import corrected_rows_run as corrected_states
from catalog.products.bulk import run


def run_import(import_id: int) -> None:
    """Carry out one import: its corrected rows if they are to be run, else its whole file."""
    if corrected_states.are_to_run(import_id):
        corrected_rows.run(import_id)
    else:
        whole_file.run(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    run.run(job_id)
