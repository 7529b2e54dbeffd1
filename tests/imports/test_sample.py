"""The sample file: seeded, plausible, and what it says of itself is so."""

import csv
import io

import pytest

from catalog.imports.intake import sample

N = 20_000


def make(n: int = N, seed: int = sample.SEED, changed: float = 0) -> bytes:
    stream = io.BytesIO()
    sample.write(stream, n, seed, changed=changed)
    return stream.getvalue()


def records(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def winners(data: bytes) -> dict[str, tuple[str, str]]:
    """SKU in lower case -> name and description of its last row."""
    return {record["sku"].lower(): (record["name"], record["description"]) for record in records(data)}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return records(make())


def test_same_arguments_make_the_same_bytes() -> None:
    assert make() == make()
    assert make(seed=1) != make(seed=2)


def test_a_shorter_file_is_the_beginning_of_a_longer_one() -> None:
    assert make(30_007).startswith(make(20_011))


def test_text_and_bytes_are_the_same_file() -> None:
    stream = io.StringIO(newline="")
    sample.write(stream, 300)
    assert stream.getvalue().encode() == make(300)


@pytest.mark.parametrize("n", [0, 1, 2, 14, 15, 9_999, 10_000, 10_001])
def test_as_many_rows_as_asked_for(n: int) -> None:
    assert len(records(make(n))) == n


def test_every_record_has_the_three_columns_and_sku_and_name_are_given(rows: list[dict[str, str]]) -> None:
    assert all(list(row) == ["name", "sku", "description"] for row in rows)
    assert all(row["sku"].strip() and row["name"].strip() for row in rows)


def test_seven_rows_in_a_hundred_repeat_a_sku_and_most_of_them_in_another_case(rows: list[dict[str, str]]) -> None:
    assert len({row["sku"].lower() for row in rows}) == N - N * 7 // 100
    exactly_repeated = N - len({row["sku"] for row in rows})
    assert 0.2 < exactly_repeated / (N * 0.07) < 0.5


def test_most_descriptions_have_several_lines_and_some_have_none(rows: list[dict[str, str]]) -> None:
    assert 0.58 < sum("\n" in row["description"] for row in rows) / N < 0.62
    assert 0.01 < sum(not row["description"] for row in rows) / N < 0.05


def test_there_are_commas_quotes_and_letters_beyond_ascii(rows: list[dict[str, str]]) -> None:
    for column in ("name", "description"):
        for wanted in (",", '"', "×"):
            assert any(wanted in row[column] for row in rows), (column, wanted)
    assert any(not row["sku"].isascii() for row in rows)


def test_a_row_is_some_265_bytes() -> None:
    assert 250 < len(make()) / N < 280


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_the_share_of_changed_products_is_what_was_asked_for(share: float) -> None:
    before, after = winners(make()), winners(make(changed=share))
    assert before.keys() == after.keys()
    differ = sum(before[key] != after[key] for key in before) / len(before)
    assert differ == share or abs(differ - share) < 0.02
