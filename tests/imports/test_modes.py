"""What the rows of a file may do: the mode of an import."""

from collections.abc import Callable

import pytest

from catalog.models import Import
from catalog.people import COMMAND_LINE
from catalog.products.bulk import jobs, tasks
from tests.conftest import catalog, counts

Run = Callable[..., Import]

FILE = "sku,name,price\nA,Lamp,1\nb,Chair,2\nC,Table,3\nc,Desk,4\n,x,\n"


@pytest.fixture
def shop(run_import: Run) -> None:
    """Two products."""
    run_import("sku,name,price,colour\nA,Lamp,1,red\nB,Stool,2,\n")


def names() -> list[object]:
    """Names by SKU."""
    return [row[1] for row in catalog()]


def test_create_only_leaves_what_is_there(shop: None, run_import: Run) -> None:
    row = run_import(FILE, mode="create")
    assert counts(row) == {"rows": 5, "created": 1, "skipped": 2, "duplicates": 1, "rejected": 1}
    assert names() == ["Lamp", "Stool", "Desk"]


def test_update_only_makes_nothing_new(shop: None, run_import: Run) -> None:
    row = run_import(FILE, mode="update")
    assert counts(row) == {"rows": 5, "updated": 1, "unchanged": 1, "skipped": 1, "duplicates": 1, "rejected": 1}
    assert names() == ["Lamp", "Chair"]


def test_delete_takes_a_list_of_skus(shop: None, run_import: Run) -> None:
    row = run_import("sku\nb\nB\nX\n\n", mode="delete")
    assert counts(row) == {"rows": 4, "deleted": 1, "skipped": 1, "duplicates": 1, "blank": 1}
    assert names() == ["Lamp"]


def test_delete_reads_nothing_but_the_sku(shop: None, run_import: Run) -> None:
    row = run_import("sku,name,price\nA,,not a price\n", mode="delete")
    assert counts(row) == {"rows": 1, "deleted": 1}
    assert row.columns == {"sku": "sku", "name": "dropped", "price": "dropped"}


def test_what_an_import_deleted_comes_back(shop: None, run_import: Run) -> None:
    before = catalog()
    row = run_import("sku\na\nb\n", mode="delete")
    assert catalog() == [] and row.change_set_id is not None
    undone = jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id))
    assert catalog() == before and undone.created == 2


def test_the_same_delete_again_skips_all(shop: None, run_import: Run) -> None:
    run_import("sku\na\nb\n", mode="delete")
    assert counts(run_import("sku\na\nb\n", mode="delete")) == {"rows": 2, "skipped": 2}
