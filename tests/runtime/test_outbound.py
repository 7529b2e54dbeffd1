"""A name with several addresses: all are checked before the first is tried, and a silent one does not delay others."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask

from catalog.imports.sources import answers, fetching
from catalog.runtime import outbound
from catalog.webhooks import sender
from tests.support.suppliers import Supplier, run, source

SILENT = ("127.0.0.2", "127.0.0.3")


@contextmanager
def silent(address: str, port: int) -> Iterator[None]:
    """No server answers at this address: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(8):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex((address, port))
        yield


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names stand for; others are looked up as ever."""
    known: dict[str, list[str]] = {}
    ask = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host not in known:
            return ask(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


def test_a_webhook_arrives_at_the_second_address(app: Flask, supplier: Supplier, names: dict[str, list[str]]) -> None:
    port = int(supplier.host.split(":")[1])
    names["two.test"] = ["127.0.0.2", "127.0.0.1"]
    update = {"webhook_allow": [ip_network("127.0.0.0/8")]}
    settings = app.config["SETTINGS"].model_copy(update=update)
    with silent("127.0.0.2", port):
        result = sender.post(f"http://two.test:{port}/hook", {}, b"{}", settings)
    assert (result.status, result.address) == (200, "127.0.0.1")


def test_a_source_is_fetched_from_the_third_address(
    allowed: Any, supplier: Supplier, names: dict[str, list[str]]
) -> None:
    port = int(supplier.host.split(":")[1])
    names["two.test"] = [*SILENT, "127.0.0.1"]
    with silent(SILENT[0], port), silent(SILENT[1], port):
        done = run(source(f"http://two.test:{port}/list.csv"))
    assert (done.outcome, done.error) == ("imported", None)
    assert supplier.asked[0][1]["Host"] == f"two.test:{port}"


def test_one_forbidden_address_forbids_all_before_any_is_tried(
    allowed: Any, supplier: Supplier, names: dict[str, list[str]], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a connection was tried")

    names["two.test"] = ["127.0.0.1", "10.0.0.1"]
    monkeypatch.setattr(outbound, "_start", never)
    url = f"http://two.test:{supplier.host.split(':')[1]}/list.csv"
    with pytest.raises(answers.Failed, match="not public"):
        fetching.fetch(url, fetching.Known(), bytearray().extend, app.config["SETTINGS"])


def test_when_all_are_silent_the_limit_holds() -> None:
    with socket.socket() as probe:
        probe.bind((SILENT[0], 0))
        port = probe.getsockname()[1]
    begun = time.monotonic()
    with silent(SILENT[0], port), silent(SILENT[1], port), pytest.raises(outbound.NotConnected):
        outbound._race([*SILENT], port, time.monotonic() + 0.6)
    assert 0.5 < time.monotonic() - begun < 30  # the kernel tries for minutes


def test_refused_addresses_are_passed_at_once(supplier: Supplier) -> None:
    port = int(supplier.host.split(":")[1])
    begun = time.monotonic()
    addresses = [f"127.0.1.{n}" for n in range(40)]
    sock, address = outbound._race([*addresses, "127.0.0.1"], port, begun + 30)
    sock.close()
    assert address == "127.0.0.1" and time.monotonic() - begun < 5


def test_families_take_turns() -> None:
    mixed = ["::1", "::2", "::3", "10.0.0.1", "10.0.0.2"]
    assert outbound._in_turns(mixed) == ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]
    assert outbound._in_turns(["10.0.0.1", "::1"]) == ["10.0.0.1", "::1"]
    assert outbound._in_turns([]) == []
