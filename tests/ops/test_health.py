"""Is it alive, can it work, how is it doing, and who may know."""

import threading
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis, RedisError
from rq.exceptions import StopRequested
from werkzeug.exceptions import Unauthorized

from catalog import steward
from catalog.app import create_app
from catalog.cli.command_line import main
from catalog.models import Import, WebhookEndpoint, db
from catalog.ops import vitals
from catalog.people import COMMAND_LINE, Actor, second_factor, tokens, users
from catalog.runtime.work import queue
from catalog.runtime.work.rq_worker import LastingWorker
from catalog.web.pages import health
from tests.conftest import EMAIL
from tests.support.live import environment

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def test_health_says_that_it_lives_and_can_work(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {
        "status": "degraded",
        "database": True,
        "queue": True,
        "disk": True,
        "storage": True,
        "workers": [],
        "unserved": ["imports", "quick"],
    }


def test_without_workers_requests_still_come_here_and_it_is_told(app: Flask, client: FlaskClient) -> None:
    redis = app.extensions["redis"]
    quick = LastingWorker([queue.QUICK], connection=redis)
    quick.register_birth()
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["unserved"] == ["imports"]
    assert "python worker.py imports<" in client.get("/status").text
    LastingWorker([queue.IMPORTS], connection=redis).register_birth()
    assert app.test_client().get("/readyz").json["status"] == "ok"
    assert "No worker serves" not in client.get("/status").text


def test_after_redis_was_emptied_a_worker_is_known_again(app: Flask) -> None:
    redis = app.extensions["redis"]
    worker = LastingWorker([queue.IMPORTS, queue.QUICK], connection=redis)
    worker.register_birth()
    redis.flushdb()
    assert queue.listened() == set()
    worker.heartbeat()
    assert queue.listened() == {queue.IMPORTS, queue.QUICK}
    (seen,) = vitals.queues().workers
    assert seen.name == worker.name and seen.heartbeat is not None


def test_the_status_says_on_which_host_a_worker_is(app: Flask, client: FlaskClient) -> None:
    worker = LastingWorker([queue.IMPORTS], "hall", connection=app.extensions["redis"])
    worker.register_birth()
    assert f"{worker.name[:12]}</td><td>hall</td>" in client.get("/status").text
    assert vitals.queues().workers[0].host == "hall"


def test_a_real_worker_that_waits_comes_back_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.runtime.work.rq_worker.SILENCE_SECONDS", 16)  # looks every second
    redis = app.extensions["redis"]
    url, ready, again, done = app.config["SETTINGS"].redis_url, *(threading.Event() for _ in range(3))

    class Watched(LastingWorker):
        def register_birth(self) -> None:
            super().register_birth()
            (again if ready.is_set() else ready).set()

        def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
            if done.is_set():
                raise StopRequested
            super().heartbeat(timeout, pipeline)

        def _install_signal_handlers(self) -> None:
            """Only the main thread may."""

    worker = Watched([queue.QUICK], connection=Redis.from_url(url))
    thread = threading.Thread(target=worker.work, daemon=True)
    thread.start()
    assert ready.wait(10)
    redis.flushdb()
    assert again.wait(10) and queue.listened() == {queue.QUICK}
    done.set()
    thread.join(30)
    assert not thread.is_alive()


def test_without_redis_or_room_it_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> int:
        raise RedisError

    client = app.test_client()
    monkeypatch.setattr("catalog.runtime.work.queue.waiting", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and not answer.json["queue"]
    monkeypatch.undo()
    monkeypatch.setattr(vitals, "free_bytes", lambda: 1000)
    assert client.get("/readyz").json["disk"] is False


def test_metrics_count_requests_imports_rows_queues_and_deliveries(
    app: Flask, run_import: Callable[..., Import]
) -> None:
    run_import("sku,name\nA1,x\n,x\n")
    run_import('sku,name,price\nA2,x,"1,234"\n')  # waits for an answer, not for a worker
    client = app.test_client()
    client.get("/healthz")
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    for line in (
        'catalog_requests_total{endpoint="health.healthz",method="GET",status="200"}',
        'catalog_imports{state="completed"} 1.0',
        'catalog_imports{state="held"} 1.0',
        'catalog_imports{state="queued"} 0.0',
        'catalog_rows{result="created"} 1.0',
        'catalog_rows{result="rejected"} 1.0',
        "catalog_products 1.0",
        'catalog_queue_waiting{queue="imports"} ',
        'catalog_workers{queue="quick"} 0.0',
        'catalog_webhook_deliveries{state="failed"} 0.0',
        'catalog_bulk_jobs{state="queued"} 0.0',
        "catalog_disk_free_bytes ",
    ):
        assert line in answer.text, line


def test_metrics_are_for_this_machine_or_a_token(app: Flask, client: FlaskClient) -> None:
    nobody = app.test_client()
    assert nobody.get("/metrics", environ_base=ELSEWHERE).status_code == 401
    through = {"X-Forwarded-For": "203.0.113.9"}
    assert nobody.get("/metrics", headers=through).status_code == 401
    user = users.by_email(EMAIL)
    assert user is not None
    token = tokens.create(COMMAND_LINE, user, "prometheus", "read")[1]
    bearer = {"Authorization": f"Bearer {token}"}
    answer = nobody.get("/metrics", headers=bearer, environ_base=ELSEWHERE)
    assert answer.status_code == 200
    wrong = {"Authorization": "Bearer x"}
    assert nobody.get("/metrics", headers=wrong, environ_base=ELSEWHERE).status_code == 401


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    "sent, own",
    [
        ({}, True),
        ({"X-Forwarded-For": "203.0.113.9"}, False),
        ({"X-Forwarded-For": "127.0.0.1"}, False),  # a stranger's, passed on as it came
        ({"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}, False),
        ({"X-Forwarded-For": "203.0.113.9, 127.0.0.1"}, False),
        ({"X-Forwarded-Proto": "https"}, False),
        ({"Via": "1.1 edge"}, False),
    ],
    ids=str,
)
def test_a_strangers_request_through_a_proxy_here_is_not_from_here(
    app: Flask, proxies: int, sent: dict[str, str], own: bool
) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"proxies": proxies})
    other = create_app(settings)
    answer = other.test_client().get("/metrics", headers=sent)
    assert answer.status_code == (200 if own else 401)
    with other.app_context():
        db.engine.dispose()


def test_the_status_page_says_what_is_missing(client: FlaskClient) -> None:
    page = client.get("/status").text
    assert "No worker serves" in page and "not running" in page and "free" in page


def test_nobody_is_no_admin_to_the_status_page_itself(app: Flask) -> None:
    with app.test_request_context("/status"), pytest.raises(Unauthorized):
        health.page()


def test_the_status_page_is_for_who_is_signed_in(app: Flask) -> None:
    assert app.test_client().get("/status").status_code == 303


def test_the_steward_is_known_by_its_lock() -> None:
    assert steward.STEWARD_LOCK == vitals.STEWARDS


def test_new_secret_keys_keep_old_sessions_alive(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rotation: the old key becomes a fallback; who is signed in stays so, webhook secrets stay readable."""
    from catalog.webhooks import endpoints

    draft = endpoints.Draft("https://example.com/", "", ["product.*"])
    user = users.by_email(EMAIL)
    assert user is not None
    endpoint_id, secret = endpoints.create(Actor("page", user.id), draft, app.config["SETTINGS"])
    before = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "a new key")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [before])
    assert client.get("/products").status_code == 200
    assert endpoints.reveal(endpoint_id, user.id) == secret
    # That visit signed the session with the new key: the old one may go now.
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    assert client.get("/products").status_code == 200


def test_after_keys_rotate_the_old_key_may_go(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog.webhooks import endpoints, signing

    user, settings = users.by_email(EMAIL), app.config["SETTINGS"]
    assert user is not None
    totp = second_factor.new_secret()
    assert second_factor.turn_on(COMMAND_LINE, user, totp, pyotp.TOTP(totp).now())
    draft = endpoints.Draft("https://example.com/", "", ["product.*"])
    endpoint_id, first = endpoints.create(Actor("page", user.id), draft, settings)
    second = endpoints.rotate(Actor("page", user.id), endpoint_id, overlap=True)
    env = environment(settings) | {"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": settings.secret_key}
    done = CliRunner().invoke(main, ["keys", "rotate"], env=env)
    assert done.exit_code == 0 and "3 secrets" in done.stdout
    monkeypatch.setitem(app.config, "SECRET_KEY", "new")
    row = db.session.get(WebhookEndpoint, endpoint_id)
    db.session.refresh(row)
    db.session.refresh(user)
    kept = [signing.decrypt(sealed, ["new"]) for sealed in (row.secret, row.previous_secret)]
    assert kept == [second, first] and second_factor.unseal(user.totp_secret) == totp


def test_a_secret_that_no_key_reads_is_named_and_left(app: Flask) -> None:
    lost = WebhookEndpoint(url="https://example.com", events=[], secret="lost")
    db.session.add(lost)
    db.session.commit()
    env = environment(app.config["SETTINGS"])
    done = CliRunner().invoke(main, ["keys", "rotate"], env=env)
    assert done.exit_code == 1 and f"webhook_endpoints {lost.id}: secret" in done.stderr
    db.session.refresh(lost)
    assert lost.secret == "lost"
