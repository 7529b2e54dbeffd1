"""Reviews over the API: a plan is read page by page, applied or discarded."""

import pytest

from catalog.imports.run import breakers, whole_file
from tests.support.programs import Program, problem
from tests.support.shop import SHOP, edit
from tests.web.api.test_imports import send

FILE = b"sku,name,price\na,Lamp,1.50\nB,Chair,2\nD,Desk,4\n,x,\n"


@pytest.fixture
def waiting(writer: Program) -> str:
    """An import that waits with its plan."""
    whole_file.run(send(writer, SHOP.encode()).json["id"])
    number = send(writer, FILE, review="true").json["id"]
    whole_file.run(number)
    return f"/imports/{number}"


def test_a_plan_is_read_page_by_page_and_applied(writer: Program, reader: Program, waiting: str) -> None:
    row = reader.ask("GET", waiting).json
    assert (row["state"], row["reasons"]) == ("review", [breakers.ASKED.message])
    assert (row["created"], row["updated"], row["rejected"]) == (1, 2, 1)
    first = reader.ask("GET", f"{waiting}/plan?limit=1").json
    assert first["lines"] == [
        {
            "n": 1,
            "action": "updated",
            "line": 2,
            "product_id": 1,
            "sku": "a",
            "name": "Lamp",
            "conflict": False,
            "member": "",
            "cells": [
                {"field": "sku", "old": "A", "new": "a", "now": None},
                {"field": "price", "old": "1", "new": "1.50", "now": None},
            ],
            "overwritten_by": None,
            "overwritten_in": "",
        }
    ]
    more = f"{waiting}/plan?cursor={first['next_cursor']}"
    rest = reader.ask("GET", more).json
    assert [line["sku"] for line in rest["lines"]] == ["B", "D"]
    assert rest["next_cursor"] is None
    found = reader.ask("GET", f"{waiting}/plan?q=desk&action=created&field=").json
    assert [line["sku"] for line in found["lines"]] == ["D"]
    assert writer.ask("POST", f"{waiting}/apply").status_code == 202
    whole_file.run(row["id"])
    assert reader.ask("GET", waiting).json["state"] == "completed"
    problem(reader.ask("GET", f"{waiting}/plan"), 409, "not_waiting")
    problem(writer.ask("POST", f"{waiting}/apply", {}), 409, "not_waiting")


def test_conflicts_are_decided_one_by_one(writer: Program, waiting: str) -> None:
    edit("B", name="Sofa")
    (line,) = writer.ask("GET", f"{waiting}/plan?conflicts=true").json["lines"]
    assert [(c["new"], c["now"]) for c in line["cells"] if c["field"] == "name"] == [("Chair", "Sofa")]
    each = {"each": {str(line["n"]): "overwrite"}}
    assert writer.ask("POST", f"{waiting}/apply", each).status_code == 202
    whole_file.run(int(waiting.rsplit("/", 1)[1]))
    assert writer.ask("GET", "/products?sku=B").json["products"][0]["name"] == "Chair"


def test_conflicts_want_a_choice(writer: Program, waiting: str) -> None:
    edit("B", name="Sofa")
    problem(writer.ask("POST", f"{waiting}/apply", {}), 409, "conflicts")
    found = writer.ask("GET", f"{waiting}/plan?conflicts=true").json["lines"]
    assert [(line["sku"], line["conflict"]) for line in found] == [("B", True)]
    answer = writer.ask("POST", f"{waiting}/apply", {"conflicts": "skip"})
    assert (answer.status_code, answer.json["state"]) == (202, "applying")
    whole_file.run(answer.json["id"])
    assert writer.ask("GET", waiting).json["skipped"] == 1


def test_cancel_discards(writer: Program, waiting: str) -> None:
    answer = writer.ask("POST", f"{waiting}/cancel")
    row = answer.json
    assert (row["state"], row["created"], row["reasons"]) == ("cancelled", 0, [])


def test_the_choices_of_modes_and_blanks(writer: Program, waiting: str) -> None:
    number = send(writer, mode="sync", absent="delete", confirmed="true", blank=["keep", "price=clear"]).json["id"]
    options = writer.ask("GET", f"/imports/{number}").json["options"]
    assert [options[name] for name in ("mode", "absent", "confirmed", "blank", "blanks")] == [
        "sync",
        "delete",
        True,
        "keep",
        {"price": "clear"},
    ]
    problem(send(writer, blank="perhaps"), 422, "invalid")
