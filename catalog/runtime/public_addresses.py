"""Public addresses: splits URLs that people gave, looks up their names, and decides whether an address is public.

Connections go to the addresses that were checked. Each sender has its own rule for which addresses are allowed:
`webhooks/allowed_addresses`, `imports/sources/fetching`.
"""

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, quote, urlsplit

Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2000

# In addition to what Python knows as not global: its table is older than the registries, and address translation can
# lead back inside.
# https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
CLOSED_4 = [IPv4Network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10")]
CLOSED_6 = [IPv6Network(net) for net in ("2001::/23", "2002::/16", "3fff::/20")]
UNICAST_6 = IPv6Network("2000::/3")  # the only part of IPv6 that is assigned

NO_LOGIN = "Leave user names and passwords out of the URL, and write an @ in its path as %40."


class Denied(Exception):
    """A URL to which no request may go; the text is for people and tells nothing about what is there."""


class Unresolved(Exception):
    """A name without an address."""


@dataclass(frozen=True)
class Target:
    """The parts of a URL. The same parts are checked and used to connect."""

    scheme: str
    host: str
    port: int
    path: str  # with the query, as the request line has it


def parse(url: str) -> Target:
    """Split a URL into its parts. Raises Denied."""
    if len(url) > LONGEST_URL:
        raise Denied(f"Use a URL of at most {LONGEST_URL:,} characters.")
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise Denied("A URL has no spaces, control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Denied("This is not a URL.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Denied("Enter a URL that starts with https://.")
    if port == 0:
        raise Denied("Port 0 is not valid.")
    if "@" in parts.netloc:
        raise Denied(NO_LOGIN)
    if parts.fragment:
        raise Denied("Leave the part after # out of the URL.")
    host = _ascii(parts.hostname)
    return Target(parts.scheme, host, port or PORTS[parts.scheme], _path(parts))


def _path(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe="/%:@!$&'()*+,;=~-._?[]")


def _ascii(host: str) -> str:
    """A host name in ASCII, as DNS and TLS use it."""
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Denied("This is not a valid host name.") from None
    if "%" in name or len(name) > 253:
        raise Denied("This is not a valid host name.")
    return name


def is_public(address: Address) -> bool:
    """Whether an address is public and unicast."""
    if isinstance(address, IPv4Address):
        closed = any(address in net for net in CLOSED_4)
        return address.is_global and not address.is_multicast and not closed
    closed = any(address in net for net in CLOSED_6)
    return address in UNICAST_6 and address.is_global and not closed


def plain(text: str) -> Address:
    """An address; an IPv4 address that is written as IPv6 becomes IPv4."""
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def is_within(address: Address, networks: list[IPv4Network | IPv6Network]) -> bool:
    """Whether an address is in one of these networks."""
    return any(address.version == net.version and address in net for net in networks)


def lookup(host: str, port: int, until: float) -> list[str]:
    """The addresses of a name. The system's resolver has no timeout, so it runs in a thread that may be abandoned."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    found: list[list[str] | Exception] = []
    asking = threading.Thread(target=_ask, args=(host, port, found), daemon=True)
    asking.start()
    asking.join(max(until - time.monotonic(), 0))
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise Unresolved from found[0]
    return found[0]


def _ask(host: str, port: int, found: list[list[str] | Exception]) -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.append(list(dict.fromkeys(str(info[4][0]) for info in infos)))
    except (OSError, UnicodeError) as error:
        found.append(error)
