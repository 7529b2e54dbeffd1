"""The application for any WSGI server: on DATABASE_URL and REDIS_URL, else on those of a running `catalog up`."""

import os

from catalog.app import create_app
from catalog.ops import discovery
from catalog.runtime import Settings, hosts

app = create_app(discovery.require(Settings()))

if os.environ.get("FLASK_RUN_FROM_CLI"):  # `flask --app wsgi db upgrade`; a web server is up sooner without it
    from flask_migrate import Migrate

    from catalog.models import db
    from catalog.runtime.core import MIGRATIONS

    Migrate(app, db, directory=MIGRATIONS)
else:
    from gunicorn.arbiter import Arbiter

    discovery.contact_or_exit(app, code=Arbiter.APP_LOAD_ERROR)  # with another one gunicorn starts it again for ever
    hosts.announce(app, "web")
