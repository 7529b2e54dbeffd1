"""E-mail addresses."""

import pytest

from catalog.people import emails


def test_it_is_shown_as_it_was_typed_and_compared_without_case() -> None:
    assert emails.tidy("  Ann@Example.com ") == "Ann@Example.com"
    assert emails.plain("  Ann@Example.com ") == emails.plain("ann@example.COM") == "ann@example.com"


@pytest.mark.parametrize("typed", ["ann\u200b@example.com", "ann@exa\nmple.com", "a" * 255])
def test_what_nobody_sees_or_is_too_long_is_no_address(typed: str) -> None:
    with pytest.raises(emails.NotAnAddress):
        emails.tidy(typed)
    assert not emails.is_address(typed)


@pytest.mark.parametrize(
    "typed, is_address",
    [
        ("ann@example.com", True),
        (" ann@example.com\n", True),
        ("ann@localhost", True),
        (f"{'a' * 242}@example.com", True),
        (f"{'a' * 243}@example.com", False),
        ("ann", False),
        ("@example.com", False),
        ("ann@", False),
        ("a b@example.com", False),
        ("a@b@example.com", False),
        ("", False),
    ],
)
def test_an_address_has_a_name_and_a_place(typed: str, is_address: bool) -> None:
    assert emails.is_address(typed) is is_address
