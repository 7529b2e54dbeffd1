"""Few at once, in all and for one user."""

import pytest

from catalog.runtime.turns import TooMany, Turns


def test_one_user_has_few_and_all_together_some_more() -> None:
    turns = Turns("exports", most=3, each=2)
    ends = [turns.take(1), turns.take(1)]
    with pytest.raises(TooMany, match="2 exports of yours"):
        turns.take(1)
    turns.take(2)
    with pytest.raises(TooMany, match="3 exports of other users"):
        turns.take(3)
    ends[0]()
    turns.take(3)
    assert turns.taken == 3


def test_a_turn_ends_once() -> None:
    turns = Turns("exports", most=2, each=2)
    end = turns.take(1)
    turns.take(1)
    end()
    end()
    assert turns.taken == 1


def test_the_share_of_a_user_is_no_more_than_there_is() -> None:
    turns = Turns("exports", most=1, each=5)
    turns.take(1)
    with pytest.raises(TooMany, match="1 exports of yours"):
        turns.take(1)
