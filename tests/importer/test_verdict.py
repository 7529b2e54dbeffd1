"""The verdict on a file: how many rows are ready, why the others are not, and the choice that would help most."""

import io
from typing import Any

import pytest

from catalog.importer import ERRORS, Options, Verdict, look
from catalog.importer.first_look.reasons import REASONS


def judged(text: str, *, whole: bool = True, encoding: str = "utf-8", **options: Any) -> Verdict:
    """The verdict on a file."""
    return look(io.BytesIO(text.encode(encoding)), Options(**options), whole=whole).verdict


def listing(rows: int, header: str = "sku,name,price", row: str = "A{n},Lamp {n},5") -> str:
    """A file of so many rows."""
    return "\n".join([header, *(row.format(n=n) for n in range(rows)), ""])


def test_a_good_file_is_green() -> None:
    found = judged(listing(3))
    assert (found.light, found.words, found.whole) == ("green", "All 3 rows are ready.", True)
    assert judged(listing(1)).words == "The only row is ready."
    beginning = judged(listing(3), whole=False)
    assert (beginning.words, beginning.whole) == ("All of the first 3 rows are ready.", False)


def test_rejected_rows_are_counted_by_their_reasons() -> None:
    found = judged(listing(97) + ",Lamp,5\n,Desk,5\nB,,x\n\n")
    assert (found.light, found.rows, found.ready) == ("amber", 100, 97)
    assert found.words == "97 of 100 rows ready. 2 have no SKU, 1 has no name."
    assert found.reasons == {"sku_blank": 2, "name_blank": 1}
    assert not found.asks_twice


def test_more_than_a_tenth_rejected_is_red_and_asks_twice() -> None:
    found = judged("sku,name,price\n" + "A,Lamp,5\n" * 8 + "B,Desk,none at all\n" * 2, numbers="plain")
    assert (found.light, found.asks_twice) == ("red", True)
    nothing = judged("sku,name\n,Lamp\n,Desk\n")
    assert nothing.words == "Neither row is ready. 2 have no SKU."


def test_repeated_skus_and_warnings_are_amber() -> None:
    found = judged("sku,name\nA,Lamp\nA,Desk\nB,Chair\n", columns={"sku": "sku"})
    assert found.light == "amber"
    assert found.words == "All 3 rows are ready. 1 row repeats a SKU; only the last of each is kept."


def test_rows_beyond_the_first_mebibyte_count_where_the_file_is_there() -> None:
    text = listing(60_000) + ",Lamp,5\n"
    found = judged(text)
    assert len(text) > 1024**2 and found.whole
    assert (found.rows, found.ready) == (60_001, 60_000)


def test_a_file_without_the_right_columns_is_asked_about() -> None:
    seen = look(io.BytesIO(listing(5, "code no,what it is,price").encode()), Options())
    assert seen.verdict.light == "amber"
    assert [one.choices for one in seen.questions] == [("sku=code no",), ("name=what it is",)]


def test_a_file_without_a_header_is_ready_and_amber() -> None:
    found = judged(listing(5, "1,2019-01-01,AX-77,Blue lamp", "{n},2019-02-0{n},AX-{n},Lamp number {n}"))
    assert (found.light, found.words) == ("amber", "All 6 rows are ready. There are 2 warnings.")


@pytest.mark.parametrize(
    ("text", "options", "choices"),
    [
        (listing(9, row="A{n},Lamp {n},5 or more"), {}, {"columns": {"price": ""}}),
        (listing(9, row='A{n},Lamp {n},"1.234,50"'), {"numbers": ""}, None),
        (listing(9, "sku;name;note", "A{n};Lamp;a,b"), {"delimiter": ";"}, None),
        (listing(9, row="A{n},Lamp,5", header="sku,name,active"), {}, {"columns": {"active": ""}}),
    ],
)
def test_what_helps_most_is_offered(text: str, options: dict[str, Any], choices: dict[str, Any] | None) -> None:
    found = judged(text, **options)
    assert (found.fix.choices if found.fix else None) == choices


def test_a_file_without_names_may_update() -> None:
    found = judged(listing(9, "Artikelnr;VK brutto", "A{n};{n},99 €"))
    assert found.light == "red" and found.fix is not None
    assert (found.fix.choices, found.fix.ready, found.fix.rows) == ({"mode": "update"}, 9, 9)
    assert judged(listing(9, "Artikelnr;VK brutto", "A{n};{n},99 €"), mode="update").light == "green"


def test_the_name_is_not_offered_as_the_sku() -> None:
    """It has a value of its own in each row, but two products may be called the same in the next file."""
    rows = [f"A{n},Lamp {n},5" for n in range(6)] + [f",Chair {n},5" for n in range(4)]
    found = judged("sku,name,price\n" + "\n".join(rows) + "\n")
    assert found.reasons == {"sku_blank": 4} and found.fix is None


def test_a_choice_of_a_person_is_not_taken_back() -> None:
    found = judged(listing(9, row="A{n},Lamp {n},5 or more"), columns={"price": "price"})
    assert found.asks_twice and (found.fix is None or "price" not in found.fix.choices["columns"])


def test_every_reason_has_its_words() -> None:
    assert REASONS.keys() == ERRORS.keys()


def test_the_facts_of_columns() -> None:
    seen = look(io.BytesIO(b"sku,name,colour\nA, Lamp ,red\nB,Desk,red\nC,Desk,\n"), Options())
    sku, name, colour = seen.facts
    assert (sku.values, sku.filled, sku.distinct, sku.is_key) == (("A", "B", "C"), 3, 3, True)
    assert (name.values, name.distinct) == (("Lamp", "Desk"), 2)
    assert (colour.rows, colour.filled, round(colour.fill, 2)) == (3, 2, 0.67)


@pytest.mark.parametrize("other, label", [("Product type", None), ("note", "Use 'note' as the name")])
def test_only_a_column_with_names_is_offered_as_the_name(other: str, label: str | None) -> None:
    lines = [f"S{n},{'' if n % 4 else 'Oak desk'},AB-{n},Kind of {n}\n" for n in range(40)]
    found = look(io.BytesIO(f"sku,name,code,{other}\n{''.join(lines)}".encode()), Options()).verdict
    assert found.reasons == {"name_blank": 30} and (found.fix.label if found.fix else None) == label
