"""Whether Dask can read large files: is it installed, does its scheduler answer, do they agree on TLS, any workers?"""

import socket
import ssl
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from urllib.parse import urlsplit

from catalog.ops.doctor.finding import Finding
from catalog.runtime import Settings

DASK_SECONDS = 3
LOAD_SECONDS = 30  # in which Dask is loaded, on a busy machine
ALONE = "Until then the worker of an import reads its file alone."


def check(settings: Settings) -> list[Finding]:
    """Whether Dask can read large files. Empty if CATALOG_DASK is not set."""
    if not settings.dask:
        return []
    is_there = find_spec("distributed") is not None
    installed = Finding(
        is_there,
        "Dask is installed" if is_there else "CATALOG_DASK is set, but Dask is not installed",
        f"Run in the project's folder: .venv/bin/pip install --editable '.[dask]'. {ALONE}",
    )
    if settings.dask == "local":
        return [installed]
    scheduler = _scheduler(settings)
    return [installed, scheduler, _workers(settings)] if is_there and scheduler.fine else [installed, scheduler]


def _workers(settings: Settings) -> Finding:
    """Whether the scheduler has workers. It waits for them for ten seconds with each file."""
    where = urlsplit(settings.dask)
    there = f"the Dask scheduler at {where.hostname}:{where.port}"
    advice = f"Start dask worker: docs/scale.md. {ALONE}"
    files = [settings.dask_ca, settings.dask_cert, settings.dask_key] if where.scheme == "tls" else []
    command = [sys.executable, "-m", "catalog.ops.doctor.dask_workers", settings.dask, str(DASK_SECONDS), *files]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOAD_SECONDS, check=True)
    except subprocess.SubprocessError:
        return Finding(False, f"{there} does not say which workers it has", f"Check its log. {ALONE}")
    workers = int(done.stdout)
    return Finding(workers > 0, f"{there} has workers: {workers}" if workers else f"{there} has no workers", advice)


def _scheduler(settings: Settings) -> Finding:
    """Whether a scheduler of Dask answers: it sends the first byte. With tls:// also whether our certificate works."""
    where = urlsplit(settings.dask)
    there = f"the Dask scheduler at {where.hostname}:{where.port}"
    try:
        context = _dask_certificates(settings) if where.scheme == "tls" else None
    except OSError as error:
        advice = "Check the files of CATALOG_DASK_CA, CATALOG_DASK_CERT and CATALOG_DASK_KEY."
        return Finding(False, f"the certificates for Dask can't be read: {error}", advice)
    try:
        speaks = _speaks(where.hostname or "", where.port or 0, context)
    except ssl.SSLError as error:
        advice = f"Start it with TLS and a certificate of the same CA: docs/scale.md. {ALONE}"
        return Finding(False, f"{there} and this host do not agree on TLS: {error.reason}", advice)
    except OSError as error:
        advice = f"Start it, or unset CATALOG_DASK: docs/scale.md. {ALONE}"
        return Finding(False, f"{there} does not answer: {error}", advice)
    answers = f"{there} answers over TLS" if context else f"{there} answers"
    return Finding(speaks, answers if speaks else f"{there} closes the connection", f"Check CATALOG_DASK. {ALONE}")


def _speaks(host: str, port: int, context: ssl.SSLContext | None) -> bool:
    """Whether something that listens there sends the first byte. Raises OSError, of which ssl.SSLError is one."""
    with closing(socket.create_connection((host, port), DASK_SECONDS)) as plain:
        if context is None:
            return bool(plain.recv(1))
        with context.wrap_socket(plain) as sealed:
            return bool(sealed.recv(1))


def _dask_certificates(settings: Settings) -> ssl.SSLContext:
    """TLS as Dask uses it: a host with a certificate of this CA is trusted, whatever its name.

    Raises OSError, also for a bad certificate.
    """
    context = ssl.create_default_context(cafile=settings.dask_ca)
    context.check_hostname = False
    context.load_cert_chain(settings.dask_cert, settings.dask_key)
    return context
