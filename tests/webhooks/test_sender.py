"""One request to receivers that are slow, broken or hostile."""

import socket
import ssl
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from catalog.runtime import Settings, outbound
from catalog.webhooks import sender
from tests.support import certificates
from tests.webhooks.conftest import Receiver, reply

Answer = Callable[[BaseHTTPRequestHandler, int], None]


def post(receiver: Receiver, hooks: Settings, answer: Answer) -> sender.Result:
    """Send to a receiver that answers in this way."""
    receiver.answer = answer
    return sender.post(receiver.url, {"x": "y"}, b'{"n": 1}', hooks)


def test_an_answer_comes_back_whole(receiver: Receiver, hooks: Settings) -> None:
    result = post(receiver, hooks, lambda h, _: reply(h, 201, b"h\xc3\xa9\xff\0", x_y="z"))
    assert (result.status, result.error, result.body) == (201, None, "hé\ufffd\ufffd")
    assert result.header("x-y") == "z" and result.address == "127.0.0.1"
    assert 0 < result.seconds < 10


@pytest.mark.parametrize("chunked", [False, True])
def test_a_gigabyte_is_not_read(receiver: Receiver, hooks: Settings, chunked: bool) -> None:
    written = 0

    def flood(handler: BaseHTTPRequestHandler, _: int) -> None:
        nonlocal written
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        name, value = ("transfer-encoding", "chunked") if chunked else ("content-length", "1" + "0" * 9)
        handler.send_header(name, value)
        handler.end_headers()
        block = b"x" * 65536
        for _ in range(16_384):
            if chunked:
                handler.wfile.write(b"10000\r\n")
            handler.wfile.write(block)
            written += len(block)

    result = post(receiver, hooks, flood)
    assert (result.error, result.cut, len(result.body)) == (None, True, 16 * 1024)
    assert result.seconds < 10  # the receiver writes as long as it is read
    time.sleep(0.2)
    assert written < 20 * 1024**2  # what the kernel's buffers took


@pytest.mark.parametrize("place", ["status", "head", "body"])
def test_a_drip_ends_with_the_time(receiver: Receiver, hooks: Settings, place: str) -> None:
    heads = {"status": b"", "head": b"HTTP/1.1 200 OK\r\nx: ", "body": b"HTTP/1.1 200 OK\r\n\r\n"}

    def drip(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(heads[place])
        while True:
            handler.wfile.write(b"H")
            time.sleep(0.05)

    begun = time.monotonic()
    result = post(receiver, hooks, drip)
    assert result.error == "No complete response within 1 s."
    assert time.monotonic() - begun < 10  # the drip has no end


def test_a_head_without_end_is_given_up(receiver: Receiver, hooks: Settings) -> None:
    def endless(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"x: " + b"y" * 1000 + b"\r\n")

    result = post(receiver, hooks, endless)
    assert result.error in ("The headers of the response are too long.", "The response is not complete, or not HTTP.")


def test_a_reset_and_a_hang_up_are_told(receiver: Receiver, hooks: Settings) -> None:
    def reset(handler: BaseHTTPRequestHandler, _: int) -> None:
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()

    closed = "The connection was closed before a response arrived."
    assert post(receiver, hooks, reset).error == closed
    assert post(receiver, hooks, lambda *_: None).error == closed


def test_half_an_answer_and_no_http_are_failures(receiver: Receiver, hooks: Settings) -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"
    for said in (half, b"SSH-2.0-OpenSSH_9.9\r\n"):
        result = post(receiver, hooks, lambda h, _, said=said: h.wfile.write(said))
        assert result.error == "The response is not complete, or not HTTP."
        assert "SSH" not in result.body


def test_a_port_that_is_closed_and_one_that_is_silent_look_alike(hooks: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        fill = [socket.socket() for _ in range(4)]
        for one in fill:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        errors = {sender.post(f"http://127.0.0.1:{number}/", {}, b"", hooks).error for number in (closed, port)}
        for one in fill:
            one.close()
    assert errors == {"No connection could be made."}


# ---- TLS ----


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for hook.example that signed itself, with its key."""
    path = tmp_path / "certificate.pem"
    certificates.write(path, "hook.example")
    return path


def speak_tls(receiver: Receiver, certificate: Path) -> list[str | None]:
    """Let a receiver speak TLS; returns the names that senders asked for (SNI)."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    receiver._server.socket = context.wrap_socket(
        receiver._server.socket, server_side=True, do_handshake_on_connect=False
    )
    return names


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is loopback."""
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [info])


@pytest.mark.usefixtures("named")
def test_tls_with_the_names_own_sni_host_and_certificate(
    receiver: Receiver, hooks: Settings, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = speak_tls(receiver, certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbound._tls.cache_clear()
    url = f"https://hook.example:{receiver.port}/"
    result = sender.post(url, {}, b"{}", hooks)
    other = sender.post(url.replace("hook", "other"), {}, b"{}", hooks)
    outbound._tls.cache_clear()
    assert (result.status, result.error, result.body) == (200, None, "ok")
    assert names == ["hook.example", "other.example"]
    assert "Hostname mismatch" in str(other.error)


@pytest.mark.usefixtures("named")
def test_a_certificate_that_signed_itself_is_not_trusted(
    receiver: Receiver, hooks: Settings, certificate: Path
) -> None:
    speak_tls(receiver, certificate)
    url = f"https://hook.example:{receiver.port}/"
    result = sender.post(url, {}, b"{}", hooks)
    assert "self-signed certificate" in str(result.error) and result.status is None


def test_tls_where_there_is_none(receiver: Receiver, hooks: Settings) -> None:
    url = receiver.url.replace("http:", "https:")
    result = sender.post(url, {}, b"{}", hooks)
    assert result.error == "No secure connection could be made (TLS)."
