"""What tests of running processes need: to wait, and a browser without a screen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from tests.conftest import EMAIL, PASSWORD, csrf

PATIENCE = 60


def soon(holds: Callable[[], object]) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def viewer(address: str) -> Iterator[requests.Session]:
    """The admin's browser, signed in."""
    with requests.Session() as session:
        form = session.get(f"{address}/login", timeout=PATIENCE).text
        fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(form)}
        assert session.post(f"{address}/login", fields, timeout=PATIENCE).url == f"{address}/products"
        yield session
