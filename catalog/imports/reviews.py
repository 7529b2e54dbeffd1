"""An import in review: its plan, conflicts, and the user's decision."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from psycopg2.errors import UndefinedColumn, UndefinedTable
from sqlalchemy import Connection, text

from catalog import importer
from catalog.imports import control, scratch_tables
from catalog.imports.states import decisions
from catalog.models import Import, Page, db
from catalog.notation import noun_of, number
from catalog.people import Actor, audit
from catalog.runtime import pubsub, queue

PAGE = 50
APPLY, SKIP, OVERWRITE, AGAIN = "apply", "skip", "overwrite", "again"
CHOICES = (SKIP, OVERWRITE, AGAIN)
"""What becomes of products that changed since the plan: left alone, overwritten, or everything is planned again."""

CHOOSE = text("""
UPDATE imports SET
    review = review || jsonb_build_object('chosen', coalesce(review -> 'chosen', '{}') || CAST(:chosen AS jsonb))
WHERE id = :id AND state = 'review'
""")


Chosen = dict[int, str]
"""SKIP or OVERWRITE for single products, by the `n` of their lines in the plan."""


class NotWaiting(Exception):
    """The import does not wait for a decision: another request was faster, or it never did."""


class Conflicts(Exception):
    """Products changed since the plan was made, and there is no decision about them."""

    def __init__(self, count: int) -> None:
        self.count = count
        products = noun_of(count, "product")
        super().__init__(
            f"{number(count)} {products} changed since the plan was made. Skip or overwrite them, or plan again."
        )


@dataclass(frozen=True)
class Review:
    """Why an import waits, and the decisions about its plan."""

    reasons: list[str]
    kept: importer.StoredPlan
    chosen: dict[int, str] = field(default_factory=dict)  # line of the plan -> SKIP or OVERWRITE

    def to_json(self) -> dict[str, Any]:
        """The JSON that is stored with the import."""
        return {"reasons": self.reasons, **asdict(self.kept)}

    @classmethod
    def of(cls, row: Import) -> "Review":
        """The review of an import; an empty one if it never waited."""
        names = ("rows", "change_set_id", "product_id")
        kept = importer.StoredPlan(**{name: row.review.get(name, 0) for name in names})
        chosen = {int(n): what for n, what in row.review.get("chosen", {}).items()}
        return cls(row.review.get("reasons", []), kept, chosen)


def scratch(row: Import) -> str:
    """The prefix of the names of the waiting plan's tables. Raises NotWaiting."""
    if row.state not in ("review", "applying") or row.plan_epoch is None:
        raise NotWaiting("This import is not waiting for a decision.")
    return f"import_{row.id}_{row.plan_epoch}"


def page(row: Import, wanted: importer.Wanted, limit: int = PAGE) -> Page[importer.Line]:
    """A part of the plan, old to new. Raises NotWaiting."""
    name, kept = scratch(row), Review.of(row).kept
    found: list[importer.Line] = []
    with _reading() as cursor:
        found = importer.page(cursor, name, kept, wanted, limit + 1)
    more = found[limit - 1].n if len(found) > limit else None
    parts = row.understood.get("members", ())
    return Page([_placed(line, parts) for line in found[:limit]], more)


def _placed(line: importer.Line, parts: Sequence[Any]) -> importer.Line:
    """A line of the plan with its line in its file, if files were joined."""
    if not parts or line.line is None:
        return line
    member, number = importer.placed(parts, line.line)
    line = replace(line, line=number, member=member)
    if not line.overwritten_by:
        return line
    other, by = importer.placed(parts, line.overwritten_by)
    return replace(line, overwritten_by=by, overwritten_in=other)


def choose(actor: Actor, row: Import, chosen: Chosen) -> None:
    """Decide about single products that changed since the plan, for a later `apply`. Raises NotWaiting."""
    with db.engine.begin() as connection:
        _choose(row, chosen, connection)
        audit.write(actor, "review choices", f"import {row.id}, products: {len(chosen)}", connection)


def _choose(row: Import, chosen: Chosen, connection: Connection) -> None:
    values = {"id": row.id, "chosen": json.dumps(chosen)}
    db.session.rollback()
    if not connection.execute(CHOOSE, values).rowcount:
        raise NotWaiting("This import is not waiting for a decision.")


def conflicts(row: Import) -> int:
    """How many products of the plan changed since it was made. Raises NotWaiting."""
    return _count(row, {})


def undecided(row: Import) -> int:
    """How many conflicts have no decision. Raises NotWaiting."""
    return _count(row, Review.of(row).chosen)


def _count(row: Import, but: dict[int, str]) -> int:
    name, kept, found = scratch(row), Review.of(row).kept, 0
    with _reading() as cursor:
        found = importer.count_conflicts(cursor, name, kept, but)
    return found


def apply(actor: Actor, row: Import, choice: str = "", chosen: Chosen | None = None) -> None:
    """Let a worker carry out the plan, after storing the decisions about single products.

    Raises NotWaiting, and Conflicts where a choice (one of CHOICES) is needed.
    """
    chosen = chosen or {}
    decided = Review.of(row).chosen | chosen
    if not choice and (count := _count(row, decided)):
        if chosen:
            choose(actor, row, chosen)
        raise Conflicts(count)
    db.session.rollback()
    if chosen:
        with db.engine.begin() as connection:
            _choose(row, chosen, connection)
    if choice == AGAIN:
        plan_again(actor, row)
    else:
        rest = SKIP if decided else APPLY
        _go_on(row.id, decisions.apply(actor, row.id, choice or rest))


def plan_again(actor: Actor, row: Import, options: importer.Options | None = None) -> None:
    """Read the stored file again for another plan that waits, perhaps with other options. Raises NotWaiting."""
    db.session.rollback()
    _go_on(row.id, decisions.plan_again(actor, row.id, options))
    scratch_tables.sweep()


def discard(actor: Actor, row: Import) -> None:
    """Discard an import that waits with its plan or for an answer. The catalog is unchanged. Raises NotWaiting."""
    waits = row.held or row.state == "review"
    if not waits or not control.cancel(actor, row.id, "discarded"):
        raise NotWaiting("This import is not waiting for a decision.")
    scratch_tables.sweep()


def _go_on(import_id: int, decided: bool) -> None:
    """Queue the import, if it waited for the decision. Raises NotWaiting."""
    if not decided:
        raise NotWaiting("This import is no longer waiting for a decision.")
    pubsub.ring(queue.connection(), f"import:{import_id}")
    queue.enqueue(queue.IMPORTS, "run_import", import_id)


@contextmanager
def _reading() -> Iterator[Any]:
    """psycopg2's cursor on the session's connection, which is released at the end.

    A backup leaves plans out, and an older Catalog made them otherwise. A missing plan looks empty; if it is
    applied, another plan is made and waits.
    """
    with suppress(UndefinedTable, UndefinedColumn):
        yield db.session.connection().connection.cursor()
    db.session.rollback()
