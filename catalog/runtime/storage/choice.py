"""Which storage the settings name, and whether it can be used now."""

from sqlalchemy import Engine

from catalog.runtime.settings import Settings
from catalog.runtime.storage.bucket import Bucket
from catalog.runtime.storage.folder import Folder
from catalog.runtime.storage.objects import CHECK_SECONDS, Away, Objects
from catalog.runtime.storage.protocol import Storage


def of(settings: Settings, engine: Engine) -> Storage:
    """The storage of these settings. The rows of files in a bucket are in this database."""
    if settings.bucket_url:
        return Bucket(settings.bucket_url, engine, settings.max_upload_bytes)
    return Folder(settings.uploads)


def trouble(settings: Settings) -> str:
    """Why the storage can't be used now, in one sentence; empty if it can. Takes a few seconds at most."""
    if not settings.bucket_url:
        return "" if Folder(settings.uploads).is_writable() else f"The folder {settings.uploads} is not writable."
    try:
        Objects(settings.bucket_url, CHECK_SECONDS).check()
    except Away as away:
        return str(away)
    return ""


def name(settings: Settings) -> str:
    """Where uploads are, for people."""
    return settings.bucket_url.partition("?")[0] or str(settings.uploads)
