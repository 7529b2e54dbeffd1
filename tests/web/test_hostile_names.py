"""Two thousand hostile words as names of products and of files, seen in a real browser: text, all of them."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text
from werkzeug.serving import make_server

from catalog.imports import past
from catalog.models import Import, db
from catalog.products import listing
from tests.web.stories.test_people_story import context, hostile, page

pytestmark = pytest.mark.browser
__all__ = ["context", "page"]
MOST = 1100  # on a page here; what is shown is the same for every fifty

SPECIAL = "<>\"'&="


def escaped(pattern: str) -> Callable[[str], str]:
    """Every character that means something to HTML, written in another way."""
    return lambda name: "".join(pattern.format(ord(c)) if c in SPECIAL else c for c in name)


# What some layer might undo one time too often.
ENCODINGS: list[Callable[[str], str]] = [
    str,
    lambda name: re.sub(r"</?\w+", lambda tag: tag[0].swapcase(), name),
    lambda name: re.sub(r"(?<=\w) (?=\w+=)", "/", name),
    lambda name: name.translate(str.maketrans("<>", "＜＞")),
    quote,
    escaped("&#{};"),
    escaped("&#x{:x};"),
    escaped("\\u{:04x}"),
]
INSERT = text("""
INSERT INTO imports (filename, storage_key, size, sha256, options, source, state, finished_at)
SELECT name, 'none', 0, '', '{}', 'page', 'completed', now()
FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS given (name, place) ORDER BY place DESC
""")


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application in a thread of the test, with long lists: a browser needs a while for each page."""
    monkeypatch.setattr(listing, "page", partial(listing.page, limit=MOST))
    monkeypatch.setattr(past, "search", partial(past.search, limit=MOST))

    def uncompressed(environ: Any, start_response: Any) -> Any:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # compressed files are left open
        return app(environ, start_response)

    server = make_server("127.0.0.1", 0, uncompressed, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def words() -> list[str]:
    """Vectors x places x encodings, each once."""
    found = (encode(name) for encode in ENCODINGS for name in hostile())
    return list(dict.fromkeys(found))


def all_pages(page: Page, path: str, cells: str) -> list[str]:
    """The text of these cells on every page of a list, each page loaded as a whole."""
    seen: list[str] = []
    following: str | None = path
    while following:
        page.goto(following, wait_until="load")
        seen += [" ".join(name.split()) for name in page.locator(cells).all_text_contents()]
        link = page.locator("a[rel=next]")
        following = link.get_attribute("href") if link.count() else None
    return seen


@pytest.mark.parametrize("step", [19, pytest.param(1, marks=pytest.mark.long)])
def test_two_thousand_hostile_words_are_text_as_names_of_products_and_files(
    page: Page, run_import: Callable[..., Import], complaints: list[str], step: int
) -> None:
    """All of them in `make chaos`; else every seventh, which has some of each vector, place and encoding."""
    names = words()
    assert len(names) >= 2000
    names = names[::step]
    cells = ['"' + name.replace('"', '""') + '"' for name in names]
    lines = [f"X{n:04},{cell}" for n, cell in enumerate(cells)]
    assert run_import("\n".join(["sku,name", *lines])).created == len(names)
    with db.engine.begin() as connection:
        connection.execute(INSERT, {"names": names})
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if "evil.example" in r.url else None)
    plain = [" ".join(name.split()) for name in names]
    assert all_pages(page, "/products", ".cell-name strong") == plain
    assert all_pages(page, "/imports", ".cell-name .row-link")[: len(plain)] == plain
    assert (complaints, outside) == ([], [])


SINKS = [
    "document.body.innerHTML = '<b>x</b>'",
    "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "document.createElement('script').src = '//evil.example/x.js'",
    "document.createElement('script').textContent = 'alert(1)'",
    "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "trustedTypes.createPolicy('other', {})",
    "trustedTypes.createPolicy('htmx', {})",
]


def test_nobody_but_htmx_may_turn_text_into_html(
    page: Page, run_import: Callable[..., Import], complaints: list[str]
) -> None:
    run_import("sku,name\nA,Lamp\n")
    for sink in SINKS:
        refused = page.evaluate(f"() => {{ try {{ {sink}; }} catch (error) {{ return error.name; }} }}")
        assert refused == "TypeError", sink
    complaints.clear()  # that was the browser, saying no
    page.goto("/products")
    page.locator("#q").fill("lam")  # htmx goes on
    expect(page.locator(".cell-name mark")).to_have_text("Lam")
