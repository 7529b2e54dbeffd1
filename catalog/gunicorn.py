"""How gunicorn serves `wsgi:app`: `gunicorn --config python:catalog.gunicorn wsgi:app`. No code of the application."""

import resource

from catalog.runtime import Settings

_settings = Settings()
_OTHER_FILES = 512  # of databases, logs, uploads, modules

bind = f"{_settings.host}:{_settings.port}"
worker_class = "catalog.web.server.worker.PatientWorker"
workers = 1  # one process follows the progress channel for all of its viewers
threads = _settings.threads
worker_connections = threads + 1000  # connections beyond the threads: idle between two requests, or with half a request
keepalive = 5
limit_request_line = 8190
sendfile = False  # it would wait for a slow reader forever
graceful_timeout = 2  # a stream never ends by itself: its viewer connects again
forwarded_allow_ips = ""  # CATALOG_PROXIES alone decides whose headers are believed
loglevel = "warning"
logger_class = "catalog.web.server.log.Log"
control_socket_disable = True

_wanted = worker_connections + _OTHER_FILES
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft != resource.RLIM_INFINITY and _soft < _wanted:
    _most = _wanted if _hard == resource.RLIM_INFINITY else min(_wanted, _hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _hard))
