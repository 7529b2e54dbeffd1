"""All that a worker runs, as a table of contents. The queue carries these names and ids only."""

from catalog import runs


def run_import(import_id: int) -> None:
    """Carry out one import."""
    runs.run(import_id)
