"""Links to Google Sheets as people copy them: the sheet as a file, and a message if it is not shared. No network.

Only docs.google.com counts. It must redirect to Google's own: a sheet that is not shared leads to a sign-in page.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from catalog.imports.sources.answers import Failed

LINK = re.compile(
    r"https://docs\.google\.com(?::443)?/(?:a/[^/?#]+/)?spreadsheets/(?:u/\d+/)?d/(e/)?([\w-]{10,200})(/[^?#]*)?(?:\?[^#]*)?(?:#.*)?",
    re.IGNORECASE,
)
GID = re.compile(r"[?&#]gid=(\d{1,12})(?![\d\w])")
A_FILE = re.compile(r"/(?:export|gviz/tq|pub)\?.*(?:format|tqx|output)=(?!html)", re.IGNORECASE)
HOME, SIGN_IN = "docs.google.com", "accounts.google.com"
FILES = ".googleusercontent.com"
NOT_SHARED = (
    "This Google sheet is not shared. In Google Sheets, choose Share and set General access to "
    '"Anyone with the link" as a viewer. Then try again.'
)


def file_of(url: str) -> str | None:
    """The address of the sheet as CSV, for a link that shows it in a browser; None: the link is something else."""
    found = LINK.fullmatch(url.strip())
    if not found:
        return None
    if A_FILE.search(url):
        return url.strip()
    published, name, _ = found.groups()
    sheets = GID.findall(url)
    tail = f"&gid={sheets[-1]}" if sheets else ""
    if published:
        return f"https://{HOME}/spreadsheets/d/e/{name}/pub?output=csv{tail}{'&single=true' if sheets else ''}"
    return f"https://{HOME}/spreadsheets/d/{name}/export?format=csv{tail}"


def check_redirect(url: str) -> None:
    """Raises Failed unless a redirect stays with Google's files."""
    host = (urlsplit(url).hostname or "").lower()
    if host == SIGN_IN:
        raise Failed(NOT_SHARED)
    if host != HOME and not host.endswith(FILES):
        raise Failed("The server redirects to an address that is not Google's.")


@contextmanager
def in_words() -> Iterator[None]:
    """Replace the error by "not shared" if the server of the sheet requires a sign-in."""
    try:
        yield
    except Failed as failed:
        if failed.denied:
            raise Failed(NOT_SHARED) from None
        raise
