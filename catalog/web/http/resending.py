"""Forms that arrive after their session has ended, or in a later one: which of them a page may keep and send again."""

from flask import request

from catalog.web.http.routes import access

SECRET = {"password", "current", "code"}
"""Fields that no page repeats."""


def kept() -> list[tuple[str, str]] | None:
    """The fields of the form of this request, as name and value. None if it is not sent again.

    Only a form of our own pages, because a person confirms with one press whatever it holds.
    """
    is_own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    by_script = "HX-Request" in request.headers or request.accept_mimetypes.best == "application/json"
    if request.method != "POST" or not is_own or by_script or access(request.endpoint).body != "form":
        return None
    if request.files or SECRET & set(request.form):
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
