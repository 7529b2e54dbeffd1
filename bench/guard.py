"""The cost of access control for a page: a view with and without it. `python -m bench.guard [ROUNDS]`.

The unguarded route exists here only. The difference is the check of session and role, and all else that the guard does
for a signed-in user.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from catalog.app import create_app
from catalog.cli import local_servers
from catalog.ops import embedded_servers
from catalog.people import COMMAND_LINE, users
from catalog.runtime import Settings
from catalog.web.http.routes import PUBLIC, declare

ROUNDS = 1000
MOST_MS = 5.0
EMAIL, PASSWORD = "ann@example.com", "correct horse battery"


def main() -> int:
    """Print both medians and the difference. Returns 1 if the difference is too large."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="catalog-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        with embedded_servers.embedded(Settings(home=Path(home))) as settings:
            app = create_app(settings)
            client = _visitor(app)
            _read(client, "/bench/guarded", 50)
            took = {path: _read(client, path, rounds) for path in ("/bench/open", "/bench/guarded")}
    medians = {path: statistics.median(times) for path, times in took.items()}
    worst = {path: sorted(times)[int(len(times) * 0.95)] for path, times in took.items()}
    for path in took:
        print(f"{path:16} p50 {medians[path]:6.2f} ms   p95 {worst[path]:6.2f} ms")
    cost = medians["/bench/guarded"] - medians["/bench/open"]
    print(f"the guard costs {cost:.2f} ms (at most {MOST_MS:g})")
    return 0 if cost <= MOST_MS else 1


def _visitor(app: Flask) -> FlaskClient:
    """A signed-in client of an application with the two routes."""
    for name, role in (("open", PUBLIC), ("guarded", "editor")):
        app.add_url_rule(f"/bench/{name}", f"bench_{name}", declare(lambda: "here", role=role))
    with app.app_context():
        local_servers.migrate()
        users.create(COMMAND_LINE, EMAIL, PASSWORD)
    client = app.test_client()
    page = client.get("/login").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    client.post("/login", data=data)
    return client


def _read(client: FlaskClient, path: str, rounds: int) -> list[float]:
    """Read a page `rounds` times. Returns the milliseconds of each reading."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200
    return times


if __name__ == "__main__":
    sys.exit(main())
