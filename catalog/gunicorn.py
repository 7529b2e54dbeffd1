"""How gunicorn serves `wsgi:app`: `gunicorn --config python:catalog.gunicorn wsgi:app`. No code of the application."""

from catalog.config import Settings

_settings = Settings()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = 1  # one process follows the progress channel for all of its viewers
threads = _settings.streams + _settings.page_threads
worker_connections = (
    threads + 1000
)  # what is above the threads may wait between two requests
keepalive = 5
limit_request_line = 0  # a long question gets a page as an answer, not a bare 414
graceful_timeout = 2  # a stream never ends by itself: its viewer connects again
forwarded_allow_ips = ""  # CATALOG_PROXIES alone decides whose headers are believed
loglevel = "warning"
control_socket_disable = True
