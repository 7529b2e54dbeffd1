"""Where webhooks may be sent: rules for schemes, addresses and ports.

`runtime/public_addresses` says what a URL and a public address are. The rules are checked again at every attempt,
because a name may get other addresses (DNS rebinding). Proxy variables are not read.
"""

import time

from catalog.runtime import Settings, addresses as urls, public_addresses

NOT_ALLOWED = (
    "This address is not public. Use a public one, or ask an admin to add its network to CATALOG_WEBHOOK_ALLOW."
)


def check(target: public_addresses.Target, addresses: list[str], settings: Settings) -> None:
    """Check that all addresses of a name are allowed with this scheme and port. Raises Denied."""
    parsed = [public_addresses.plain(address) for address in addresses]
    if all(public_addresses.is_within(address, settings.webhook_allow) for address in parsed):
        return
    if not all(
        public_addresses.is_public(address) or public_addresses.is_within(address, settings.webhook_allow)
        for address in parsed
    ):
        raise public_addresses.Denied(NOT_ALLOWED)
    if target.scheme == "http" and not settings.webhook_http:
        raise public_addresses.Denied("Use https, so that requests can't be read on the way.")
    ports = {*public_addresses.PORTS.values(), *settings.webhook_ports}
    if target.port not in ports:
        listed = ", ".join(map(str, sorted(ports)))
        raise public_addresses.Denied(
            f"Webhooks can only be sent to these ports: {listed}. An admin can add others to CATALOG_WEBHOOK_PORTS."
        )


def resolve(target: public_addresses.Target, settings: Settings, until: float) -> list[str]:
    """The addresses of a target, looked up once and all of them checked; `until` is a time of time.monotonic().

    Raises Denied, Unresolved, or TimeoutError when the name service takes too long.
    """
    addresses = public_addresses.lookup(target.host, target.port, until)
    check(target, addresses, settings)
    return addresses


def check_url(url: str, settings: Settings, seconds: float = 5) -> None:
    """Check the URL of a webhook. A name without an address is allowed, because it may get one. Raises Denied."""
    if urls.has_stray_sign(url):
        raise public_addresses.Denied(public_addresses.NO_LOGIN)
    target = public_addresses.parse(url)
    try:
        resolve(target, settings, time.monotonic() + seconds)
    except (public_addresses.Unresolved, TimeoutError):
        if target.scheme == "http" and not settings.webhook_http:
            raise public_addresses.Denied("Use https, so that requests can't be read on the way.") from None
