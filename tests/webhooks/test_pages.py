"""The pages of webhooks, as a browser without JavaScript sees them."""

import html
import re
import shlex

import pytest
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from catalog.models import db
from catalog.runtime import Settings
from catalog.webhooks.events import TYPES
from tests.conftest import csrf
from tests.webhooks.conftest import Receiver, deliveries, dispatching, happen, reply, rows, settled, subscribe, until

pytestmark = pytest.mark.usefixtures("hooks")


def post(client: FlaskClient, path: str, on: str = "/webhooks/new", **data: object):
    """Send a form as the page has it."""
    token = csrf(client.get(on).text)
    return client.post(path, data=data | {"csrf_token": token})


def make(client: FlaskClient, receiver: Receiver, **more: object) -> str:
    """Make a webhook through the form; returns its page."""
    data = {"url": receiver.url, "description": "Shop <window>", "concurrency": 5}
    answer = post(client, "/webhooks/new", **data | {"events": ["product.*"], "rate": 50} | more)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    receiver.secrets = re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", page)
    return page


def test_without_webhooks_the_page_shows_what_a_receiver_needs(client: FlaskClient) -> None:
    page = client.get("/webhooks").text
    for word in ("No webhooks yet", "product.updated", "Python", "Node", "PHP", "Go"):
        assert word in page


def test_a_secret_is_shown_once(client: FlaskClient, receiver: Receiver) -> None:
    page = make(client, receiver)
    (secret,) = receiver.secrets
    assert "Shop &lt;window&gt;" in page
    assert secret not in client.get("/webhooks/1").text
    assert secret not in str(rows("SELECT * FROM webhook_endpoints"))


def test_the_list_tells_how_each_is_doing(client: FlaskClient, receiver: Receiver, hooks: Settings) -> None:
    make(client, receiver)
    receiver.answer = lambda handler, count: reply(handler, 204 if count % 2 else 500)
    happen(3)
    with dispatching(hooks):
        until(settled)
    page = client.get("/webhooks").text
    assert "100%" in page and "of 3 delivered" in page and 'aria-checked="true"' in page


