"""Browsers of other kinds than most stories use."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support.browsing import visit


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    with visit(browser, java_script_enabled=False) as context:
        yield context


@pytest.fixture
def open_to_axe(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser whose pages let axe in."""
    with visit(browser, bypass_csp=True, base_url=address, reduced_motion="reduce") as context:
        yield context
