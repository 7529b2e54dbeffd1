"""Search past imports by file, person, hash and number, with filters."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from catalog.imports.intake import uploads
from catalog.imports.report import wording
from catalog.models import ACTIVE_STATES, END_STATES, Import, Page, User, db
from catalog.whole_numbers import LARGEST_ID, whole

PAGE = 50
STATES = (*ACTIVE_STATES, *END_STATES)
MODES = ("upsert", "create", "update", "delete", "sync")


CAME_BACK = and_(Import.state == "cancelled", Import.sha256 == "", Import.same_as_id.is_not(None))
"""A file of rejected rows that was sent again: no import of its own, it leads to the one that rejected them."""


@dataclass(frozen=True)
class Query:
    """Conditions; an import must match all of them. Days are UTC, both included."""

    q: str = ""  # in the file name or the user's address; the start of a hash; a number
    state: str = ""
    mode: str = ""
    outcome: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Query":
        """The query in a query string; invalid values are ignored."""
        words = {
            name: str(values.get(name) or "").replace("\0", "").strip()[:200]
            for name in ("q", "state", "mode", "outcome", "who")
        }
        words["state"] = words["state"] if words["state"] in STATES else ""
        words["mode"] = words["mode"] if words["mode"] in MODES else ""
        known = words["outcome"] in wording.OUTCOMES
        words["outcome"] = words["outcome"] if known else ""
        return cls(**words, since=_day(values.get("since")), until=_day(values.get("until")))

    def arguments(self) -> dict[str, str]:
        """The query as arguments of a query string, without empty ones."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in values.items() if value}


def search(asked: Query, before: int | None = None, limit: int = PAGE) -> Page[Import]:
    """The imports that match, newest first; with `before`, only those with a smaller id."""
    query = select(Import).where(~CAME_BACK).order_by(Import.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Import.id < before)
    found = list(db.session.scalars(_narrowed(query, asked)))
    return Page.of(found, limit, lambda row: row.id)


def _narrowed(query: Select[Any], asked: Query) -> Select[Any]:
    people = select(User.id).where
    if asked.q:
        query = query.where(or_(*_ways(asked.q)))
    if asked.who:
        address = User.email.icontains(asked.who, autoescape=True)
        query = query.where(Import.user_id.in_(people(address)))
    if asked.state:
        query = query.where(Import.state == asked.state)
    if asked.mode:
        query = query.where(Import.options["mode"].astext == asked.mode)
    if asked.outcome:
        query = query.where(Import.outcome == asked.outcome)
    if asked.since:
        query = query.where(Import.created_at >= _begin(asked.since))
    if asked.until:
        query = query.where(Import.created_at < _begin(asked.until) + timedelta(days=1))
    return query


def _ways(q: str) -> list[ColumnElement[bool]]:
    """The conditions by which a text can match an import."""
    people = select(User.id).where(User.email.icontains(q, autoescape=True))
    ways = [
        Import.filename.icontains(q, autoescape=True),
        Import.sha256.startswith(q.lower(), autoescape=True),
        Import.user_id.in_(people),
    ]
    if (number := whole(q.removeprefix("#"), LARGEST_ID)) is not None:
        ways.append(Import.id == number)
    return ways


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def came_back(row: Import) -> bool:
    """Whether it is only a file of rejected rows that was sent again; `same_as_id` is the import that rejected them."""
    return row.state == "cancelled" and not row.sha256 and row.same_as_id is not None


def has_file(row: Import) -> bool:
    """Whether its stored file is still there."""
    return uploads.storage().exists(row.storage_key)
