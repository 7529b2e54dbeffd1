"""The Test button: one signed request with a sample payload, and the response."""

import json
import secrets
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.models import WebhookEndpoint, db
from catalog.people import Actor, audit
from catalog.runtime import Settings
from catalog.webhooks import dispatcher, outbox, sender, signing
from catalog.webhooks.events import TYPES
from catalog.webhooks.sender import Result


@dataclass(frozen=True)
class Sent:
    """The request and its result."""

    body: str
    result: Result
    curl: str


def sample(type: str) -> str:
    """The payload of an event with sample data."""
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    data = TYPES[type].sample
    return outbox.to_json({"type": type, "timestamp": timestamp, "data": data})


def pretty(body: str) -> str:
    """JSON for people."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Prepared:
    """A test that needs no database connection, because it may take fifteen seconds."""

    url: str
    headers: dict[str, str]
    body: str

    def send(self, settings: Settings) -> Sent:
        """Send it."""
        result = sender.post(self.url, self.headers, self.body.encode(), settings)
        return Sent(self.body, result, curl(self.url, self.headers, self.body))


def prepare(actor: Actor, row: WebhookEndpoint, type: str) -> Prepared:
    """Sign a sample for this webhook endpoint. Raises signing.Unreadable."""
    body, message_id = sample(type), f"msg_test_{secrets.token_hex(12)}"
    stored = [row.secret]
    until = row.previous_secret_until
    if row.previous_secret and until and until > datetime.now(UTC):
        stored.append(row.previous_secret)
    plain = [signing.decrypt(secret, signing.keys()) for secret in stored]
    headers = dispatcher.signed(plain, message_id, body.encode())
    audit.write(actor, "webhook tested", f"webhook {row.id}, {type}", db.session)
    db.session.commit()
    return Prepared(row.url, headers, body)


def curl(url: str, headers: dict[str, str], body: str) -> str:
    """The same request as a curl command."""
    parts = ["curl", "-i", "-X", "POST", shlex.quote(url)]
    for name, value in headers.items():
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    return " ".join([*parts, "--data-binary", shlex.quote(body)])
