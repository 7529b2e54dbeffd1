"""create_app(): the only place where the parts meet."""

from flask import Flask

from catalog.runtime import Settings, core
from catalog.web import front


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the servers that `settings` name, by default those of the environment."""
    settings = settings or Settings()
    app = front.make_app()
    core.configure(app, settings)
    front.install(app, settings)
    return app
