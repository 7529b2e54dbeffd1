"""Which passwords are good enough, and what is kept of them."""

import pytest

from catalog import passwords
from tests.conftest import PASSWORD


@pytest.mark.parametrize(
    "password, word",
    [
        ("short", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * 1001, "at most 1000"),
        ("password123456", "lists"),
        ("PassWord123456", "lists"),
        ("qwertyuiop123", "lists"),
        ("1q2w3e4r5t6y", "lists"),
        ("abcdefghijklmnop", "lists"),
        ("345678901234", "lists"),
        ("210987654321", "lists"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("ann@example.com", "email"),
        ("ann@example.com1", "email"),
    ],
)
def test_a_password_that_will_not_do_is_told_why(password: str, word: str) -> None:
    assert word in passwords.problem(password, "Ann@example.com")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "ein Satz mit ä ö ü", "パスワードは長いほうがよい", "x9 Qp-2 vL0 zz"],
)
def test_a_sentence_in_any_writing_is_good(password: str) -> None:
    assert passwords.problem(password, "ann@example.com") == ""


def test_a_short_first_part_of_an_address_forbids_no_sentence() -> None:
    assert passwords.problem("an apple a day keeps", "a@example.com") == ""


def test_what_is_kept_is_argon2id_and_never_the_same_twice() -> None:
    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert one != other and one.startswith("$argon2id$")
    assert passwords.matches(PASSWORD, one) and not passwords.matches("other", one)
    assert not passwords.matches(PASSWORD, None)


def test_the_list_is_of_long_passwords_in_lower_case() -> None:
    lines = passwords.COMMON.read_text().splitlines()[1:]
    assert len(lines) > 200 and lines == sorted(set(lines))
    assert all(len(line) >= 12 and line == line.lower() for line in lines)
