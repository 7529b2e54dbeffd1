"""What has changed in the catalog lately, in plain counts: for a list that is open while others work."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from catalog.models import ChangeSet, db
from catalog.whole_numbers import whole

LOOK_BACK = 50  # ids before the newest among which a change may still be uncommitted
BY_HAND = ("create", "edit", "delete")


@dataclass(frozen=True)
class Mark:
    """What a page has seen: every committed change set up to the newest, but not the missing ones.

    Ids are handed out at the beginning and seen at the commit: a long import turns up below a later edit.
    """

    newest: int = 0
    missing: tuple[int, ...] = ()

    def __str__(self) -> str:
        return "-".join(str(number) for number in (self.newest, *self.missing))

    @classmethod
    def of(cls, words: str) -> "Mark | None":
        """From what a page sends back; None if it makes no sense."""
        numbers = [whole(n, 2**31 - 1) for n in words.split("-")[: LOOK_BACK + 1]]
        newest, *missing = [n for n in numbers if n is not None] or [0]
        return None if None in numbers else cls(newest, tuple(missing))


@dataclass(frozen=True)
class News:
    """What others have done since a mark."""

    change_sets: int
    products: int
    kind: str  # of the only change set; of several: mixed


def mark() -> Mark:
    """All that is there now has been seen."""
    newest = db.session.scalar(select(func.max(ChangeSet.id))) or 0
    first = max(1, newest - LOOK_BACK)
    seen = set(db.session.scalars(select(ChangeSet.id).where(ChangeSet.id >= first)))
    return Mark(newest, tuple(n for n in range(first, newest) if n not in seen))


def since(seen: Mark, user_id: int) -> News | None:
    """What has changed since, but for what this user did by hand: they know."""
    fresh = or_(ChangeSet.id > seen.newest, ChangeSet.id.in_(seen.missing))
    own = and_(ChangeSet.user_id == user_id, ChangeSet.kind.in_(BY_HAND))
    products = ChangeSet.created + ChangeSet.updated + ChangeSet.deleted
    found = db.session.execute(
        select(ChangeSet.kind, products).where(fresh, products > 0, or_(ChangeSet.user_id.is_(None), ~own))
    ).all()
    if not found:
        return None
    kinds = {kind for kind, _ in found}
    kind = kinds.pop() if len(found) == 1 else "mixed"
    return News(len(found), sum(count for _, count in found), kind)


def title(change_set_id: int) -> str:
    """What people call a change set: the import that it came from, else its own number."""
    query = select(ChangeSet.import_id).where(ChangeSet.id == change_set_id)
    import_id = db.session.scalar(query)
    return f"import {import_id}" if import_id else f"change {change_set_id}"
