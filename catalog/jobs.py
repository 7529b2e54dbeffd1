"""All that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog.imports.run import corrected_rows, whole_file
from catalog.products.bulk import run


def run_import(import_id: int) -> None:
    """Carry out one import, or run its corrected rows again: it is one of the two."""
    whole_file.run(import_id)
    corrected_rows.run(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    run.run(job_id)
