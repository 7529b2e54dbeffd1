"""Every setting: its name in the environment, its default, one sentence. Nothing else lives here."""

import socket
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from catalog.runtime.settings.dask import DaskSettings
from catalog.runtime.settings.value_types import Percentage, Role, Separated, StorageUrl, bucket_in, folder_in

PROJECT = Path(__file__).resolve().parents[3]
LONG_FORMS = 8
"""Long bodies that are read at once: longer than a form, or without a stated length, and not a file."""


class Settings(DaskSettings):
    """The settings of one process, read from the environment when it is made."""

    model_config = SettingsConfigDict(
        env_prefix="CATALOG_",  # except those with an alias
        populate_by_name=True,
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,  # a URL may have a password
    )

    home: Path = Field(PROJECT / "var", description="Folder for all data: database, queue, uploads, secret.")
    database_url: str = Field(
        "", alias="DATABASE_URL", repr=False, description="PostgreSQL 17 or newer, used instead of the embedded server."
    )
    redis_url: str = Field(
        "", alias="REDIS_URL", repr=False, description="Redis 5 or newer, used instead of the embedded server."
    )
    storage_url: StorageUrl = Field(
        "",
        alias="STORAGE_URL",
        description="Where uploads are: s3://bucket/prefix?endpoint=URL, gs://bucket/prefix, az://container/prefix"
        " or file:///folder. If it is not set: CATALOG_HOME/uploads.",
    )
    host: str = Field("127.0.0.1", alias="HOST", description="Address that the web server listens on.")
    port: int = Field(8000, alias="PORT", ge=0, le=65535, description="Port that the web server listens on.")
    roles: Separated[Role] = Field(
        [], description="Comma-separated roles of this host: web, worker, steward, webhooks. Empty means all."
    )
    host_name: str = Field(
        "",
        description="Name of this host on /status, in leases and in log lines."
        " If it is not set: the name of the machine.",
    )
    secret_key: str = Field(
        "",
        alias="SECRET_KEY",
        repr=False,
        description="Signs sessions and links, and encrypts secrets in the database."
        " If it is not set, Catalog creates one in CATALOG_HOME/secret.",
    )
    secret_key_fallbacks: Separated[str] = Field(
        [],
        alias="SECRET_KEY_FALLBACKS",
        repr=False,
        description="Comma-separated older keys that are still accepted while keys are rotated.",
    )
    admin_email: str = Field(
        "", description="With CATALOG_PASSWORD: creates the first admin at start, without a prompt."
    )
    password: str = Field("", repr=False, description="Password of the first admin, and of `catalog user create`.")
    session_days: int = Field(14, gt=0, description="Days until a sign-in must be repeated.")
    session_idle_hours: float = Field(48, gt=0, description="Hours without use after which a sign-in must be repeated.")
    sessions_each: int = Field(
        20,
        gt=0,
        description="Sessions of one user at once."
        " A further sign-in ends the session that has been unused the longest.",
    )
    second_factor: Literal["optional", "admins", "all"] = Field(
        "optional",
        description="Who must use a second factor: optional, admins or all."
        " Until they have one, they see only the page that sets it up.",
    )
    login_failures: int = Field(
        10, gt=0, description="Failed sign-ins of one account from one network that are allowed within 15 minutes."
    )
    trusted_hosts: Separated[str] = Field(
        [], description="Comma-separated host names that Catalog answers to. Empty means any, which is for development."
    )
    proxies: int = Field(
        0, ge=0, description="Number of proxies in front of the web server whose X-Forwarded headers are trusted."
    )
    audit_days: int = Field(365, ge=7, description="Days that the audit log is kept, 7 or more.")
    max_upload_bytes: int = Field(2 * 1024**3, gt=0, description="Largest file that can be uploaded, in bytes.")
    workbook_bytes: int = Field(
        1536 * 1024**2, ge=64 * 1024**2, description="Memory limit of the process that reads a workbook, in bytes."
    )
    workbook_seconds: int = Field(600, gt=0, description="CPU time limit for reading a workbook, in seconds.")
    upload_hours: float = Field(
        24,
        gt=0,
        description="Hours after which an upload that gets no new part is deleted,"
        " and an import that waits for an answer or a check is discarded.",
    )
    streams: int = Field(
        256, ge=0, description="Progress streams that one web process keeps open. Further viewers poll."
    )
    page_threads: int = Field(
        24,
        gt=0,
        description="Threads that serve pages. Streams, uploads, exports and downloads have threads of their own.",
    )
    uploads_at_once: int = Field(
        32, gt=0, description="Files that are received at once. A further upload is answered with 503."
    )
    exports: int = Field(4, gt=0, description="Exports that run at once, two of them for one user.")
    downloads: int = Field(
        16, gt=0, description="Downloads of imports' files that run at once, four of them for one user."
    )
    head_seconds: float = Field(10, gt=0, description="Seconds that the head of a request may take to arrive.")
    body_seconds: float = Field(
        30,
        gt=0,
        description="Seconds that a request body may pause."
        " A body slower than 4 KB a second is cut off after this time.",
    )
    send_seconds: float = Field(
        30, gt=0, description="Seconds after which a client that reads nothing of a response is cut off."
    )
    lease_seconds: float = Field(
        10, gt=0, description="Seconds without a sign of life from a worker after which another takes over its import."
    )
    heartbeat_seconds: float = Field(
        0.5,
        gt=0,
        description="Seconds between two renewals of a worker's lease."
        " Each also stores the progress and reads whether the import was cancelled.",
    )
    user_imports: int = Field(0, ge=0, description="Imports of one user that run at the same time. 0 means any number.")
    user_imports_waiting: int = Field(
        1000,
        ge=0,
        description="Imports of one user that may wait for a worker."
        " A further one is answered with 429. 0 means any number.",
    )
    steward_seconds: float = Field(
        2, gt=0, description="Seconds between two checks for lost work by the scheduler (steward)."
    )
    lock_seconds: float = Field(2, gt=0, description="Seconds that a page waits for a lock before it answers 409.")
    url: str = Field(
        "",
        description="URL of another Catalog that commands work on, with CATALOG_TOKEN."
        " Commands that need the servers themselves end with an error.",
    )
    token: str = Field("", repr=False, description="The API token for CATALOG_URL.")
    api_rate: int = Field(600, gt=0, description="Requests a minute that one token may send.")
    undo_days: int = Field(30, gt=0, description="Days in which a change can be undone.")
    keep_days: int = Field(
        30,
        gt=0,
        description="Days after which uploaded files, waiting plans, and old values that no undo needs are deleted.",
    )

    review: bool = Field(False, description="yes: every import stops after its plan until a person applies it.")
    breaker_gone: Percentage = Field(
        5,
        description="An import that would deactivate or delete more than this percentage of the products"
        " stops and asks (0 or 100: never).",
    )
    breaker_rejected: Percentage = Field(
        10, description="An import that rejects more than this percentage of its rows stops and asks (0 or 100: never)."
    )
    breaker_changed: Percentage = Field(
        50,
        description="An import that would change more than this percentage of the products"
        " stops and asks (0 or 100: never).",
    )
    breaker_duplicates: Percentage = Field(
        25,
        description="An import in which more than this percentage of the rows only repeat the SKU of another row"
        " stops and asks (0 or 100: never).",
    )
    breaker_from: int = Field(1000, ge=1, description="Number of products or rows from which the percentages apply.")
    source_allow: Separated[IPv4Network | IPv6Network] = Field(
        [], description="Comma-separated private networks that files may be fetched from, on any port, also by http."
    )
    source_seconds: float = Field(1800, gt=0, description="Seconds that fetching a file from a URL may take.")
    source_silence_seconds: float = Field(
        120,
        gt=0,
        description="Seconds that a server may send nothing while a file is fetched,"
        " including the wait for the first byte.",
    )
    source_threads: int = Field(
        20, gt=0, description="Sources that are fetched at once; at most half of them from one host."
    )
    source_retry_seconds: Separated[float] = Field(
        [60, 300, 900],
        description="Comma-separated seconds before each retry of a fetch that failed for a temporary reason:"
        " timeout, lost connection, 5xx, 429.",
    )
    dev: bool = Field(
        False, description="yes, for development: a changed file restarts the programs, and templates are read again."
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def this_host(self) -> str:
        """Name of this host: the given one, or that of the machine."""
        return self.host_name or socket.gethostname()

    @property
    def threads(self) -> int:
        """Threads of the web server: pages still have some when all streams, uploads and downloads are in use."""
        files = self.uploads_at_once + self.exports + self.downloads
        return self.page_threads + self.streams + files + LONG_FORMS

    @property
    def uploads(self) -> Path:
        """Folder of the files as they were sent, if they are not in a bucket."""
        return folder_in(self.storage_url) or self.home / "uploads"

    @property
    def bucket_url(self) -> str:
        """STORAGE_URL if it names a bucket; else empty."""
        return bucket_in(self.storage_url)

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL with its driver named: SQLAlchemy would take the bare scheme for psycopg 3."""
        scheme, rest = self.database_url.split("://", 1)
        return f"postgresql+psycopg2://{rest}" if scheme in ("postgres", "postgresql") else self.database_url

    @property
    def libpq_url(self) -> str:
        """DATABASE_URL as libpq takes it, without SQLAlchemy's driver."""
        return urlsplit(self.database_url)._replace(scheme="postgresql").geturl()


def variables() -> dict[str, tuple[str, str]]:
    """Name in the environment -> (default, sentence), for README and `catalog doctor`."""
    prefix = Settings.model_config["env_prefix"]
    return {
        field.alias or f"{prefix}{name}".upper(): (str(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    }
