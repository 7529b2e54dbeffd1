"""Workers take waiting imports in a fair order, whatever rings. `test_crashes` shows that they read side by side."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from catalog import jobs
from catalog.imports import control
from catalog.imports.run import turns
from catalog.imports.waiting import rows
from catalog.models import db
from catalog.people import COMMAND_LINE, users
from catalog.runtime import Settings
from catalog.runtime.work import queue
from tests.conftest import PASSWORD, create


def people(count: int) -> list[int]:
    """The ids of new users."""
    return [users.create(COMMAND_LINE, f"{n}@example.com", PASSWORD, "editor").id for n in range(count)]


def sent(user_id: int | None, name: str = "x", **values: object) -> int:
    """The id of a new import of a user, in the queue."""
    row = create(f"sku,name\n{name},Lamp\n")
    for key, value in {"user_id": user_id, **values}.items():
        setattr(row, key, value)
    db.session.commit()
    return row.id


def served() -> list[int]:
    """Ids of imports in the order in which workers took them."""
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT import_id FROM import_events WHERE kind = 'taken' ORDER BY id")))


def bells(app: Flask) -> list[str]:
    return Queue(queue.IMPORTS, connection=app.extensions["redis"], serializer=JSONSerializer).job_ids


def test_users_take_turns_whatever_rings(app: Flask) -> None:
    ann, ben = people(2)
    first, second, third = (sent(ann) for _ in range(3))
    late = sent(ben)
    urgent = sent(ann, priority="high")
    for bell in (first, second, third, late, urgent):
        jobs.run_import(bell)
    assert served() == [urgent, late, first, second, third]
    assert {control.get(number).state for number in served()} == {"completed"}


@pytest.fixture
def limited(app: Flask) -> Iterator[Flask]:
    """A Catalog in which each user runs one import at a time."""
    before: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"user_imports": 1})
    yield app
    app.config["SETTINGS"] = before


def test_a_user_at_the_limit_lets_others_go_first_and_goes_on_afterwards(limited: Flask) -> None:
    ann, ben = people(2)
    running, waiting, other = sent(ann), sent(ann), sent(ben)
    with db.engine.begin() as connection:
        lease = text(
            "UPDATE imports SET state = 'reading', lease_expires_at = now() + interval '1 hour' WHERE id = :id"
        )
        connection.execute(lease, {"id": running})
    jobs.run_import(waiting)
    jobs.run_import(waiting)
    assert served() == [other]
    limited.extensions["redis"].flushdb()
    control.ring_next()
    assert control.ring_abandoned() == 0 and bells(limited) == []
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET state = 'completed' WHERE id = :id"), {"id": running})
    control.ring_next()
    assert [name.rsplit("-", 1)[0] for name in bells(limited)] == [f"run_import-{waiting}"]


def test_the_end_of_an_import_rings_for_the_next(app: Flask) -> None:
    one, two = sent(people(1)[0]), sent(None)
    app.extensions["redis"].flushdb()
    jobs.run_import(one)
    assert len(served()) == 1 and len(bells(app)) == 1
    jobs.run_import(two)
    assert sorted(served()) == [one, two]


def test_a_bell_for_a_running_job_does_not_end_with_it(app: Flask) -> None:
    """RQ deletes a job by its id when it ends: a second one of the same id would be gone."""
    import_id = sent(None)
    (before,) = bells(app)
    assert queue.enqueue(queue.IMPORTS, "run_import", import_id) == [] and bells(app) == [before]
    Queue(queue.IMPORTS, connection=app.extensions["redis"], serializer=JSONSerializer).remove(before)
    assert (control.ring_abandoned(), control.ring_abandoned()) == (1, 0)
    assert before not in bells(app) and len(bells(app)) == 1


def test_a_command_runs_its_own_import_whosever_turn_it_is(app: Flask) -> None:
    sent(None, priority="high")
    mine = sent(None)
    turns.run(mine)
    assert served() == [mine]


def test_two_workers_never_choose_at_once(app: Flask) -> None:
    """The second sees what the first took, so that it takes the import of another user."""
    ann, ben = people(2)
    ids = [sent(ann), sent(ann), sent(ben)]

    def choose() -> int | None:
        with app.app_context(), rows.turn() as chosen:
            taken = text(
                "UPDATE imports SET served_at = now(), lease_expires_at = now() + interval '1 h' WHERE id = :id"
            )
            with db.engine.begin() as connection:
                connection.execute(taken, {"id": chosen})
            return chosen

    with ThreadPoolExecutor(3) as pool:
        chosen = [future.result() for future in [pool.submit(choose) for _ in range(3)]]
    assert sorted(chosen) == ids
    with app.app_context(), rows.turn() as left:
        assert left is None
