"""create_core() makes what every process uses: settings, secret, database, Redis. Pages and API are in app.py.

A worker, the steward, the sender of webhooks and most commands need no more, and start in half the time.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from tempfile import NamedTemporaryFile

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from catalog import workbooks
from catalog.models import EXPORTS, db
from catalog.runtime import connections, logs
from catalog.runtime.settings import PROJECT, Settings

MIGRATIONS = str(PROJECT / "migrations")


def create_core(settings: Settings | None = None) -> Flask:
    """An application without pages on the servers that `settings` name, by default those of the environment."""
    app = Flask("catalog", static_folder=None)
    configure(app, settings or Settings())
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Configure Flask and its extensions, and connect the application to its servers."""
    logs.configure(host=settings.host_name)
    workbooks.limits.memory = settings.workbook_bytes
    workbooks.limits.seconds = settings.workbook_seconds
    app.config.update(_configuration(settings))
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # before Flask-SQLAlchemy's own, which would fail
    # Commands to Redis are short.
    app.extensions["redis"] = connections.to_redis(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)


def _configuration(settings: Settings) -> dict[str, object]:
    """Our settings under the names of Flask and its extensions."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": secret_of(settings),
        "SECRET_KEY_FALLBACKS": settings.secret_key_fallbacks,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.session_days),
        # A token lives as long as its session: a page that was left open overnight still works.
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": settings.dev,
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SQLALCHEMY_BINDS": {EXPORTS: _export_options(settings)},
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml"],
        "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],  # static files are streamed
    }


def _let_go(error: BaseException | None) -> None:
    """Give the connection back at the end of a request. If it is lost, a response already made must not fail."""
    try:
        db.session.remove()
    except DBAPIError:
        db.session.registry.clear()


def _engine_options(settings: Settings) -> dict[str, object]:
    """A pool for pages and jobs."""
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 2 * settings.page_threads,  # a list reads through a second connection
        "connect_args": connections.to_postgres("catalog", _lock_timeout(settings)),
    }


def _export_options(settings: Settings) -> dict[str, object]:
    """Options for exports: each has its own connection, outside the pool of the pages."""
    arguments = connections.to_postgres("catalog export", _lock_timeout(settings), waits=True)
    return {"url": settings.sqlalchemy_url, "poolclass": NullPool, "connect_args": arguments}


def _lock_timeout(settings: Settings) -> str:
    """The server option that lets a page wait for a lock for a limited time."""
    return f"lock_timeout={round(settings.lock_seconds * 1000)}"


def secret_of(settings: Settings) -> str:
    """The secret key: the given one, or that of this home, which is created if it is missing."""
    return settings.secret_key or _kept_secret(settings)


def _kept_secret(settings: Settings) -> str:
    """The secret of this installation, created once.

    It is written to a new file and linked, so the first process wins, and no process reads half a secret.
    """
    path = settings.home / "secret"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as file:  # mode 0600
            file.write(secrets.token_hex(32))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
