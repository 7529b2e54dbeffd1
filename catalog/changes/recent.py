"""What has changed in the catalog lately, in plain counts: for a list that is open while others work."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from catalog.models import ChangeSet, db

BY_HAND = ("create", "edit", "delete")


@dataclass(frozen=True)
class News:
    """What others have done after a change set."""

    change_sets: int
    products: int
    kind: str  # of the only change set; of several: mixed


def newest() -> int:
    """The last change set that is committed. All later ones have higher numbers."""
    return db.session.scalar(select(func.max(ChangeSet.id))) or 0


def since(change_set_id: int, user_id: int) -> News | None:
    """What has changed after this change set, but for what this user did by hand: they know."""
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
    """What people call a change set: the import that it came from, else its own number."""
    query = select(ChangeSet.import_id).where(ChangeSet.id == change_set_id)
    import_id = db.session.scalar(query)
    return f"import {import_id}" if import_id else f"change {change_set_id}"
