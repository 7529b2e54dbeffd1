"""Few at once, in all and for one user."""

import pytest

from catalog.runtime.slots import Slots, TooMany


def test_one_user_has_few_and_all_together_some_more() -> None:
    slots = Slots("export", most=3, each=2)
    ends = [slots.take(1), slots.take(1)]
    with pytest.raises(TooMany, match="You already have 2 exports running"):
        slots.take(1)
    slots.take(2)
    with pytest.raises(TooMany, match="3 exports are running, which is the limit"):
        slots.take(3)
    ends[0]()
    slots.take(3)
    assert slots.taken == 3


def test_a_turn_ends_once() -> None:
    slots = Slots("export", most=2, each=2)
    end = slots.take(1)
    slots.take(1)
    end()
    end()
    assert slots.taken == 1


def test_the_share_of_a_user_is_no_more_than_there_is() -> None:
    slots = Slots("export", most=1, each=5)
    slots.take(1)
    with pytest.raises(TooMany, match="You already have 1 export running"):
        slots.take(1)
