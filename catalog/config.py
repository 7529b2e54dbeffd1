"""Every setting: its name in the environment, its default, one sentence. Nothing else lives here."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
LONG_FORMS = 8
"""Bodies that are read at once though they are longer than a form's, or of no stated length, and no file."""

One = TypeVar("One")


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Separated = Annotated[list[One], NoDecode, BeforeValidator(_split)]
"""Values in one text, with commas between them."""


class Settings(BaseSettings):
    """The settings of one process, read from the environment when it is made."""

    model_config = SettingsConfigDict(
        env_prefix="CATALOG_",  # but for those with an alias
        populate_by_name=True,
        env_ignore_empty=True,
        frozen=True,
    )

    home: Path = Field(
        PROJECT / "var", description="Folder of everything that is kept: database, queue, uploads, secret."
    )
    database_url: str = Field(
        "", alias="DATABASE_URL", repr=False, description="PostgreSQL 17 or newer to use instead of the embedded one."
    )
    redis_url: str = Field(
        "", alias="REDIS_URL", repr=False, description="Redis 5 or newer to use instead of the embedded one."
    )
    host: str = Field("127.0.0.1", alias="HOST", description="Address that the web server listens on.")
    port: int = Field(8000, alias="PORT", ge=0, le=65535, description="Port that the web server listens on.")
    secret_key: str = Field(
        "",
        alias="SECRET_KEY",
        repr=False,
        description="Signs sessions and links; unset, one is made once and kept in CATALOG_HOME/secret.",
    )
    secret_key_fallbacks: Separated[str] = Field(
        [],
        alias="SECRET_KEY_FALLBACKS",
        repr=False,
        description="Comma-separated older keys that are still accepted, for rotation.",
    )
    admin_email: str = Field("", description="With CATALOG_PASSWORD: the first admin, made at start without a prompt.")
    password: str = Field("", repr=False, description="Password of the first admin, and of `catalog user create`.")
    session_days: int = Field(14, gt=0, description="Days until a sign-in must be repeated.")
    session_idle_hours: float = Field(48, gt=0, description="Hours without use after which a sign-in must be repeated.")
    sessions_each: int = Field(
        20, gt=0, description="Browsers in which one user is signed in at once; the longest unused gives way."
    )
    second_factor: Literal["optional", "admins", "all"] = Field(
        "optional",
        description="Who must have a second factor: optional, admins or all; without it they see its set-up alone.",
    )
    login_failures: int = Field(
        10, gt=0, description="Sign-ins of an account that may fail from one place within 15 minutes."
    )
    trusted_hosts: Separated[str] = Field(
        [], description="Comma-separated host names that pages answer to; empty: any, which is for development."
    )
    proxies: int = Field(
        0, ge=0, description="Proxies in front of the web server whose X-Forwarded headers are believed."
    )
    audit_days: int = Field(365, ge=7, description="Days that the audit log is kept, 7 or more.")
    max_upload_bytes: int = Field(2 * 1024**3, gt=0, description="Largest file that an upload may have, in bytes.")
    workbook_bytes: int = Field(
        1536 * 1024**2, ge=64 * 1024**2, description="Memory that the process which reads a workbook may use, in bytes."
    )
    workbook_seconds: int = Field(600, gt=0, description="Seconds of the processor that reading a workbook may take.")
    upload_hours: float = Field(
        24,
        gt=0,
        description="Hours without a new part after which an unfinished upload is forgotten, and without an answer after which an import that waits for one is discarded.",
    )
    streams: int = Field(
        256, ge=0, description="Progress streams open at once in the web process; the next viewer polls."
    )
    page_threads: int = Field(
        24, gt=0, description="Threads that serve pages, beside those for streams, uploads, exports and downloads."
    )
    uploads_at_once: int = Field(
        32, gt=0, description="Files that are received at once; the next sender is answered with 503."
    )
    exports: int = Field(4, gt=0, description="Exports that are written at once, two of them for one user.")
    downloads: int = Field(
        16, gt=0, description="Downloads of imports' files that are sent at once, four of them to one user."
    )
    head_seconds: float = Field(10, gt=0, description="Longest that the head of a request may take to arrive.")
    body_seconds: float = Field(
        30, gt=0, description="Longest that a body may pause; below 4 KB a second it is cut off after this time."
    )
    send_seconds: float = Field(
        30, gt=0, description="Time after which a reader who takes nothing of an answer is cut off."
    )
    lease_seconds: float = Field(10, gt=0, description="Silence after which an import is taken over from its worker.")
    heartbeat_seconds: float = Field(
        0.5, gt=0, description="How often a worker renews its lease, shows its progress and looks for a cancel."
    )
    steward_seconds: float = Field(2, gt=0, description="How often the steward looks for work that was left behind.")
    lock_seconds: float = Field(2, gt=0, description="Longest that a page waits for a lock before it answers 409.")
    url: str = Field(
        "",
        description="A Catalog elsewhere that commands work on, with CATALOG_TOKEN; those that need its servers say so.",
    )
    token: str = Field("", repr=False, description="The API token for CATALOG_URL.")
    api_rate: int = Field(600, gt=0, description="Calls a minute that one token may make.")
    undo_days: int = Field(30, gt=0, description="Days in which a change can be undone.")
    keep_days: int = Field(
        30,
        gt=0,
        description="Days after which the steward prunes uploaded files, plans without a decision, and old values that no undo needs any more.",
    )

    review: bool = Field(False, description="Let every import stop after its plan, until a person applies it.")
    breaker_gone: int = Field(
        5,
        ge=0,
        le=100,
        description="Per cent of the products; an import that would deactivate or delete more stops and asks (0 or 100: never).",
    )
    breaker_rejected: int = Field(
        10,
        ge=0,
        le=100,
        description="Per cent of its rows; an import that refuses more stops and asks (0 or 100: never).",
    )
    breaker_changed: int = Field(
        50,
        ge=0,
        le=100,
        description="Per cent of the products; an import that would change more stops and asks (0 or 100: never).",
    )
    breaker_from: int = Field(
        1000,
        ge=1,
        description="Products, or rows of a file, from which on per cents mean something and imports stop and ask.",
    )
    source_allow: Separated[IPv4Network | IPv6Network] = Field(
        [],
        description="Comma-separated networks that files may be fetched from though private, on any port and by http.",
    )
    source_seconds: float = Field(1800, gt=0, description="Longest that fetching a file from a URL may take.")
    source_silence_seconds: float = Field(
        120,
        gt=0,
        description="Longest that a server may send nothing while a file is fetched, the wait for its first byte included.",
    )
    source_threads: int = Field(
        20, gt=0, description="Sources that are fetched at once, at most half of them from one host."
    )
    source_retry_seconds: Separated[float] = Field(
        [60, 300, 900],
        description="Comma-separated waits before each further try of a fetch whose failure may pass: time-out, lost connection, 5xx, 429.",
    )
    webhook_allow: Separated[IPv4Network | IPv6Network] = Field(
        [], description="Comma-separated networks that webhooks may reach though private, on any port and by http."
    )
    webhook_ports: Separated[int] = Field(
        [], description="Comma-separated ports that webhooks may reach beside 80 and 443."
    )
    webhook_http: bool = Field(False, description="Let webhooks go to public addresses without TLS.")
    webhook_retry_seconds: Separated[float] = Field(
        [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400],
        min_length=1,
        description="Comma-separated waits before each attempt of a delivery, the first one included.",
    )
    webhook_connect_seconds: float = Field(
        5, gt=0, description="Longest that a webhook's receiver may take to accept a connection."
    )
    webhook_total_seconds: float = Field(
        15,
        gt=0,
        description="Longest that one attempt may take, from the look-up of the name to the end of the answer.",
    )
    webhook_lease_seconds: float = Field(
        45,
        gt=0,
        description="Silence after which a delivery is taken over from its dispatcher; more than one attempt may take.",
    )
    webhook_poll_seconds: float = Field(
        0.5, gt=0, description="How often the dispatcher looks for deliveries that are due."
    )
    webhook_pause_seconds: float = Field(
        5,
        gt=0,
        description="First pause of a receiver that failed five times on end; it doubles up to sixty times that.",
    )
    webhook_disable_seconds: float = Field(
        5 * 24 * 3600, gt=0, description="Time of nothing but failures after which a webhook is switched off."
    )
    webhook_threads: int = Field(500, gt=0, description="Deliveries that one dispatcher sends at once.")
    webhook_keep_days: float = Field(30, gt=0, description="Days that events and deliveries are kept.")
    dev: bool = Field(
        False, description="For development: a change of the code restarts all programs, and templates are read again."
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @cached_property
    def threads(self) -> int:
        """Threads of the web server: whatever streams, uploads and downloads take, those of pages are left."""
        files = self.uploads_at_once + self.exports + self.downloads
        return self.page_threads + self.streams + files + LONG_FORMS

    @cached_property
    def uploads(self) -> Path:
        """Folder of the files as they were sent."""
        return self.home / "uploads"

    @cached_property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL with its driver named: SQLAlchemy would take the bare scheme for psycopg 3."""
        scheme, rest = self.database_url.split("://", 1)
        return f"postgresql+psycopg2://{rest}" if scheme in ("postgres", "postgresql") else self.database_url

    @cached_property
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
