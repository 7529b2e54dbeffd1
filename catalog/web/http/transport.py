"""Check how a request arrived: proxies, host names, https, the sending site. And the headers of responses."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from catalog.runtime import Settings
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import SAFE, access

HSTS = "max-age=31536000"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx"
)


class Cookies(SecureCookieSessionInterface):
    """Over https the session cookie is bound to this host and to https, and its name says so."""

    def get_cookie_name(self, app: Flask) -> str:
        """With `__Host-`, browsers reject a cookie that was set over http or by a neighbouring host."""
        return "__Host-session" if request.is_secure else "session"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether browsers send it over https only."""
        return request.is_secure

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether this request changed the session, or an old key may have signed it.

        If every response set the cookie, a slow one would delete what a later request stored, such as a message.
        """
        return session.modified or bool(app.config["SECRET_KEY_FALLBACKS"])


def install(app: Flask, settings: Settings) -> None:
    """Trust the configured number of proxies, and deny requests from other sites."""
    number = settings.proxies
    if number:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask documents it
            app.wsgi_app, x_for=number, x_proto=number, x_host=number
        )
    app.session_interface = Cookies()
    app.before_request(_deny_other_hosts)
    app.before_request(_refuse_other_sites)
    app.after_request(_only_https_from_now_on)


def is_from_elsewhere() -> bool:
    """Whether another site made the browser send this. False for programs that are no browsers: neither header is sent.

    As in https://go.dev/pkg/net/http#CrossOriginProtection: Sec-Fetch-Site if there is one, else Origin against Host.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _deny_other_hosts() -> None:
    """Deny other host names: a response would contain links to that host."""
    settings = current_settings()
    hosts = settings.trusted_hosts
    if not hosts or access(request.endpoint).any_host:
        return
    if not host_is_trusted(request.environ.get("HTTP_HOST"), hosts):
        abort(400)


def _refuse_other_sites() -> None:
    if request.method not in SAFE and is_from_elsewhere():
        abort(403)


def _only_https_from_now_on(response: Response) -> Response:
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def headers(response: Response) -> Response:
    """The security headers of every response, and no-store."""
    headers: dict[str, str] = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
