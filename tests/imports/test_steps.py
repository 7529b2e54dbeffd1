"""Which step an import is at, which were passed, and what its button says."""

from typing import Any

import pytest

from catalog.imports import steps
from catalog.models import Import


def row(state: str, **values: Any) -> Import:
    """An import as its row has it."""
    return Import(**{"state": state, "options": {}, "held": False, "review": {}} | values)


@pytest.mark.parametrize(
    ("made", "asks", "step"),
    [
        (row("queued", held=True), True, "columns"),
        (row("queued", held=True), False, "check"),
        (row("queued"), False, "result"),
        (row("reading", options={"review": True}), False, "review"),
        (row("reading", options={"review": True}, decision="apply"), False, "result"),
        (row("review"), False, "review"),
        (row("applying", decision="apply"), False, "result"),
        (row("completed"), False, "result"),
        (row("failed"), True, "result"),
    ],
)
def test_an_import_is_at_one_step(made: Import, asks: bool, step: str) -> None:
    assert steps.at(made, asks=asks) == step


def test_a_step_is_opened_again_while_nothing_works_on_the_file() -> None:
    for state in ("review", "completed", "failed", "cancelled", "undone"):
        assert steps.at(row(state), "columns") == "columns"
    assert steps.at(row("reading"), "columns") == "result"
    assert steps.at(row("queued"), "check") == "result"
    assert steps.at(row("completed", pruned_at=1), "columns") == "result"
    assert steps.at(row("completed", rerun={"state": "completed"}), "columns") == "result"
    assert steps.at(row("review"), "result") == "review"


def statuses(made: Import | None, current: str) -> str:
    """The bar in a line; what opens is in brackets."""
    return " ".join(f"[{one.status}]" if one.opens else one.status for one in steps.bar(made, current))


def test_the_bar_says_what_was_passed_and_what_opens() -> None:
    assert statuses(None, "file") == "current waiting waiting waiting waiting"
    held = row("queued", held=True)
    assert statuses(held, "columns") == "[done] current [waiting] waiting waiting"
    assert statuses(held, "check") == "[done] [passed] current waiting waiting"
    chosen = row("queued", held=True, draft={"options": {}})
    assert statuses(chosen, "check") == "[done] [done] current waiting waiting"
    assert statuses(row("reading"), "result") == "done done done waiting current"
    assert statuses(row("review"), "review") == "[done] [done] [done] current waiting"
    assert statuses(row("review"), "check") == "[done] [done] current [done] waiting"
    assert statuses(row("completed"), "result") == "[done] [done] [done] passed current"
    assert statuses(row("failed", sha256=""), "result") == "waiting waiting waiting waiting current"
    looked = row("completed", review={"reasons": ["You asked for it."]})
    assert statuses(looked, "result") == "[done] [done] [done] done current"
    assert statuses(looked, "columns") == "[done] current [done] done [done]"


def test_the_button_says_what_it_does() -> None:
    held = row("queued", held=True)
    assert steps.button(held, 1140, mode="upsert", review=False) == "Import 1,140 products"
    assert steps.button(held, 1, mode="upsert", review=False) == "Import 1 product"
    assert steps.button(held, None, mode="upsert", review=False) == "Import products"
    assert steps.button(held, 2, mode="delete", review=False) == "Delete the listed products"
    assert steps.button(held, 2, mode="sync", review=True) == "Prepare the review"
    assert steps.button(row("review"), 2, mode="upsert", review=False) == "Prepare the review"
    assert steps.button(row("completed"), 2, mode="upsert", review=False) == "Import 2 products again"
