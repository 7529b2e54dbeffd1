"""An action and the fields that it changes, as one number."""

import pytest

from catalog.importer.values import actions
from catalog.importer.values.actions import ACTIONS, MASKS
from catalog.importer.values.fields import COLUMNS


def test_every_action_on_every_set_of_fields_has_a_number_of_its_own_that_fits() -> None:
    found = [number for action in ACTIONS for number in actions.numbers([action])]
    assert len(set(found)) == len(ACTIONS) * MASKS
    assert max(found) < 2**15  # a smallint


def test_the_order_of_the_fields_makes_no_difference() -> None:
    assert actions.number("updated", "price", "sku") == actions.number("updated", "sku", "price")


@pytest.mark.parametrize("field", COLUMNS)
def test_a_field_selects_the_numbers_that_change_it(field: str) -> None:
    found = actions.numbers(["updated"], field)
    assert actions.number("updated", field) in found
    assert actions.number("updated", *COLUMNS) in found
    assert actions.number("updated", *(other for other in COLUMNS if other != field)) not in found
    assert len(found) == MASKS // 2


def test_several_actions_are_the_numbers_of_each() -> None:
    both = actions.numbers(["created", "deleted"])
    assert sorted(both) == sorted(actions.numbers(["created"]) + actions.numbers(["deleted"]))
    assert actions.number("created") in both and actions.number("skipped") not in both
