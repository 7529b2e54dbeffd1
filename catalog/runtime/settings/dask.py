"""The settings of reading large files by Dask, and which of them may not be used together."""

from typing import Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, model_validator

from catalog.runtime.settings.webhooks import WebhookSettings

LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
WHERE = "CATALOG_DASK must be tls://HOST:PORT, tcp://127.0.0.1:PORT, or local."
BARE = (
    "CATALOG_DASK=tcp:// is only for this machine, because a scheduler runs whatever reaches its port. For another host"
    " use tls:// with CATALOG_DASK_CA, CATALOG_DASK_CERT and CATALOG_DASK_KEY."
)
NO_FILES = (
    "CATALOG_DASK=tls:// needs CATALOG_DASK_CA, CATALOG_DASK_CERT and CATALOG_DASK_KEY: the paths of three files."
)


class DaskSettings(WebhookSettings):
    """Whether and where the ranges of a large file are read side by side."""

    dask: str = Field(
        "",
        description="Scheduler of Dask whose workers read the ranges of large files: tls://HOST:PORT,"
        " tcp://127.0.0.1:PORT, or local for processes of this host. Needs the extra catalog[dask].",
    )
    dask_ca: str = Field(
        "", description="Certificate of the CA that signed the certificates of the Dask scheduler, workers and clients."
    )
    dask_cert: str = Field("", description="Certificate of this host for Dask.")
    dask_key: str = Field("", description="Private key of the certificate in CATALOG_DASK_CERT.")
    dask_from_bytes: int = Field(
        512 * 1024**2, gt=0, description="Files of at least this size, in bytes, are read in ranges by Dask."
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        """Raises ValueError for an address that others could run programs through."""
        if self.dask in ("", "local"):
            return self
        url = urlsplit(self.dask)
        if url.scheme not in ("tcp", "tls") or not url.hostname or "@" in url.netloc or not _has_port(url):
            raise ValueError(WHERE)
        if url.scheme == "tcp" and url.hostname not in LOOPBACK:
            raise ValueError(BARE)
        if url.scheme == "tls" and not (self.dask_ca and self.dask_cert and self.dask_key):
            raise ValueError(NO_FILES)
        return self


def _has_port(url: SplitResult) -> bool:
    try:
        return bool(url.port)
    except ValueError:
        return False
