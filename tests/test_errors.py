"""Every error of a service is in the one table. What the doors make of it is tested in `tests/errors`."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import catalog
from catalog.errors import meanings

ROOMS = ("changes", "imports", "importer", "models", "people", "products", "runtime", "webhooks")
INSIDE = {
    "catalog.importer.errors.Miscounted",  # a fault of ours
    "catalog.products.search.building.process.BuildFailed",  # of the steward, which tries again
    "catalog.products.search.building.reading.ReadError",  # of the builder: its process ends with it
    "catalog.products.search.building.indexing.Stopped",  # of a process that ends
    "catalog.runtime.outbound.Full",  # who sends a request catches these, and says it in its own words
    "catalog.runtime.outbound.NotConnected",
    "catalog.runtime.work.lease.Cancelled",  # of a worker
    "catalog.runtime.work.lease.LeaseLost",
    "catalog.runtime.public_addresses.Unresolved",
    "catalog.imports.ranges.one_range.Unwanted",  # of a process of Dask, whose result nobody waits for
    "catalog.imports.ranges.spread._Lost",  # the ranges are read again, or by the worker alone
    "catalog.imports.run.looks.NotYet",  # pages catch it, and refresh until the look is ready
    "catalog.runtime.schema.WrongVersion",  # commands catch it before they have an application
    "catalog.runtime.storage.moving.Incomplete",  # the command that moves files catches it
}
"""Errors that a service catches itself: no door meets them."""


def errors_of_services() -> Iterator[type[Exception]]:
    """Every class of errors that the rooms below the doors define."""
    for found in pkgutil.walk_packages(catalog.__path__, "catalog."):
        if found.name.split(".")[1] in ROOMS:
            module = importlib.import_module(found.name)
            for _, each in inspect.getmembers(module, inspect.isclass):
                if issubclass(each, Exception) and each.__module__ == found.name:
                    yield each


def test_every_error_of_a_service_is_in_the_table() -> None:
    found = list(errors_of_services())
    missing = {f"{each.__module__}.{each.__name__}" for each in found if not {*each.__mro__} & {*meanings.TABLE}}
    assert len(found) > 30
    assert missing == INSIDE
