"""Checks of an installation, with advice: of this host, of its servers, of Dask."""

from collections.abc import Callable

from catalog.ops.doctor import dask_scheduler, servers, this_host
from catalog.ops.doctor.finding import Finding
from catalog.runtime import Settings

__all__ = ["Finding", "dask", "examine"]

dask = dask_scheduler.check


def examine(settings: Settings) -> list[Finding]:
    """Run all checks. They change nothing."""
    looks: list[Callable[[Settings], list[Finding]]] = [this_host.check, servers.check, dask]
    return [finding for look in looks for finding in look(settings)]
