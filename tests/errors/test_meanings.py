"""Every error of a service is in the table, and pages, API and commands do what the table says."""

import pytest
from flask import Flask

from catalog import importer
from catalog.changes import log as change_log
from catalog.cli.backend import service_errors
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.remote import http
from catalog.errors import meanings
from catalog.errors.kinds import KINDS
from catalog.imports import reviews
from catalog.imports.intake import receive, uploads
from catalog.imports.rejected import corrections
from catalog.imports.sources import registry, schedule
from catalog.imports.waiting import turn
from catalog.models import Product
from catalog.people import invitations
from catalog.products import editing
from tests.conftest import create


def example(kind: type[Exception]) -> Exception:
    """An error of this class, as a service raises it."""
    product = Product(id=7, sku="A1", version=3)
    made = {
        corrections.Wrong: lambda: corrections.Wrong("cells", "2 cells where the file has 3."),
        editing.Invalid: lambda: editing.Invalid({"price": "Not a price."}),
        editing.SkuTaken: lambda: editing.SkuTaken(product),
        editing.Stale: lambda: editing.Stale(product),
        importer.BadChoice: lambda: importer.BadChoice("template", "There is no template x."),
        receive.SameFile: lambda: receive.SameFile(create("sku,name\n")),
        registry.Invalid: lambda: registry.Invalid({"url": "Not a URL."}),
        reviews.Conflicts: lambda: reviews.Conflicts(2),
        schedule.Invalid: lambda: schedule.Invalid("time_zone", "Not a time zone."),
        uploads.Misplaced: lambda: uploads.Misplaced(5),
    }
    if kind in made:
        return made[kind]()
    return (
        kind()
        if kind in (change_log.Busy, uploads.Gone, invitations.Taken, turn.BadPriority) or meanings.TABLE[kind].words
        else kind("Say this.")
    )


def test_every_kind_of_the_table_is_known() -> None:
    assert {meaning.kind for meaning in meanings.TABLE.values()} <= {*KINDS}


@pytest.mark.parametrize("kind", meanings.TABLE, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_each_door_gives_what_the_table_says(app: Flask, kind: type[Exception]) -> None:
    error, meaning = example(kind), meanings.TABLE[kind]
    known, words = KINDS[meaning.kind], meanings.words(error)
    assert words.strip()
    with app.test_request_context("/products"):
        page = app.make_response(app.handle_user_exception(error))
    assert page.status_code == known.status
    with app.test_request_context("/api/v1/products"):
        answer = app.make_response(app.handle_user_exception(error))
    told = answer.json
    assert (answer.status_code, told["kind"], told["detail"]) == (known.status, meaning.kind, words)
    assert [(one["field"], one["message"]) for one in told.get("errors", [])] == meanings.wrong(error)
    for seen in (page, answer):
        assert seen.headers.get("Retry-After", "0") == str(known.retry_seconds)
    with pytest.raises(Failure) as here, service_errors.reported():
        raise error
    elsewhere = http.failure(answer.data, answer.status_code, "https://shop.example")
    for failed in (here.value, elsewhere):
        assert (failed.message, failed.kind, failed.exit_code) == (words, meaning.kind, known.exit_code)


def test_what_programs_need_to_go_on_is_beside_the_words(app: Flask) -> None:
    with app.test_request_context("/api/v1/products"):
        stale, taken, same = (
            app.make_response(app.handle_user_exception(example(kind)))
            for kind in (editing.Stale, editing.SkuTaken, receive.SameFile)
        )
    assert stale.headers["ETag"] == '"3"'
    assert taken.json["product_id"] == 7
    assert same.json["same_as"] == 1
