"""What OpenAPI says is what happens: schemathesis makes up requests, good and bad, and finds nothing to complain of."""

import os

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings, strategies
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation, BaseSchema
from sqlalchemy import text

from catalog import importer
from catalog.imports.sources import registry
from catalog.models import db
from catalog.people import COMMAND_LINE, Actor, tokens, users
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from catalog.web.api.frame.problems import PREFIX
from tests.conftest import EMAIL, PASSWORD, create

# A rule that JSON Schema can't say (a SKU of blanks, a filter that is empty) is 422 as well as one that it can; what
# depends on the state of things is 404, 409, 412.
CONFIG = {
    "generation": {"allow-x00": False, "database": "none"},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 409, 412, 413, 415, 422]},
        "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]},
        "missing_required_header": {"expected-statuses": [400, 401, 404, 412, 422, 428]},
    },
}


# A file as plain text: schemathesis wraps bytes in a type of its own, which the judge of its wrong calls does not know.
schemathesis.openapi.format("binary", strategies.text(strategies.characters(codec="ascii")))

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

WEBHOOK = (
    "INSERT INTO webhook_endpoints (url, events, secret) VALUES ('https://receiver.invalid/', '{product.*}', 'lost')",
    "INSERT INTO webhook_events (type, payload) VALUES ('product.created', '{}')",
    "INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type) VALUES ('msg_a_1', 1, 1, 'product.created')",
)


@pytest.fixture
def headers(app: Flask) -> dict[str, str]:
    """An admin's token, and something to find."""
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD)
    editing.create(Actor("page", user.id), {"sku": "A1", "name": "Lamp"})
    create("sku,name\nA1,x\n")
    jobs.create(COMMAND_LINE, tasks.Task("set", {"ids": [1]}, {"active": False}))
    draft = registry.Draft("Acme", "https://supplier.invalid/", importer.Options())
    registry.create(Actor("page", user.id), draft)
    with db.engine.begin() as connection:
        for statement in WEBHOOK:
            connection.execute(text(statement))
    return {"Authorization": f"Bearer {tokens.create(COMMAND_LINE, user, 'test', 'admin')[1]}"}


@pytest.fixture
def api_schema(app: Flask, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> BaseSchema:
    """The API as it describes itself, without a limit of calls."""
    many = app.config["SETTINGS"].model_copy(update={"api_rate": 1_000_000})
    monkeypatch.setitem(app.config, "SETTINGS", many)
    return schemathesis.openapi.from_wsgi(
        f"{PREFIX}/openapi.json", app, headers=headers, config=SchemathesisConfig.from_dict(CONFIG)
    )


EXAMPLES = int(os.environ.get("EXAMPLES", "1"))  # of each operation; `make chaos` makes more
THERE = {"delivery_id": "msg_a_1"}  # of everything else number 1 is there
PARTS = (
    "products",
    "imports",
    "templates",
    "uploads",
    "sources",
    "changes",
    "bulk",
    "webhooks",
    "deliveries",
    "tokens",
    "users",
    "(audit|status|account)",
)


@pytest.mark.parametrize("part", PARTS)
def test_every_operation_answers_as_documented(api_schema: BaseSchema, headers: dict[str, str], part: str) -> None:
    """Good requests and bad ones, the same in every run."""
    chosen = api_schema.include(path_regex=rf"^{PREFIX}/{part}")
    operations = [found.ok() for found in chosen.get_all_operations()]
    # Deleting comes last, or the others would find nothing.
    for operation in sorted(operations, key=lambda each: each.method == "delete"):
        for mode in GenerationMode:
            _try(operation, mode, headers)
    assert operations


def is_sent(value: object) -> bool:
    """Whether anything of a parameter's value stands in the URL: of an empty list, nothing does."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return any(is_sent(each) for each in value)
    return value is not None


def _try(operation: APIOperation, mode: GenerationMode, headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= {name: THERE.get(name, 1) for name in case.path_parameters}
            case.headers.pop("Idempotency-Key", None)  # the same one comes too often
        else:
            # Some are right in every part: nothing of them is to be denied.
            assume(case.meta and any(part.mode is mode for part in case.meta.components.values()))
            # A parameter too many is none if nothing of it is sent.
            assume(all(is_sent(value) for value in (case.query or {}).values()))
        case.call_and_validate(headers=headers)

    ask()
