"""Where webhooks may go, and that nothing gets them elsewhere."""

import socket
import threading

import pytest

from catalog.runtime import Settings, public_addresses
from catalog.webhooks import allowed_addresses, sender
from tests.webhooks.conftest import Receiver, reply

CLOSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "224.0.1.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "192.0.1.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "2001:4860:4860::8888",
]

DISGUISES = [
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "0",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "①②⑦.⓪.⓪.①",
]

PUBLIC = Settings()


def target(scheme: str = "https", port: int = 443) -> public_addresses.Target:
    """Somewhere."""
    return public_addresses.Target(scheme, "hook.example", port, "/")


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses_are_rejected(address: str) -> None:
    with pytest.raises(public_addresses.Denied, match="not public"):
        allowed_addresses.check(target(), [address], PUBLIC)


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_allowed(address: str) -> None:
    allowed_addresses.check(target(), [address], PUBLIC)


def test_one_closed_address_among_many_is_enough() -> None:
    with pytest.raises(public_addresses.Denied):
        allowed_addresses.check(target(), ["8.8.8.8", "10.0.0.1"], PUBLIC)


@pytest.mark.parametrize("host", DISGUISES)
def test_loopback_in_disguise_is_rejected(host: str) -> None:
    with pytest.raises(public_addresses.Denied):
        allowed_addresses.check_url(f"https://{host}/", PUBLIC)


@pytest.mark.parametrize(
    "url, words",
    [
        ("ftp://example.com", "https://"),
        ("//example.com", "https://"),
        ("https://", "https://"),
        ("https://user:secret@8.8.8.8/", "user names"),
        ("https://8.8.8.8:22/", "ports"),
        ("http://8.8.8.8/", "https"),
        ("https://8.8.8.8/a b", "spaces"),
        ("https://8.8.8.8\\@127.0.0.1/", "backslash"),
        ("https://8.8.8.8/\r\nHost: x", "spaces"),
        ("https://8.8.8.8:99999/", "not a URL"),
        ("https://[::1", "not a URL"),
        ("https://8.8.8.8/#x", "#"),
        ("https://[fe80::1%25eth0]/", "host"),
        ("https://8.8.8.8/" + "x" * 3000, "characters"),
    ],
)
def test_other_urls_are_rejected_with_a_reason(url: str, words: str) -> None:
    with pytest.raises(public_addresses.Denied, match=words):
        allowed_addresses.check_url(url, PUBLIC)


def test_settings_open_ports_http_and_networks() -> None:
    allowed_addresses.check(target(port=8443), ["8.8.8.8"], Settings(webhook_ports="8443"))
    allowed_addresses.check(target("http", 80), ["8.8.8.8"], Settings(webhook_http=True))
    inside = Settings(webhook_allow="10.1.0.0/16")
    allowed_addresses.check(target("http", 9999), ["10.1.2.3"], inside)
    with pytest.raises(public_addresses.Denied):
        allowed_addresses.check(target(), ["10.2.0.1"], inside)


def test_names_without_an_address_may_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    allowed_addresses.check_url("https://later.example/hook", PUBLIC)
    with pytest.raises(public_addresses.Denied):
        allowed_addresses.check_url("http://later.example/hook", PUBLIC)


def answers(*addresses: str):
    """A resolver that says something else each time."""
    left = list(addresses)

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return getaddrinfo


def test_a_name_that_changes_its_mind_reaches_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public when it was saved, loopback when it is sent."""
    url = f"https://rebind.example:{receiver.port}/"
    hooks = Settings(webhook_ports=str(receiver.port))
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "127.0.0.1"))
    allowed_addresses.check_url(url, hooks)
    result = sender.post(url, {}, b"{}", hooks)
    assert (result.error, result.address) == (allowed_addresses.NOT_ALLOWED, None)


def test_the_address_that_was_checked_is_the_one_connected_to(
    receiver: Receiver, hooks: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look-up only: a second answer, however bad, is never asked for."""
    seen: list[str] = []
    receiver.answer = lambda handler, count: (seen.append(handler.headers["host"]), reply(handler, 200))[0]
    monkeypatch.setattr(socket, "getaddrinfo", answers("127.0.0.1", "192.0.2.1"))
    url = f"http://hook.example:{receiver.port}/a?b=ü"
    result = sender.post(url, {}, b"{}", hooks)
    assert (result.status, result.address) == (200, "127.0.0.1")
    assert seen == [f"hook.example:{receiver.port}"]


def test_a_slow_name_service_is_not_waited_for(hooks: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(30) and [])
    result = sender.post("https://slow.example/", {}, b"{}", hooks)
    assert result.error == "No complete response within 1 s."
    assert not answered.is_set()
    answered.set()


def test_proxy_variables_are_ignored(receiver: Receiver, hooks: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sender.post(receiver.url, {}, b"{}", hooks).status == 200
