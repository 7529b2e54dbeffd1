"""Recent changes by others, for an open list or form: how many, and by whom."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from catalog.models import ChangeSet, db

BY_HAND = ("create", "edit", "delete")
HOW = {"api": " through the API", "cli": " on the command line"}
RUNS = {"bulk": "A bulk job", "undo": "An undo"}


@dataclass(frozen=True)
class Author:
    """Who made a change, for a sentence: `name` changed this product`how`."""

    name: str
    how: str = ""
    is_you: bool = False


@dataclass(frozen=True)
class News:
    """Changes by others after a change set."""

    change_sets: int
    products: int
    kind: str  # the kind of the only change set; several: mixed
    author: Author | None  # of the only change set


def newest() -> int:
    """The last change set that is committed. All later ones have higher numbers."""
    return db.session.scalar(select(func.max(ChangeSet.id))) or 0


def since(change_set_id: int, user_id: int) -> News | None:
    """Changes after this change set, except edits by this user; None if there are none."""
    own = and_(ChangeSet.user_id == user_id, ChangeSet.kind.in_(BY_HAND))
    products = ChangeSet.created + ChangeSet.updated + ChangeSet.deleted
    found = db.session.execute(
        select(ChangeSet.id, ChangeSet.kind, products).where(
            ChangeSet.id > change_set_id, products > 0, or_(ChangeSet.user_id.is_(None), ~own)
        )
    ).all()
    if not found:
        return None
    alone, kind, _ = found[0]
    author = author_of(alone, user_id) if len(found) == 1 else None
    return News(len(found), sum(count for *_, count in found), kind if author else "mixed", author)


def author_of(change_set_id: int, user_id: int) -> Author:
    """Who made a change, told to this user: an import or a job, the user in another tab, or someone else."""
    change_set = db.session.get_one(ChangeSet, change_set_id)
    how = HOW.get(change_set.source, "")
    if change_set.kind in RUNS or change_set.import_id:
        return Author(RUNS.get(change_set.kind) or f"Import {change_set.import_id}")
    if change_set.user is None:
        return Author("Someone", how)
    if change_set.user_id == user_id:
        return Author("You", how or " in another tab", is_you=True)
    return Author(change_set.user.email, how)


def title(change_set_id: int) -> str:
    """The name of a change set for people: its import, else its own number."""
    query = select(ChangeSet.import_id).where(ChangeSet.id == change_set_id)
    import_id = db.session.scalar(query)
    return f"import {import_id}" if import_id else f"change {change_set_id}"
