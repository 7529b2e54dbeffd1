"""Where commands work: on the Catalog of this machine, or on the one that CATALOG_URL and CATALOG_TOKEN name.

Both are a `protocol.Backend`; a command does not know which of them it has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catalog.config import Settings

if TYPE_CHECKING:
    from catalog.cli.backend.protocol import Backend


@contextmanager
def opened() -> "Iterator[Backend]":
    """The Catalog that commands work on. What it refuses is raised as `failure.Failure`."""
    settings = Settings()
    if settings.url:
        from catalog.cli.backend.remote.backend import Remote

        yield Remote(settings)
        return
    from catalog.cli.servers import application

    with application() as app, app.app_context():
        from catalog.cli.backend import service_errors
        from catalog.cli.backend.local import backend as local

        with service_errors.reported():
            yield local.Local(app)


def is_elsewhere() -> bool:
    """Whether CATALOG_URL names another Catalog."""
    return bool(Settings().url)
