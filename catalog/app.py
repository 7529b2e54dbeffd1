"""create_app(): the only place where the parts meet."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from tempfile import NamedTemporaryFile

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from redis import Redis
from sqlalchemy.exc import DBAPIError

from catalog import logs, progress
from catalog.api import limits, problems, reference
from catalog.config import PROJECT, Settings
from catalog.models import db
from catalog.views import (
    account,
    accounts,
    answers,
    audit,
    bulk,
    changes,
    differences,
    edit,
    errors,
    examples,
    exports,
    first_look,
    guard,
    health,
    imports,
    look,
    past_imports,
    presence,
    products,
    profiles,
    reviews,
    sources,
    tokens,
    tus,
    users,
    webhooks,
)
from catalog.views.requests import Application, Request


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the servers that `settings` name, by default those of the environment."""
    logs.configure()
    settings = settings or Settings()
    app = Application(
        "catalog",
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
    )
    app.request_class = Request
    app.config.update(_configuration(settings))
    _connect(app, settings)
    Compress(app)
    health.count(app)
    guard.protect(app, settings)
    look.install(app)
    differences.install(app)
    answers.install(app)
    for module in (
        accounts,
        account,
        users,
        audit,
        products,
        exports,
        edit,
        bulk,
        changes,
        imports,
        errors,
        examples,
        past_imports,
        first_look,
        reviews,
        tus,
        sources,
        profiles,
        webhooks,
        tokens,
        health,
    ):
        app.register_blueprint(module.bp)
    app.register_blueprint(health.status)
    limits.install(app, app.extensions["redis"])
    reference.install(app)
    problems.install(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    """Our settings as Flask and its extensions know them."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key or _kept_secret(settings),
        "SECRET_KEY_FALLBACKS": settings.secret_key_fallbacks,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.session_days),
        # A token lives as long as its session: a page that was left open overnight still works.
        "WTF_CSRF_TIME_LIMIT": None,
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
        ],
        "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],  # static files are streamed
    }


def _connect(app: Flask, settings: Settings) -> None:
    """Database and queue. Commands to Redis are short; the progress hub waits for news as long as it takes."""
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # before Flask-SQLAlchemy's own, which would fail
    Migrate(app, db, directory=str(PROJECT / "migrations"))
    url = settings.redis_url
    app.extensions["redis"] = Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=2
    )
    patient = Redis.from_url(url, health_check_interval=30)
    app.extensions["progress"] = progress.Hub(patient, settings.streams)
    idle = timedelta(hours=settings.session_idle_hours)
    app.extensions["presence"] = presence.Presence(idle)


def _let_go(error: BaseException | None) -> None:
    """Give the connection back at the end of a request. A server that went away meanwhile takes no answer back."""
    try:
        db.session.remove()
    except DBAPIError:
        db.session.registry.clear()


def _engine_options(settings: Settings) -> dict[str, object]:
    """A killed worker's statement ends within a second; a page waits for a lock only so long."""
    options = f"-c client_connection_check_interval=1s -c lock_timeout={round(settings.lock_seconds * 1000)} -c timezone=UTC"
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 2 * settings.page_threads,  # a list looks through a second one
        "connect_args": {"options": options, "application_name": "catalog"},
    }


def _kept_secret(settings: Settings) -> str:
    """The secret of this installation, made once. Whoever links it into place first decides; it is never half written."""
    path = settings.home / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as file:  # mode 0600
            file.write(secrets.token_hex(32))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
