"""Old and new texts beside each other, with what differs marked."""

from hypothesis import given, strategies as st
from markupsafe import escape

from catalog.web.pages.differences import differences


def test_long_texts_show_the_words_that_differ() -> None:
    old = f"{'the same ' * 40}red end"
    left, right = differences(old, old.replace("red", "<blue>"))
    assert left == "… the same the same the same <mark>red</mark> end"
    assert right == "… the same the same the same <mark>&lt;blue&gt;</mark> end"


def test_a_difference_at_the_end_of_a_very_long_text_is_shown() -> None:
    words = [f"word{n}" for n in range(5_000)]
    left, right = differences(" ".join([*words, "red"]), " ".join([*words, "blue"]))
    assert left.endswith("word4999 <mark>red</mark>") and len(left) < 100
    assert right.endswith("word4999 <mark>blue</mark>")


def test_of_texts_that_share_nothing_the_beginnings_are_shown() -> None:
    left, right = differences("a " * 5_000, "b " * 3)
    assert left.startswith("<mark>a a ") and left.endswith("…</mark>")
    assert (len(left) < 2_000, right) == (True, "<mark>b b b</mark> ")


@given(st.lists(st.sampled_from("ab c\n<"), max_size=30), st.lists(st.sampled_from("ab c\n<"), max_size=30))
def test_nothing_but_what_is_the_same_is_left_out(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    left, right = differences(before, after)
    for whole, shown in ((before, left), (after, right)):
        plain = shown.replace("<mark>", "").replace("</mark>", "")
        assert "…" in shown or plain == escape(whole)
