"""The audit log is only added to, and pruned by age."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.models import db
from catalog.people import Actor, audit

OLD = """
INSERT INTO audit_events (action, at)
VALUES ('sign-out', now() - interval '400 days'), ('sign-out', now() - interval '8 days')
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET subject = 'nothing'",
        "UPDATE audit_events SET user_id = NULL, email = ''",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ],
)
def test_the_audit_log_can_neither_be_changed_nor_emptied(app: Flask, statement: str) -> None:
    audit.record(Actor("page", email="ann@example.com"), "sign-in", "here")
    with pytest.raises(DBAPIError, match="only added to"), db.engine.begin() as connection:
        connection.execute(text(statement))
    (event,) = audit.page().rows
    assert (event.email, event.subject) == ("ann@example.com", "here")


def test_what_is_older_than_is_kept_is_pruned(app: Flask) -> None:
    audit.record(Actor("page"), "sign-in")
    with db.engine.begin() as connection:
        connection.execute(text(OLD))
    assert (audit.prune(), len(audit.page().rows)) == (1, 2)
