"""The place of a waiting import and its expected start: never a time that nothing tells."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.imports import control
from catalog.imports.report import progress
from catalog.imports.waiting import forecast, order
from catalog.imports.waiting.forecast import Pace, Running
from catalog.imports.waiting.queue_place import Place
from catalog.imports.waiting.rows import Line
from catalog.models import db
from tests.conftest import create

MIB = 1024**2
PACE = Pace([(MIB, 1.0), (2 * MIB, 2.4), (100 * MIB, 40.0)])


def waiting(*users: int, size: int = MIB) -> list[order.Waiting]:
    """An import of each of these users, in this order."""
    return [order.Waiting(n, user, "", "normal", float(n), size) for n, user in enumerate(users, 1)]


def starts(line: Line, pace: Pace = PACE, workers: int = 1, limit: int = 0) -> dict[int, tuple[int, float | None]]:
    """Id -> place and seconds until the start."""
    places = forecast.play(line, pace, workers, limit, now=100.0)
    return {
        one: (place.number, None if place.seconds is None else round(place.seconds, 1)) for one, place in places.items()
    }


@pytest.mark.parametrize(
    "place, words",
    [
        (Place(1), "Next in the queue"),
        (Place(2, 0.0), "2nd in the queue, starts in a few seconds"),
        (Place(3, 118.0), "3rd in the queue, starts in about 2 minutes"),
        (Place(11, 33.0), "11th in the queue, starts in about 35 seconds"),
        (Place(21, 56.0), "21st in the queue, starts in about 1 minute"),
        (Place(4, 7300.0), "4th in the queue, starts in about 2 hours"),
    ],
)
def test_a_place_in_words(place: Place, words: str) -> None:
    assert place.words == words


def test_files_of_a_similar_size_tell_how_long_one_takes() -> None:
    assert PACE.seconds(MIB) == pytest.approx(1.4)
    assert PACE.seconds(3 * MIB) == pytest.approx(3.8)
    assert PACE.seconds(200 * MIB) == pytest.approx(80.2)
    assert PACE.seconds(10) is None  # a file of a thousandth of the size tells nothing
    assert Pace([(10, 0.3)]).seconds(60_000) == pytest.approx(0.5)  # small ones take the same time


def test_each_starts_when_a_worker_is_free() -> None:
    running = Running((1, ""), 50 * MIB, 50.0, 1, 30.0)
    line = Line(waiting(1, 1, 2), [running], order.Shares())
    line.shares.start(running.group, 0.0)
    assert starts(line) == {3: (1, 30.0), 1: (2, 31.4), 2: (3, 32.8)}
    line = Line(waiting(1, 1, 2), [], order.Shares())
    assert starts(line, workers=2) == {1: (1, 0.0), 3: (2, 0.0), 2: (3, 1.4)}


def test_a_limit_holds_back_the_imports_of_its_user_only() -> None:
    assert starts(Line(waiting(1, 1, 2, 2), [], order.Shares()), workers=4, limit=1) == {
        1: (1, 0.0),
        3: (2, 0.0),
        2: (3, 1.4),
        4: (4, 1.4),
    }


def test_without_history_or_workers_there_is_a_place_and_no_time() -> None:
    line = Line(waiting(1, 1), [], order.Shares())
    assert starts(replace(line, shares=order.Shares()), Pace()) == {1: (1, 0.0), 2: (2, None)}
    assert starts(replace(line, shares=order.Shares()), workers=0) == {1: (1, None), 2: (2, None)}
    begun = Running((2, ""), 10, 0.0, 1, 3.0)
    line = Line(waiting(1), [begun], order.Shares())
    line.shares.start(begun.group, 0.0)
    assert starts(line, PACE) == {1: (1, None)}


def test_a_thousand_waiting_imports_are_placed_at_once() -> None:
    line = Line(waiting(*(n % 20 for n in range(1500))), [], order.Shares())
    assert len(starts(line)) == forecast.MOST


def test_an_import_that_waits_says_its_place_and_one_that_has_a_worker_does_not(app: Flask) -> None:
    ids = [create(f"sku,name\n{n},Lamp\n").id for n in range(2)]
    shown = progress.of(control.get(ids[1]))
    assert (shown.place, shown.note) == ("2nd in the queue", "2nd in the queue.")
    with db.engine.begin() as connection:
        lease = text("UPDATE imports SET state = 'reading', lease_expires_at = now() + interval '1 h' WHERE id = :id")
        connection.execute(lease, {"id": ids[0]})
    forecast.forget()
    assert progress.of(control.get(ids[0])).place == ""
    assert progress.of(control.get(ids[1])).place == "Next in the queue"
    assert progress.of(create("sku,name\nB,x\n", held=True)).place == ""
