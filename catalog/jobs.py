"""All that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog import bulk_runs, runs


def run_import(import_id: int) -> None:
    """Carry out one import."""
    runs.run(import_id)


def run_bulk(job_id: int) -> None:
    """Carry out one bulk job."""
    bulk_runs.run(job_id)
