"""The modules that the room offers beside its own, and where each of them lives."""

from catalog.products.bulk import jobs as bulk_jobs, progress as bulk_progress, run as bulk_run, tasks as bulk_tasks
from catalog.products.search.building import indexing as search_indexing

__all__ = [
    "bulk_jobs",
    "bulk_progress",
    "bulk_run",
    "bulk_tasks",
    "search_indexing",
]
