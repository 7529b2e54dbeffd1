"""Counts of recent changes, for an open list while other users work."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from catalog.models import ChangeSet, db

BY_HAND = ("create", "edit", "delete")


@dataclass(frozen=True)
class News:
    """Changes by others after a change set."""

    change_sets: int
    products: int
    kind: str  # the kind of the only change set; several: mixed


def newest() -> int:
    """The last change set that is committed. All later ones have higher numbers."""
    return db.session.scalar(select(func.max(ChangeSet.id))) or 0


def since(change_set_id: int, user_id: int) -> News | None:
    """Changes after this change set, except edits by this user; None if there are none."""
    own = and_(ChangeSet.user_id == user_id, ChangeSet.kind.in_(BY_HAND))
    products = ChangeSet.created + ChangeSet.updated + ChangeSet.deleted
    found = db.session.execute(
        select(ChangeSet.kind, products).where(
            ChangeSet.id > change_set_id, products > 0, or_(ChangeSet.user_id.is_(None), ~own)
        )
    ).all()
    if not found:
        return None
    kinds = {kind for kind, _ in found}
    kind = kinds.pop() if len(found) == 1 else "mixed"
    return News(len(found), sum(count for _, count in found), kind)


def title(change_set_id: int) -> str:
    """The name of a change set for people: its import, else its own number."""
    query = select(ChangeSet.import_id).where(ChangeSet.id == change_set_id)
    import_id = db.session.scalar(query)
    return f"import {import_id}" if import_id else f"change {change_set_id}"
