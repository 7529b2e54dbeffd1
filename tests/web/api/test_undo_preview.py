"""Before an undo a program may ask what it would do."""

from tests.support.programs import Program, problem


def test_what_an_undo_would_do_is_told(writer: Program) -> None:
    writer.ask("POST", "/products", {"sku": "A1", "name": "x"})
    told = writer.ask("GET", "/changes/1/undo").json
    assert (told["deleted"], told["skipped"], told["kept"]) == (1, 0, [])
    writer.ask("PATCH", "/products/1", {"name": "y"}, headers={"If-Match": "*"})
    told = writer.ask("GET", "/changes/1/undo").json
    assert (told["deleted"], told["skipped"]) == (0, 1)
    assert [(k["sku"], k["reason"]) for k in told["kept"]] == [("A1", "changed")]
    problem(writer.ask("GET", "/changes/9/undo"), 404, "not_found")
