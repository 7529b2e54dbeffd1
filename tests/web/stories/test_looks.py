"""The ruler that pages are measured with finds what it looks for."""

import pytest
from playwright.sync_api import Browser

from tests.support.looks import CROWDED

pytestmark = pytest.mark.browser

ROOM = "<style>td {{padding: {padding}}} div {{border: 1px solid; width: 300px}} table {{border-spacing: 0}}</style>"
TABLE = "<main><div><table><tr><td>One</td><td>Two</td></tr></table></div></main>"
FIELDS = "<main><form><div style='display: flex; align-items: {align}'>{fields}</div></form></main>"
ONE, OTHER = "<p>Schedule<br><input name='schedule'></p>", "<p>Time zone<br>with a hint<br><input name='zone'></p>"


def crowded(browser: Browser, html: str) -> list[str]:
    """What the ruler says of a page."""
    page = browser.new_page()
    page.set_content(html)
    found: list[str] = page.evaluate(CROWDED)
    page.close()
    return found


def test_text_without_room_is_found(browser: Browser) -> None:
    assert crowded(browser, ROOM.format(padding="8px 12px") + TABLE) == []
    squeezed = " ".join(crowded(browser, ROOM.format(padding="0 1px") + TABLE))
    for fault in ("no room above or below", "at the frame", "touches its neighbour"):
        assert fault in squeezed


def test_fields_that_are_not_on_one_line_are_found(browser: Browser) -> None:
    assert crowded(browser, FIELDS.format(align="end", fields=ONE + OTHER)) == []
    assert crowded(browser, FIELDS.format(align="start", fields=ONE + OTHER)) == [
        "not on the line of its neighbour: zone beside schedule"
    ]
