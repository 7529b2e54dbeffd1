"""Checks of this host: Python, the folders, the free space, the uploads, the secret."""

import os
import shutil
import stat
import sys

from catalog.ops.doctor.finding import Finding
from catalog.runtime import Settings, storage

SPACE_BYTES = 2 * 1024**3


def check(settings: Settings) -> list[Finding]:
    """Run these checks."""
    return [look(settings) for look in (_python, _home, _space, _storage, _secret)]


def _python(settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), f"Python is {version}", "Install Python 3.11 or newer.")


def _home(settings: Settings) -> Finding:
    parent = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    return Finding(
        os.access(parent, os.W_OK),
        f"CATALOG_HOME is {settings.home}",
        "Make the folder writable for this user, or set CATALOG_HOME.",
    )


def _space(settings: Settings) -> Finding:
    parent = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    free = shutil.disk_usage(parent).free
    return Finding(
        free > SPACE_BYTES,
        f"CATALOG_HOME has {free / 1024**3:.1f} GiB of free disk space",
        "Free disk space: an import needs about four times the size of its file.",
    )


def _storage(settings: Settings) -> Finding:
    trouble = storage.trouble(settings)
    advice = "Check STORAGE_URL, and the credentials of its bucket in the environment: docs/scale.md says which."
    return Finding(not trouble, trouble.rstrip(".") or f"uploads are in {storage.name(settings)}", advice)


def _secret(settings: Settings) -> Finding:
    path = settings.home / "secret"
    if settings.secret_key or not path.exists():
        return Finding(True, "the secret is in SECRET_KEY, or will be created")
    private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    readers = "only this user can" if private else "other users of this machine can"
    return Finding(private, f"{readers} read the secret", f"Run: chmod 600 {path}")
