"""What a server may do with the name and the body of a file: nothing that harms, and nothing in silence."""

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from flask import Flask

from catalog.imports.sources import answers, fetching
from catalog.imports.sources.answers import Failed
from tests.support.suppliers import FILE, Supplier

BIG = b"sku,name\n" + b"".join(b"A%06d,Lamp\n" % n for n in range(60_000))


def sends(body: bytes, status: int = 200, length: int | None = None, **headers: str) -> Callable[[Any], bool]:
    """An answer with this body and these headers."""

    def answer(handler: Any) -> bool:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        if length is not None and length > len(body):
            handler.close_connection = True
        return True

    return answer


@pytest.fixture
def fetch(app: Flask, allowed: Any, supplier: Supplier) -> Callable[..., Any]:
    """The file and its name, of an answer like this."""

    def fetch(answer: Callable[[Any], bool], path: str = "") -> tuple[bytes, str]:
        supplier.answer = answer
        got = bytearray()
        url = f"http://{supplier.host}{path}" if path else supplier.url
        settings = app.config["SETTINGS"].model_copy(update={"max_upload_bytes": 50_000_000})
        done = fetching.fetch(url, fetching.Known(), got.extend, settings)
        return bytes(got), done.filename

    return fetch


@pytest.mark.parametrize(
    "header, name",
    [
        ('attachment; filename="prices.csv"', "prices.csv"),
        ("attachment; filename=prices.csv", "prices.csv"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        (r'attachment; filename="..\\..\\boot.ini"', "boot.ini"),
        ('attachment; filename=".."', "spring.csv"),
        ("attachment; filename=\"a\"; filename*=UTF-8''pr%C3%A9is%0Ax.csv", "préisx.csv"),
        ('attachment; filename="evil\u202evsc.exe\x07"'.encode().decode("latin-1"), "evilvsc.exe"),
        ('attachment; filename="' + "x" * 5000 + '.csv"', "x" * 196 + ".csv"),
        ("attachment", "spring.csv"),
        (";;==", "spring.csv"),
    ],
)
def test_a_name_by_http_is_one_plain_line(header: str, name: str) -> None:
    found = answers.filename({"Content-Disposition": header}, "https://h/x/spring.csv")
    assert found == name and len(found) <= answers.NAME_LENGTH


@pytest.mark.parametrize(
    "path, name",
    [
        ("/a/..%2f..%2fetc%2fpasswd", "passwd"),
        ("/export.php", "export.php"),
        ("/", "download"),
        ("/a%00b%0d%0a.csv", "ab.csv"),
    ],
)
def test_a_name_of_the_url_is_one_plain_line(fetch: Any, path: str, name: str) -> None:
    assert fetch(sends(FILE), path) == (FILE, name)


def test_the_server_names_the_file(fetch: Any) -> None:
    named = sends(FILE, Content_Disposition='attachment; filename="prices.csv"')
    assert fetch(named, "/export.php?id=3") == (FILE, "prices.csv")


@pytest.mark.parametrize(
    "encoding, packed",
    [
        ("gzip", gzip.compress(BIG)),
        ("x-gzip", gzip.compress(BIG[:9]) + gzip.compress(BIG[9:]) + b"\0" * 512),
        ("deflate", zlib.compress(BIG)),
        ("GZIP", gzip.compress(BIG)),
    ],
)
def test_what_is_packed_for_the_way_is_unpacked(fetch: Any, encoding: str, packed: bytes) -> None:
    assert fetch(sends(packed, Content_Encoding=encoding))[0] == BIG


@pytest.mark.parametrize(
    "answer, why, passing",
    [
        (sends(gzip.compress(b"a" * 60_000_000), Content_Encoding="gzip"), "more than 250 times", False),
        (sends(gzip.compress(BIG)[:-20], Content_Encoding="gzip"), "before the file was complete", True),
        (sends(b"not packed at all" * 9, Content_Encoding="gzip"), "damaged", True),
        (sends(FILE, Content_Encoding="br"), "not asked for", False),
        (sends(b"\n<!DOCTYPE html><title>Sign in</title>"), "web page", False),
        (sends(b"\xef\xbb\xbf<HTML>" + b"x" * 9999), "web page", False),
        (sends(FILE, length=len(FILE) + 5), "before the file was complete", True),
        (sends(FILE, length=len(FILE) - 5), "more than its Content-Length", True),
        (sends(BIG, length=len(BIG) - 5), "more than its Content-Length", True),
        (sends(b"", 503), "responded with 503", True),
        (sends(b"", 429, Retry_After="30"), "responded with 429", True),
        (sends(b"", 404), "responded with 404", False),
        (sends(b"", 401), "denied access .401.. Check the user and password", False),
        (sends(b"", 204), "responded with 204", False),
    ],
)
def test_what_is_no_whole_file_is_rejected(fetch: Any, answer: Any, why: str, passing: bool) -> None:
    with pytest.raises(Failed, match=why) as failed:
        fetch(answer)
    assert failed.value.passing == passing


def test_chunks_are_put_together(fetch: Any) -> None:
    def chunked(handler: Any) -> bool:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for at in range(0, len(BIG), 50_000):
            part = BIG[at : at + 50_000]
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")
        return True

    assert fetch(chunked)[0] == BIG


def test_small_bodies_are_taken(fetch: Any) -> None:
    for body in (b"", b"x", b"sku\n", BIG[:64], BIG[:65]):
        assert fetch(sends(body))[0] == body


@pytest.mark.parametrize(
    "header, least, most",
    [
        ("120", 120, 120),
        ("99999999", 86_400, 86_400),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
    ],
)
def test_how_long_to_wait_is_told_in_seconds_or_as_a_date(header: str, least: float, most: float) -> None:
    with pytest.raises(Failed) as failed:
        answers.check_status(503, {"Retry-After": header})
    assert least <= failed.value.wait <= most


def test_a_date_to_come_is_waited_for() -> None:
    then = datetime.now(UTC) + timedelta(seconds=600)
    header = {"Retry-After": format_datetime(then, usegmt=True)}
    with pytest.raises(Failed) as failed:
        answers.check_status(503, header)
    assert 300 <= failed.value.wait <= 601
