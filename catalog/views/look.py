"""What templates need besides their context: numbers, times and matches in words, static files by their content."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup, escape
from psycopg2.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from catalog.views.requests import UPLOAD, hear_out

YEAR_SECONDS = 365 * 24 * 3600

TITLES = {
    400: ("This request can't be understood", "Reload the page and try again."),
    403: ("This is not allowed", "Ask an admin if you should be able to do it."),
    404: ("There is nothing here", "The link may be old, or what it led to is gone."),
    405: ("This can't be done here", "Go back and try again from the page."),
    409: ("Somebody was faster", "Reload the page to see what is there now."),
    413: (
        "The file is too large",
        "Up to {limit} can be uploaded. Split the file, or ask an admin to raise CATALOG_MAX_UPLOAD_BYTES.",
    ),
    500: (
        "Something broke on our side",
        "It was written to the log. Try again; if it stays, tell an admin.",
    ),
    503: ("Catalog is busy", "Try again in a moment."),
}


def install(app: Flask) -> None:
    """Give the templates their filters, static files their versions, and errors their page."""
    app.jinja_env.filters.update(
        number=number,
        filesize=filesize,
        duration=duration,
        iso=iso,
        highlight=highlight,
        snippet=snippet,
        fingerprint=fingerprint,
    )
    app.jinja_env.tests["route"] = lambda endpoint: endpoint in app.view_functions
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    digests: dict[Path, str] = {}

    @app.url_defaults
    def version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and "v" not in values:
            path = Path(str(app.static_folder)) / values["filename"]
            if path not in digests or app.debug:
                digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
            values["v"] = digests[path]

    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _lock_timeout)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    response = _page(error.code)
    if (
        error.code == 413
        and request.endpoint == UPLOAD
        and current_user.is_authenticated
    ):
        return hear_out(response)
    return response


def _lock_timeout(error: OperationalError) -> ResponseReturnValue:
    """Somebody else held what was wanted for too long: an answer, not a fault."""
    if isinstance(error.orig, LockNotAvailable):
        return _page(409)
    raise error


def _page(code: int) -> Response:
    title, advice = TITLES.get(code, ("This did not work", "Go back and try again."))
    limit = filesize(current_app.config["SETTINGS"].max_upload_bytes)
    message = advice.format(limit=limit)
    page = render_template("error.html", code=code, title=title, message=message)
    return make_response(page, code)


def number(value: float | None) -> str:
    """500000 -> 500,000."""
    return "" if value is None else f"{value:,.0f}"


def filesize(value: float) -> str:
    """2147483648 -> 2 GiB."""
    if value == 1:
        return "1 byte"
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    whole = value >= 10 or value == int(value)
    return f"{value:.0f} {unit}" if whole else f"{value:.1f} {unit}"


def duration(seconds: float | None) -> str:
    """65 -> 1 min 5 s."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def iso(moment: datetime) -> str:
    """For <time datetime=...>."""
    return moment.isoformat(timespec="seconds")


def fingerprint(text: str) -> str:
    """Short, and the same for the same text; a browser's line breaks make no difference."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.blake2b(plain.encode(errors="replace"), digest_size=8).hexdigest()


def highlight(text: str, words: Sequence[str], starts: bool = False) -> Markup:
    """The text with every word in a <mark>, whatever its case; `starts`: only where a word of the text begins."""
    pattern = _pattern(words, starts)
    if pattern is None:
        return escape(text)
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), _MARK.format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def snippet(text: str, words: Sequence[str], length: int = 220) -> str:
    """One line of the text: its beginning, or what stands around the first of the words."""
    line = " ".join(text.split())
    pattern = _pattern(words, starts=True)
    match = pattern.search(line) if pattern else None
    begin = match.start() - BEFORE_MATCH if match else 0
    if begin > 0:
        begin = line.find(" ", begin, begin + BEFORE_MATCH) + 1 or begin
        line = "…" + line[begin:]
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


_MARK = Markup("<mark>{}</mark>")
BEFORE_MATCH = 40  # characters that lead up to what was found
SHORT = 3  # a word below this is only looked for where words begin


def _pattern(words: Sequence[str], starts: bool) -> re.Pattern[str] | None:
    """Finds any of the words, the longest first."""
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    alternatives = [
        (r"(?<!\w)" if starts or len(word) < SHORT else "") + re.escape(word)
        for word in longest_first
    ]
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None
