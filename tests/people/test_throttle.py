"""Whose failures count together."""

import pytest
from flask import Flask

from catalog.people import throttle


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unknown", "unknown", True),
    ],
)
def test_networks(one: str, other: str, is_same: bool) -> None:
    assert (throttle.network(one) == throttle.network(other)) is is_same


def test_a_success_forgives_the_account_not_the_network(app: Flask) -> None:
    account, other = throttle.sign_in("ann@example.com"), throttle.sign_in("bob@example.com")
    for number in range(2):
        throttle.begin(account, f"192.0.2.{number}", most=2)
        throttle.begin(other, "192.0.2.9", most=2)
    throttle.succeed(account)
    throttle.begin(account, "192.0.2.0", most=1)
    with pytest.raises(throttle.TooMany):
        throttle.begin(other, "192.0.2.9", most=2)
