"""HAProxy before the web hosts, as docs/scale.md tells people to run it."""

PORT = 8000
CONFIGURATION = """
global
    maxconn 2000
defaults
    mode http
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 3s
    retries 3
    option redispatch
    option forwardfor
frontend pages
    bind {address}:{port}
    http-request set-header X-Forwarded-Proto http
    http-response set-header X-Served-By %s
    default_backend webs
backend webs
    option httpchk GET /readyz
    default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
"""


def configuration(address: str, webs: dict[str, str]) -> str:
    """HAProxy's file, for web hosts by name and address."""
    lines = "".join(f"    server {name} {web}:{PORT}\n" for name, web in webs.items())
    return CONFIGURATION.format(address=address, port=PORT) + lines