@pytest.mark.parametrize(
    "data, words",
    [
        ({"url": ""}, "Enter the URL"),
        ({"url": "https://10.0.0.1/"}, "add its network to CATALOG_WEBHOOK_ALLOW"),
        ({"url": "https://x@8.8.8.8/"}, "user names"),
        ({"events": []}, "at least one event"),
        ({"events": ["nonsense"]}, "not a valid choice"),
        ({"rate": 0}, "Between 1 and 1000"),
        ({"concurrency": "many"}, "valid integer"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_keeps_the_rest(
    client: FlaskClient, data: dict[str, object], words: str
) -> None:
    whole = {
        "url": "https://8.8.8.8/x",
        "description": "kept",
        "events": ["import.failed"],
        "concurrency": 5,
        "rate": 50,
    }
    answer = post(client, "/webhooks/new", **whole | data)
    page = html.unescape(answer.text)
    assert answer.status_code == 422 and words in page and 'value="kept"' in page
    assert rows("SELECT 1 FROM webhook_endpoints") == []


def test_edit_switch_and_delete(client: FlaskClient, receiver: Receiver) -> None:
    make(client, receiver)
    changed = {"url": receiver.url, "description": "New", "events": ["import.failed"]}
    post(client, "/webhooks/1/edit", **changed, concurrency=1, rate=2)
    post(client, "/webhooks/1/switch", enabled="0", back="list")
    (row,) = rows("SELECT description, events, rate, enabled FROM webhook_endpoints")
    assert list(row.values()) == ["New", ["import.failed"], 2, False]
    assert "Delete this webhook?" in client.get("/webhooks/1/delete").text
    assert rows("SELECT 1 FROM webhook_endpoints")
    post(client, "/webhooks/1/delete")
    assert client.get("/webhooks/1").status_code == 404


def test_rotate_revoke_and_end_the_overlap(client: FlaskClient, receiver: Receiver) -> None:
    make(client, receiver)
    seen = set(receiver.secrets)
    post(client, "/webhooks/1/rotate", overlap="1")
    page = client.get("/webhooks/1").text
    seen |= set(re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", page))
    assert "The old secret is also used" in page
    post(client, "/webhooks/1/forget")
    assert "The old secret is also used" not in client.get("/webhooks/1").text
    post(client, "/webhooks/1/rotate", overlap="0")
    page = client.get("/webhooks/1").text
    seen |= set(re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", page))
    assert len(seen) == 3 and "The old secret is also used" not in page


@pytest.mark.parametrize("type", TYPES)
def test_the_test_shows_what_was_sent_and_what_came_back(client: FlaskClient, receiver: Receiver, type: str) -> None:
    make(client, receiver)
    receiver.answer = lambda handler, _: reply(handler, 202, b"<script>alert(1)</script>", x_answer="yes")
    page = post(client, "/webhooks/1/test", type=type).text
    (message,) = receiver.messages
    assert message.type == type and receiver.problems == []
    for word in ("Delivered", "202", "x-answer", "&lt;script&gt;alert(1)", " ms"):
        assert word in page
    assert "<script>alert" not in page and receiver.secrets[0] not in page
    command = html.unescape(page.split('id="as-curl"')[1].split("<code>")[1].split("</code>")[0])
    parts = shlex.split(command)
    headers = dict(p.split(": ", 1) for p in parts if p.startswith("webhook-"))
    Webhook(receiver.secrets[0]).verify(parts[-1], headers)
    assert deliveries() == []


def test_the_test_says_in_plain_words_what_went_wrong(client: FlaskClient, receiver: Receiver) -> None:
    make(client, receiver)
    receiver.close = lambda: None  # type: ignore[method-assign]
    receiver._server.shutdown()
    receiver._server.server_close()
    page = post(client, "/webhooks/1/test", type="product.created").text
    assert "No connection could be made." in page and "No response" in page


def test_the_log_is_filtered_and_paged(client: FlaskClient, receiver: Receiver, hooks: Settings) -> None:
    make(client, receiver, rate=1000)
    happen(60)
    happen(1, "product.deleted")
    with dispatching(hooks):
        until(settled)
    page = client.get("/webhooks/deliveries").text
    assert page.count('name="id"') == 50
    older = html.unescape(re.findall(r'rel="next" href="([^"]+)"', page)[0])
    assert client.get(older).text.count('name="id"') == 11
    for query, count in [
        ("type=product.deleted", 1),
        ("state=failed", 0),
        ("webhook=1&span=hour", 50),
        ("webhook=2", 0),
        ("webhook=x&type=y&state=z&span=%00&before=%00", 0),
    ]:
        found = client.get(f"/webhooks/deliveries?{query}").text
        assert found.count('name="id"') == count, query
        assert ('id="filters" open' in found) == (query != "webhook=x&type=y&state=z&span=%00&before=%00"), query


def test_a_delivery_shows_every_attempt(client: FlaskClient, receiver: Receiver, hooks: Settings) -> None:
    make(client, receiver)
    receiver.answer = lambda handler, count: reply(
        handler, 500 if count == 0 else 200, b"<b>no</b>" if count == 0 else b"yes"
    )
    happen()
    with dispatching(hooks):
        until(settled)
    path = f"/webhooks/deliveries/{deliveries()[0]['id']}"
    page = client.get(path).text
    for word in ("Delivered", "2 of 4", "127.0.0.1", "yes", "#1", "#2"):
        assert word in page
    first = client.get(f"{path}?attempt=1").text
    assert "&lt;b&gt;no&lt;/b&gt;" in first and "which is not a success" in first
    sent = client.get(f"{path}?attempt=1&tab=request").text
    assert "webhook-signature" in sent and "product.created" in sent
    assert client.get("/webhooks/deliveries/none").status_code == 404


def test_one_the_selected_or_all_that_failed_are_sent_again(
    client: FlaskClient, receiver: Receiver, hooks: Settings
) -> None:
    make(client, receiver, rate=1000)
    receiver.answer = lambda handler, count: reply(handler, 500)
    happen(4)
    with dispatching(hooks):
        until(settled)
    ids = [row["id"] for row in deliveries()]
    post(client, f"/webhooks/deliveries/{ids[0]}/redeliver")
    post(client, "/webhooks/deliveries/redeliver", id=ids[1:3])
    states = [row["state"] for row in deliveries()]
    assert states == ["pending"] * 3 + ["failed"]
    answer = post(client, "/webhooks/deliveries/redeliver-failed?webhook=1", since="hour")
    assert answer.location == "/webhooks/deliveries?webhook=1"
    receiver.answer = lambda handler, count: reply(handler, 200)
    with dispatching(hooks):
        until(settled)
    assert {row["state"] for row in deliveries()} == {"delivered"}
    assert {message.id for message in receiver.messages} == set(ids)


def test_a_webhook_in_trouble_has_a_banner_with_one_click(
    client: FlaskClient, receiver: Receiver, hooks: Settings
) -> None:
    make(client, receiver)
    receiver.answer = lambda handler, count: reply(handler, 410)
    happen()
    with dispatching(hooks):
        until(settled)
    for path in ("/webhooks", "/webhooks/1"):
        assert "Enable and send missed events" in client.get(path).text
    post(client, "/webhooks/1/switch", enabled="1", resend="1")
    assert "1 missed delivery is being sent." in client.get("/webhooks/1").text
    receiver.answer = lambda handler, count: reply(handler, 200)
    with dispatching(hooks):
        until(settled)
    assert deliveries()[0]["state"] == "delivered"


def test_a_lost_key_is_told_and_a_revoked_secret_works_again(
    client: FlaskClient, receiver: Receiver, hooks: Settings
) -> None:
    subscribe(receiver, hooks)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE webhook_endpoints SET secret = 'x'")
    page = post(client, "/webhooks/1/test", type="product.created").text
    assert "SECRET_KEY was changed" in page
    happen()
    with dispatching(hooks):
        until(settled)
    assert "SECRET_KEY" in deliveries()[0]["last_error"]


def test_htmx_gets_the_log_alone(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = client.get("/webhooks/deliveries", headers=headers).text
    assert "<html" not in page and 'id="log"' in page


@pytest.mark.parametrize("path", ["/webhooks/1", "/webhooks/99999999999", "/webhooks/1/test"])
def test_what_is_not_there_is_a_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
