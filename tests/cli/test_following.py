"""What a command shows of an import that it follows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from catalog.cli.backend import following
from catalog.cli.backend.protocol import Backend


class Queue:
    """A Catalog in which an import waits, moves up, and is completed."""

    pace = 0.01

    def __init__(self) -> None:
        base = {"phase": "received", "rows": 0, "percent": 0.0, "questions": []}
        waits = [base | {"state": "queued", "queue_place": n, "starts_in": s} for n, s in ((3, 118.0), (2, None))]
        self.rows = [*waits, base | {"state": "completed", "percent": 100.0, "rows": 7, "phase": "applying"}]

    def look(self, number: int) -> dict[str, Any]:
        """The next step of the import."""
        return self.rows.pop(0)

    @contextmanager
    def working(self, number: int) -> Iterator[Callable[[], bool]]:
        """A worker has it."""
        yield lambda: True


def test_a_waiting_import_says_its_place_beside_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert following.follow(cast(Backend, Queue()), 1, "spring.csv")["state"] == "completed"
    shown = capsys.readouterr().err
    assert "| 3rd in the queue, starts in about 2 minutes" in shown and "| 2nd in the queue" in shown
