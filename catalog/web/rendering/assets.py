"""Static files under URLs with a hash of their content: `/static/v-<hash>/js/base.js`.

Browsers keep them for a year; a changed file gets a new URL.

A script imports another by a relative path. So all scripts share one hash: a page and its modules are of one release.
Each feature has a file of styles. They are served as one file, so a browser sends one request.
"""

import hashlib
import re
from pathlib import Path, PurePosixPath

from flask import Flask, Response, request, url_for
from markupsafe import Markup

from catalog.web.http.routes import PUBLIC, declare

SCRIPTS = "js/"
BASE = "js/base.js"
"""What runs on every page."""
STYLES = "css/all.css"
"""All of css/ as one file, which is on no disk: layers.css, then what pages share, then one file for each feature."""
IMPORT = re.compile(r"""^import (?:[^"]* from )?"(\.[^"]+)";$""", re.MULTILINE)
YEAR_SECONDS = 365 * 24 * 3600


class Assets:
    """The hashes of the files of a folder. With `dev`, files are read again every time."""

    def __init__(self, folder: Path, dev: bool) -> None:
        self._folder = folder
        self._dev = dev
        self._styles = b""
        self._versions: dict[str, str] = {}
        self._needs: dict[str, list[str]] = {}

    def version(self, name: str) -> str:
        """The hash in the URL of a file: its own, or for a script that of all scripts."""
        key = SCRIPTS if name.startswith(SCRIPTS) else name
        if self._dev or key not in self._versions:
            self._versions[key] = hashlib.sha256(self._content(key)).hexdigest()[:10]
        return self._versions[key]

    def styles(self) -> bytes:
        """All styles, one after the other."""
        if self._dev or not self._styles:
            first, *others = self._folder / "css/layers.css", *sorted(self._folder.glob("css/parts/*.css"))
            others += [path for path in sorted(self._folder.glob("css/*.css")) if path != first]
            self._styles = b"\n".join(path.read_bytes() for path in (first, *others))
        return self._styles

    def _content(self, key: str) -> bytes:
        if key == STYLES:
            return self.styles()
        files = sorted((self._folder / SCRIPTS).rglob("*.js")) if key == SCRIPTS else [self._folder / key]
        return b"".join(path.read_bytes() for path in files)

    def needs(self, name: str) -> list[str]:
        """The modules that a script imports when it is loaded, and those that they import."""
        if self._dev or name not in self._needs:
            found: dict[str, None] = {}
            self._follow(PurePosixPath(name), found)
            self._needs[name] = [module for module in found if module != name]
        return self._needs[name]

    def _follow(self, name: PurePosixPath, found: dict[str, None]) -> None:
        """Add a module and all modules that it imports, each once."""
        if str(name) in found:
            return
        found[str(name)] = None
        for target in IMPORT.findall((self._folder / name).read_text()):
            self._follow(_resolved(name.parent / target), found)


def install(app: Flask, dev: bool) -> None:
    """Serve static files under URLs with and without a hash. `url_for("static", ...)` returns the URL with the hash."""
    folder = Path(str(app.static_folder))
    assets = Assets(folder, dev)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    app.add_url_rule("/static/v-<v>/<path:filename>", endpoint="static")

    def serve(filename: str, v: str = "") -> Response:
        """Serve a file. If the hash in the URL is an old one, browsers must not cache the response."""
        response = _styles(assets) if filename == STYLES else app.send_static_file(filename)
        if v == assets.version(filename):
            response.cache_control.immutable = True
        else:
            response.cache_control.max_age = None
            response.cache_control.no_cache = True
        return response

    app.view_functions["static"] = declare(serve, role=PUBLIC)

    @app.url_defaults
    def version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = assets.version(values["filename"])

    @app.template_global()
    def module(name: str) -> Markup:
        """The tags of a module and of the modules that it imports: a browser can request all of them at once."""
        tags = [MODULE.format(url_for("static", filename=name))]
        known = {BASE, *assets.needs(BASE)} if name != BASE else ()
        needed = [each for each in assets.needs(name) if each not in known]
        tags += [PRELOAD.format(url_for("static", filename=each)) for each in needed]
        return Markup("\n  ").join(tags)


def _styles(assets: Assets) -> Response:
    response = Response(assets.styles(), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR_SECONDS
    response.set_etag(assets.version(STYLES))
    response.make_conditional(request)
    return response


MODULE = Markup('<script type="module" src="{}"></script>')
PRELOAD = Markup('<link rel="modulepreload" href="{}">')


def _resolved(path: PurePosixPath) -> PurePosixPath:
    """js/list/../dom.js -> js/dom.js."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)
