"""Where webhooks may be sent: the rules for schemes, addresses and ports. What a URL and a public address are, `runtime/public_addresses` says.

The rules are checked again at every attempt, because a name may get other addresses (DNS rebinding). Proxy variables are not read.
"""

import time

from catalog.config import Settings
from catalog.runtime import addresses as urls
from catalog.runtime.public_addresses import (
    NO_LOGIN,
    PORTS,
    Denied,
    Target,
    Unresolved,
    is_public,
    is_within,
    lookup,
    parse,
    plain,
)

NOT_ALLOWED = "Webhooks can only be sent to public addresses."


def check(target: Target, addresses: list[str], settings: Settings) -> None:
    """Check that all addresses of a name are allowed with this scheme and port. Raises Denied."""
    parsed = [plain(address) for address in addresses]
    if all(is_within(address, settings.webhook_allow) for address in parsed):
        return
    if not all(is_public(address) or is_within(address, settings.webhook_allow) for address in parsed):
        raise Denied(NOT_ALLOWED)
    if target.scheme == "http" and not settings.webhook_http:
        raise Denied("Use https, so that requests can't be read on the way.")
    ports = {*PORTS.values(), *settings.webhook_ports}
    if target.port not in ports:
        listed = ", ".join(map(str, sorted(ports)))
        raise Denied(f"Webhooks can only be sent to these ports: {listed}.")


def resolve(target: Target, settings: Settings, until: float) -> list[str]:
    """The addresses of a target, looked up once and all of them checked; `until` is a time of time.monotonic().

    Raises Denied, Unresolved, or TimeoutError when the name service takes too long.
    """
    addresses = lookup(target.host, target.port, until)
    check(target, addresses, settings)
    return addresses


def check_url(url: str, settings: Settings, seconds: float = 5) -> None:
    """Check the URL of a webhook. A name without an address is allowed, because it may get one. Raises Denied."""
    if urls.has_stray_sign(url):
        raise Denied(NO_LOGIN)
    target = parse(url)
    try:
        resolve(target, settings, time.monotonic() + seconds)
    except (Unresolved, TimeoutError):
        if target.scheme == "http" and not settings.webhook_http:
            raise Denied("Use https, so that requests can't be read on the way.") from None
