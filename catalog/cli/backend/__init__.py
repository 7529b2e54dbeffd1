"""Where commands work: on the Catalog of this machine, or on the one that CATALOG_URL and CATALOG_TOKEN name.

Both implement `protocol.Backend`; a command does not know which one it has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catalog.cli import local_servers

if TYPE_CHECKING:
    from catalog.cli.backend.local.backend import Local
    from catalog.cli.backend.protocol import Backend


@contextmanager
def opened() -> "Iterator[Backend]":
    """The Catalog that commands work on. Raises `failure.Failure`."""
    settings = local_servers.settings()
    if settings.url:
        from catalog.cli.backend.remote.backend import Remote
        from catalog.cli.backend.remote.http import Server

        yield Remote(Server(settings))
        return
    with here() as catalog:
        yield catalog


@contextmanager
def here() -> "Iterator[Local]":
    """The Catalog of this machine, for commands that work on no other one."""
    with local_servers.application() as app, app.app_context():
        from catalog.cli.backend import service_errors
        from catalog.cli.backend.local.backend import Local

        with service_errors.reported():
            yield Local(app)
