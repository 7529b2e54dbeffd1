"""HAProxy before the web hosts: deploy/haproxy.cfg itself, without TLS and with the addresses of the hosts."""

import re

from catalog.runtime import PROJECT

PORT = 8000
FILE = PROJECT / "deploy" / "haproxy.cfg"
# What is otherwise than in the file: no certificate, no names to look up, and who answered is told.
CHANGES = (
    (r"^    server web-\d .*\n", ""),
    (r"^(#.*\n)*resolvers (.+\n)+\n", ""),
    (r" resolvers system init-addr \S+$", ""),
    (r"^    bind :443 .*\n|^    http-request redirect .*\n", ""),
    (r"^    bind :80$", "    bind {address}:{port}"),
    (r"X-Forwarded-Proto https$", "X-Forwarded-Proto http"),
    (r"^    default_backend webs$", "    http-response set-header X-Served-By %s\n    default_backend webs"),
)


def configuration(address: str, webs: dict[str, str]) -> str:
    """HAProxy's file, for web hosts by name and address."""
    text = FILE.read_text()
    for pattern, instead in CHANGES:
        text, count = re.subn(pattern, instead.format(address=address, port=PORT), text, flags=re.MULTILINE)
        assert count, pattern
    return text + "".join(f"    server {name} {web}:{PORT}\n" for name, web in webs.items())
