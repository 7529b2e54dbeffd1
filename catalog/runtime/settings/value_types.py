"""The types of settings that Pydantic does not have."""

from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

One = TypeVar("One")


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Separated = Annotated[list[One], NoDecode, BeforeValidator(_split)]
"""Values in one text, with commas between them."""

Percentage = Annotated[int, Field(ge=0, le=100)]

Role = Literal["web", "worker", "steward", "webhooks"]
"""What a host can do."""

ROLES: tuple[Role, ...] = get_args(Role)


BUCKETS: dict[str, set[str]] = {"s3": {"endpoint", "region"}, "gs": set(), "az": {"endpoint"}}
"""Kinds of buckets, and what the query of their URL may say."""

CREDENTIALS = (
    "STORAGE_URL says only where the bucket is, with ?endpoint= and &region= if S3 needs them. Its credentials belong"
    " in the environment, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)
A_PLACE = "STORAGE_URL must name a bucket, as in s3://bucket/prefix, or a folder, as in file:///srv/uploads."


def _a_place(value: str) -> str:
    """A URL that says where the files are, and has no credentials. Raises ValueError, which does not repeat the URL."""
    url = urlsplit(value)
    if "@" in url.netloc or not {name for name, _ in parse_qsl(url.query)} <= BUCKETS.get(url.scheme, set()):
        raise ValueError(CREDENTIALS)
    is_bucket = url.scheme in BUCKETS and url.netloc
    is_folder = url.scheme == "file" and not url.netloc and url.path.startswith("/")
    if value and not is_bucket and not is_folder:
        raise ValueError(A_PLACE)
    return value


StorageUrl = Annotated[str, AfterValidator(_a_place)]
"""The URL of a bucket or a folder; empty: the default."""


def bucket_in(url: str) -> str:
    """The URL if it names a bucket; else empty."""
    return url if urlsplit(url).scheme in BUCKETS else ""


def folder_in(url: str) -> Path | None:
    """The folder that the URL names; None if it names none."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None
