"""The web front of the application: its classes of app and request, and all pages and operations of the API."""

from datetime import timedelta

from flask import Flask
from flask_compress import Compress

from catalog.runtime import PROJECT, Settings, connections, pubsub
from catalog.web.api import reference
from catalog.web.api.frame import limits, problems
from catalog.web.http import access_control, errors as http_errors, presence, routes, sending, tus
from catalog.web.http.requests import Application, Request
from catalog.web.pages import changes, differences, health
from catalog.web.pages.imports import (
    downloads,
    examples,
    import_templates,
    imports,
    pasted,
    review,
    sources,
)
from catalog.web.pages.imports.fixing import cells, rows
from catalog.web.pages.imports.steps import news, pages as step_pages
from catalog.web.pages.people import account, audit, sign_in, tokens, users
from catalog.web.pages.products import bulk, exports, list, product
from catalog.web.pages.webhooks import endpoints
from catalog.web.rendering import assets, filters, viewer


def make_app() -> Flask:
    """An application on which nothing is installed yet."""
    app = Application("catalog", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.request_class = Request
    app.wsgi_app = tus.MethodOverride(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents it
    return app


def install(app: Flask, settings: Settings) -> None:
    """Install what surrounds every request, then the pages and the API. Raises routes.Undeclared."""
    _let_people_watch(app, settings)
    sending.install(app, settings)
    Compress(app)
    health.count(app)
    access_control.protect(app, settings)
    filters.install(app)
    viewer.install(app)
    assets.install(app, settings.dev)
    differences.install(app)
    http_errors.install(app)
    for module in (
        sign_in,
        account,
        users,
        audit,
        list,
        exports,
        product,
        bulk,
        changes,
        imports,
        pasted,
        rows,
        cells,
        examples,
        downloads,
        step_pages,
        news,
        review,
        tus,
        sources,
        import_templates,
        endpoints,
        tokens,
        health,
    ):
        app.register_blueprint(module.bp)
    app.register_blueprint(health.status)
    limits.install(app, app.extensions["redis"])
    reference.install(app)
    problems.install(app)
    routes.check(app)


def _let_people_watch(app: Flask, settings: Settings) -> None:
    """Install the progress of open pages. Their hub waits for announcements without a time limit."""
    patient = connections.to_redis(settings.redis_url, health_check_interval=30)
    app.extensions["progress"] = pubsub.Hub(patient, settings.streams)
    idle = timedelta(hours=settings.session_idle_hours)
    app.extensions["presence"] = presence.Presence(idle)
