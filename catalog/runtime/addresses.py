"""URLs that people type: split into parts, and the parts that may be shown. No network.

A user and a password end at the last @ before the first /, ? or #. A password with one of these signs ends too early,
and the rest of it looks like a port, a path or a fragment: `has_stray_sign` finds such a URL, and it is rejected.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote

STRAY_SIGN = (
    "The user or the password contains a character that must be escaped: write # as %23, / as %2F, ? as %3F, @ as %40."
)
PARTS = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)([/?#]?)(.*)", re.IGNORECASE | re.DOTALL)
A_HOST = r"@(localhost|[\d.]+|[^\s/?#@:=&]+\.[^\W\d][\w-]+)(:\d*)?(?=[/?#]|$)"
DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Parts:
    """A URL without user, password and fragment, and the two as they are sent."""

    bare: str
    user: str = ""
    password: str = ""


def split(url: str) -> Parts:
    """Split user and password from a URL; text that is not a URL is returned unchanged."""
    found = PARTS.fullmatch(url)
    if not found:
        return Parts(url)
    scheme, authority, sign, rest = found.groups()
    signed, _, host = authority.rpartition("@")
    user, _, password = signed.partition(":")
    bare = f"{scheme.lower()}://{host}{sign}{rest}".partition("#")[0]
    return Parts(bare, unquote(user), unquote(password))


def shown(url: str) -> str:
    """A URL without the parts that may be secret: user, password, query."""
    if has_stray_sign(url):
        return f"{url.partition('://')[0].lower()}://…"
    path, query, _ = split(url).bare.partition("?")
    is_host_alone = path.count("/") < 3
    return path + "/" * is_host_alone + "?…" * bool(query)


def may_be_repeated(url: str) -> bool:
    """Whether a form may show the typed URL again: nothing in it looks like a user or a password."""
    return "@" not in url


def has_stray_sign(url: str) -> bool:
    """Whether a part of a user or of a password would be taken for a host, a port, a path or a fragment."""
    found = PARTS.fullmatch(url)
    if not found or "@" not in found[4]:
        return False
    scheme, authority, sign, rest = found.groups()
    path, fragment = _cut(sign + rest)
    signed, _, host = authority.rpartition("@")
    name, colon, port = _host_and_port(host)
    if "@" in fragment or (colon and not _is_port(port)):
        return True
    if _is_certain(name):
        return False
    if "." not in name:
        return bool(colon or signed) or bool(re.search(rf":.*@|{A_HOST}", path))
    if signed:
        return bool(re.search(rf"^[^?]*{A_HOST}|\?[^=]*@", path))
    if colon and port != DEFAULT_PORTS.get(scheme.lower()):
        return bool(re.search(A_HOST, path))
    return bool(re.match(rf"[/?][^/?]*:.*{A_HOST}", path))


def _cut(rest: str) -> tuple[str, str]:
    path, _, fragment = rest.partition("#")
    return path, fragment


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:6]) < 2**16


def _host_and_port(host: str) -> tuple[str, str, str]:
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        return name, rest[:1], rest[1:]
    return host.partition(":")


def _is_certain(name: str) -> bool:
    """Whether this can't be the name of a user: an IP address, or this machine."""
    if name.lower() == "localhost":
        return True
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False
