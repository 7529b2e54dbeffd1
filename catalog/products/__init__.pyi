"""What the room offers beside its own modules, and where each of it lives: modules, and rows of its tables."""

from catalog.models import BulkJob, Product, find
from catalog.products.bulk import jobs as bulk_jobs, progress as bulk_progress, run as bulk_run, tasks as bulk_tasks
from catalog.products.search.building import indexing as search_indexing

__all__ = [
    "BulkJob",
    "Product",
    "bulk_jobs",
    "bulk_progress",
    "bulk_run",
    "bulk_tasks",
    "find",
    "search_indexing",
]
