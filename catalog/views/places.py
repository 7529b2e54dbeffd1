"""Where a view sends people afterwards, page or dialog."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog.views.guard import is_local


def is_partial() -> bool:
    """Whether htmx wants a part of a page, for a dialog or a row."""
    return request.headers.get("HX-Request-Type") == "partial"


def go(target: str) -> ResponseReturnValue:
    """Go on there; a dialog is left for the whole page."""
    if is_partial():
        return "", 204, {"HX-Redirect": target}
    return redirect(target, 303)


def came_from_list() -> str | None:
    """The product list as the person had it, if the form was sent from there."""
    path = "/" + (request.referrer or "").partition("//")[2].partition("/")[2]
    is_list = path.partition("?")[0] == url_for("products.index")
    return path if is_list and is_local(path) else None
