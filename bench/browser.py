"""A signed-in visitor: uses the login form and a cookie, and measures pages."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.server import Server

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """One visitor. Each page uses a new connection."""

    port: int
    cookie: str = ""

    def get(self, path: str) -> str:
        """Read a page. Any status but 200 ends the benchmark."""
        status, body = self._request("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path} answered {status}.")
        return body

    def time(self, path: str) -> float:
        """Read a page. Returns the seconds until it is complete."""
        begun = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begun

    def post(self, path: str, fields: dict[str, str]) -> int:
        """Send a form. Returns the status."""
        return self._request("POST", path, urlencode(fields))[0]

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            self._remember(response.headers.get_all("Set-Cookie") or [])
            return response.status, text
        finally:
            connection.close()

    def _remember(self, set_cookies: list[str]) -> None:
        jar = SimpleCookie(self.cookie)
        for line in set_cookies:
            jar.load(line)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


def signed_in(server: Server, email: str = "") -> Browser:
    """A browser that has signed in, as the first admin or as the user with this address."""
    browser = Browser(server.port)
    token = CSRF.search(browser.get("/login"))
    if token is None:
        raise SystemExit("The login form has no CSRF token.")
    fields = {
        "csrf_token": token[1],
        "email": email or server.environment["CATALOG_ADMIN_EMAIL"],
        "password": server.environment["CATALOG_PASSWORD"],
    }
    if browser.post("/login", fields) != 303:
        raise SystemExit("The login form did not let the user in.")
    return browser
