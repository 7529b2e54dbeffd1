"""Redirects after a form, for pages and dialogs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog.web.http.access_control import is_local

UNSAFE = re.compile(r'["\\;%?]')


def is_partial() -> bool:
    """Whether htmx wants a part of a page, for a dialog or a row."""
    return request.headers.get("HX-Request-Type") == "partial"


def is_by_htmx() -> bool:
    """Whether htmx sent this request: for a part of a page, or to select parts of the whole page."""
    return "HX-Request" in request.headers


def is_for_script() -> bool:
    """Whether a script of a page sent this request and expects JSON."""
    return request.accept_mimetypes.best == "application/json"


def go(target: str) -> ResponseReturnValue:
    """Redirect to a URL; from a dialog, to the whole page."""
    if is_partial():
        return "", 204, {"HX-Redirect": target}
    return redirect(target, 303)


def say(words: str, target: str, category: str = "success") -> ResponseReturnValue:
    """Redirect to a page that shows this message."""
    flash(words, category)
    return redirect(target, 303)


@contextmanager
def saying(*errors: type[Exception], category: str = "error") -> Iterator[None]:
    """Let the next page show the message of these errors."""
    try:
        yield
    except errors as error:
        flash(str(error), category)


def attachment(name: str) -> str:
    """A Content-Disposition header for a file of any name: RFC 6266, with a plain name for old clients."""
    name = "".join(c for c in name if c.isprintable()).replace("/", "_")
    plain = name.encode("ascii", "replace").decode()
    header = f'attachment; filename="{re.sub(UNSAFE, "_", plain)}"'
    # A lone surrogate can't be sent; it comes from a name that was not UTF-8.
    whole = quote(name.encode("utf-8", "replace"), safe="")
    return header if plain == name else f"{header}; filename*=UTF-8''{whole}"


def came_from_list() -> str | None:
    """The URL of the product list with its filters, if the form was sent from there."""
    path = "/" + (request.referrer or "").partition("//")[2].partition("/")[2]
    is_list = path.partition("?")[0] == url_for("products.index")
    return path if is_list and is_local(path) else None
