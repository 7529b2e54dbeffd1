"""The application for any WSGI server: on DATABASE_URL and REDIS_URL, else on those of a running `catalog up`."""

from catalog.app import create_app
from catalog.config import Settings
from catalog.ops import discovery

app = create_app(discovery.require(Settings()))
