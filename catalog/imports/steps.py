"""The five steps of an import: the current one, the passed ones, and the action of the next button. Knows no request.

    File -> Columns -> Check -> Review -> Result

File, Columns and Check belong to a person: what they choose there is the import's draft until they press Import. Review
and Result follow from the import's state.
"""

from dataclasses import dataclass

from catalog.models import ACTIVE_STATES, Import
from catalog.notation import plural

LABELS = {"file": "File", "columns": "Columns", "check": "Check", "review": "Review", "result": "Result"}
CHOSEN = ("file", "columns", "check")
"""The steps in which a person chooses; they can be opened again as long as the file is kept and nothing works on it."""

SOME = {"create": "Create new products", "update": "Update existing products", "delete": "Delete the listed products"}
"""What the last button does in modes in which other products of the file are skipped, so that no count is known."""


@dataclass(frozen=True)
class Step:
    """One step as the bar shows it; `status` is done, passed (by itself), current or waiting."""

    name: str
    status: str
    opens: bool = False  # whether a person may open it

    @property
    def label(self) -> str:
        """The name of a step in the bar."""
        return LABELS[self.name]


def is_open(row: Import) -> bool:
    """Whether a person may choose how its file is read: it waits, or it has ended, and its file is kept."""
    is_gone = row.pruned_at or row.sha256 == "" and not row.held
    if is_gone or row.rerun:
        return False
    return row.held or row.state not in ACTIVE_STATES or row.state == "review"


def at(row: Import, wanted: str = "", *, asks: bool = False) -> str:
    """The step that a page shows: the one that is wanted, if it can be opened, or where the import is by itself.

    `asks`: its columns leave something open.
    """
    if wanted in CHOSEN and is_open(row):
        return wanted
    if row.state == "queued" and row.held:
        return "columns" if asks else "check"
    if row.state == "review" or row.state in ACTIVE_STATES and row.options.get("review") and row.decision is None:
        return "review"
    return "result"


def bar(row: Import | None, current: str) -> list[Step]:
    """All steps, with their status while the step `current` is shown; without an import only File is open."""
    here = list(LABELS).index(current)
    return [
        Step(name, _status(row, name, place - here), opens=row is not None and _opens(row, name, current))
        for place, name in enumerate(LABELS)
    ]


def _status(row: Import | None, name: str, distance: int) -> str:
    if distance == 0:
        return "current"
    if row is None:
        return "waiting"
    if row.held and row.state == "queued":
        before = "passed" if name == "columns" and not row.draft else "done"
        return before if distance < 0 else "waiting"
    return _status_of_started(row, name)


def _status_of_started(row: Import, name: str) -> str:
    """The status of a step of an import that was started; a step that is opened again was done before."""
    if row.sha256 == "" and row.state not in ACTIVE_STATES and name != "result":
        return "waiting"  # the file never arrived
    reached = {"review": row.review != {} or row.state == "review", "result": row.state not in ACTIVE_STATES}
    if reached.get(name, True):
        return "done"
    is_passed = name == "review" and row.state not in ("queued", "reading", "review")
    return "passed" if is_passed else "waiting"


def _opens(row: Import, name: str, current: str) -> bool:
    if name == current:
        return False
    if name in CHOSEN:
        return is_open(row)
    started = not (row.held and row.state == "queued")
    return started and name == at(row)


def button(row: Import, count: int | None, *, mode: str, review: bool) -> str:
    """The label of the last button before the import. `count` is the number of products; None if it is not known."""
    if review or row.state == "review":
        return "Prepare the review"
    again = " again" if row.state in ("completed", "undone") else ""
    return SOME.get(mode, f"Import {plural(count, 'product') if count else 'products'}") + again
