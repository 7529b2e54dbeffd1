"""Programs that call the API, each with a token of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD

V1 = "/api/v1"


class Program:
    """A program with a token; `ask("GET", "/products")` speaks JSON."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.token = token

    def ask(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """An answer of the API."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        if json is not None:
            options["json"] = json
        return self.client.open(V1 + path, method=method, headers=headers, **options)


@pytest.fixture
def program(app: Flask) -> Callable[[str], Program]:
    """A program by the scope of its token."""
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)

    def make(scope: str = "write") -> Program:
        return Program(app, tokens.create(COMMAND_LINE, user, scope, scope)[1])

    return make


@pytest.fixture
def reader(program: Callable[[str], Program]) -> Program:
    """It may read."""
    return program("read")


@pytest.fixture
def writer(program: Callable[[str], Program]) -> Program:
    """It may write."""
    return program("write")


@pytest.fixture
def admin(program: Callable[[str], Program]) -> Program:
    """It may everything."""
    return program("admin")


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem that an answer is."""
    body: dict[str, Any] = answer.json
    assert (answer.status_code, answer.mimetype, body.get("kind")) == (status, "application/problem+json", kind), (
        answer.text
    )
    assert body["status"] == status and body["type"].endswith(kind)
    return body
