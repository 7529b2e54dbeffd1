"""Uploads whose storage does not answer: an import waits, however often a worker tries in vain."""

from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.imports import control
from catalog.imports.intake import uploads
from catalog.imports.run import whole_file
from catalog.models import db
from catalog.runtime import storage
from catalog.runtime.work import run as work
from tests.conftest import catalog, create


def test_an_import_waits_for_its_file_however_long_the_storage_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = create("sku,name\nA1,Lamp\n")

    def away(*_: object) -> AbstractContextManager[Any]:
        raise storage.Away("The bucket does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(type(uploads.storage()), "open", away)
        for _ in range(work.MOST_TAKES + 2):
            whole_file.run(row.id)
            with db.engine.begin() as connection:  # the lease of the worker that tried ends by itself
                connection.execute(text("UPDATE imports SET lease_expires_at = now() - interval '1 s'"))
            waiting = control.get(row.id)
            assert waiting is not None and waiting.state == "reading", waiting and waiting.error
            db.session.rollback()
    whole_file.run(row.id)
    db.session.rollback()
    ended = control.get(row.id)
    assert ended is not None and ended.state == "completed"
    assert [product[0] for product in catalog()] == ["A1"]
