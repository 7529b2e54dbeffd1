"""When the next attempt comes: ten attempts over three days, and what the receiver asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from catalog.runtime import Settings
from catalog.webhooks import claims
from catalog.webhooks.sender import Result

WAITS = [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]


def result(status: int = 500, retry_after: str | None = None) -> Result:
    """A failure."""
    headers = [["Retry-After", retry_after]] if retry_after is not None else []
    return Result(datetime.now(UTC), "", {}, status=status, headers=headers, error="no")


def test_ten_attempts_over_75_hours() -> None:
    settings = Settings()
    assert settings.webhook_retry_seconds == WAITS
    assert sum(WAITS) == pytest.approx(75.5 * 3600, rel=0.01)
    for tried in range(1, 10):
        waits = [claims.wait_before_next(tried, result(), settings) for _ in range(300)]
        assert min(waits) >= 0.8 * WAITS[tried] and max(waits) <= 1.2 * WAITS[tried]
        assert max(waits) - min(waits) > 0.2 * WAITS[tried]
    assert claims.wait_before_next(10, result(), settings) is None
    assert claims.wait_before_next(1, result(410), settings) is None


@pytest.mark.parametrize(
    "asked, seconds",
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("999999999999999", 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_in_seconds(asked: str, seconds: float | None) -> None:
    assert claims.retry_after(result(429, asked)) == seconds


@pytest.mark.parametrize("hours, seconds", [(1, 3600), (200, 86400), (-1, 0)])
def test_retry_after_as_a_date(hours: int, seconds: float) -> None:
    moment = datetime.now(UTC) + timedelta(hours=hours)
    asked = format_datetime(moment, usegmt=True)
    assert claims.retry_after(result(429, asked)) == pytest.approx(seconds, abs=5)


def test_what_the_receiver_asks_for_only_makes_it_later() -> None:
    wait = claims.wait_before_next(2, result(429, "1"), Settings())
    assert wait is not None and wait >= 240
    assert claims.wait_before_next(1, result(429, "600"), Settings()) == 600
