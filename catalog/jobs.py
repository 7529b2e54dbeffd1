"""All that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog import reruns, runs
from catalog.products.bulk import run


def run_import(import_id: int) -> None:
    """Carry out one import, or run its corrected rows again: it is one of the two."""
    runs.run(import_id)
    reruns.run(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    run.run(job_id)
