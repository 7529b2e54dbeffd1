"""Find products: filters, pages of the list, counts, and streams of all matches."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import CatalogTotal, ChangeSet, Product, SearchBuild, SearchSegment, db
from catalog.products.search import asking, pending
from catalog.products.search.finding import Search
from catalog.products.search.orders import Key, Walk
from catalog.whole_numbers import whole

PAGE = 50
SORTS = ("sku", "-sku", "name", "-name", "price", "-price", "updated", "-updated")
LONGEST = 200  # longest text of a filter
MANY = 50_000  # matches from which their number is estimated
CHEAP = 2_000  # matches that are counted rather than estimated
STREAMED = 1_000  # products of a stream in memory at once

TEXTS = ("q", "sku", "name", "description")
ACTIVE = {"true": True, "false": False}

BY_SKU = (
    "SELECT product.id FROM products AS product WHERE {beyond}"
    ' ORDER BY sku_key(product.sku) COLLATE "C" {direction} LIMIT %(limit)s'
)


@dataclass(frozen=True)
class Filter:
    """Conditions of a search: `q` is for all three texts, the others for their field. A product must meet all."""

    q: str = ""
    sku: str = ""
    name: str = ""
    description: str = ""
    active: bool | None = None
    change_set: int | None = None  # changed in it: an import, an edit, a bulk job

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> "Filter":
        """The filter in a query string or a stored selection; invalid values are ignored."""
        texts = {name: str(arguments.get(name) or "").replace("\0", "")[:LONGEST].strip() for name in TEXTS}
        return cls(
            **texts,
            active=ACTIVE.get(str(arguments.get("active")).lower()),
            change_set=whole(str(arguments.get("change_set") or ""), 2**31 - 1),
        )

    def arguments(self) -> dict[str, str]:
        """The filter as arguments of a query string, without empty ones."""
        given = {name: value for name, value in asdict(self).items() if value or value is False}
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}

    def question(self) -> asking.Question:
        """The filter as a query of the search."""
        texts = {name: getattr(self, name) for name in TEXTS}
        return asking.question(texts, self.active, self.change_set)


@dataclass(frozen=True)
class ProductPage:
    """One page of products; cursors lead to the page after or before it."""

    products: list[Product]
    next_cursor: str | None
    previous_cursor: str | None
    total: int  # in the whole catalog
    matches: int | None  # number of matches; None while too much is not indexed yet
    exact: bool  # whether `matches` was counted, not estimated
    waiting: int = 0  # products that are not indexed yet: results are complete, but slower


def page(asked: Filter, sort: str = "sku", cursor: str = "", limit: int = PAGE) -> ProductPage:
    """A page of matches. `sort` is one of SORTS (else the first); an invalid cursor means the start."""
    sort = sort if sort in SORTS else SORTS[0]
    backwards, place = _decoded(cursor, sort)
    with snapshot() as session:
        total = session.scalar(select(CatalogTotal.products)) or 0
        if not total:  # also spares a walk over the rows of a first import that is not committed yet
            return ProductPage([], None, None, 0, 0, True)
        search = Search(_cursor(session), asked.question())
        keys, has_previous, has_next = _keys(search, sort, backwards, place, limit)
        matches, exact = (len(keys), True) if not has_next and not has_previous else _tally(session, search, total)
        return ProductPage(
            _load(session, [number for _, number in keys]),
            next_cursor=encoded("after", sort, keys[-1]) if keys and has_next else None,
            previous_cursor=encoded("before", sort, keys[0]) if keys and has_previous else None,
            total=total,
            matches=matches,
            exact=exact,
            waiting=_waiting(session),
        )


def _keys(search: Search, sort: str, backwards: bool, place: Key | None, limit: int) -> tuple[list[Key], bool, bool]:
    """A page of places, and whether more are before and after it. Beyond an end, it is the full page at that end."""
    walk = Walk(sort.lstrip("-"), sort.startswith("-") != backwards, place)
    keys = list(islice(_find(search, walk, limit + 1), limit + 1))
    more = len(keys) > limit
    if place is not None and not (more if backwards else keys):
        return _keys(search, sort, not backwards, None, limit)
    if backwards:
        return keys[:limit][::-1], more, place is not None
    return keys[:limit], place is not None, more


def count(asked: Filter) -> int:
    """The exact number of matches; may take seconds for millions."""
    with snapshot() as session:
        total = session.scalar(select(CatalogTotal.products)) or 0
        search = Search(_cursor(session), asked.question())
        if search.is_for_all:
            return total
        known = search.count_at_once(total)
        return search.count() if known is None else known


def total() -> int:
    """How many products there are, without counting them."""
    return db.session.scalar(select(CatalogTotal.products)) or 0


def stream(session: Session, asked: Filter, ids: list[int] | None = None) -> Iterator[list[Product]]:
    """All matches (or these ids) in the order of the SKU, in chunks, within `snapshot()`."""
    keys = _find(Search(_cursor(session), asked.question()), Walk(), STREAMED)
    numbers = iter(ids) if ids is not None else (number for _, number in keys)
    while some := list(islice(numbers, STREAMED)):
        yield _load(session, some)
        session.expunge_all()


def condition(asked: Filter) -> tuple[str, dict[str, Any]]:
    """The filter as SQL over `products AS product`, with psycopg2's parameters: for statements that go through all."""
    question = asked.question()
    return question.sql, question.values


@contextmanager
def snapshot(of: str | None = None) -> Iterator[Session]:
    """A session with one snapshot of the database, so that index and products agree."""
    engine = db.engines[of].execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
        yield session


def _cursor(session: Session) -> Any:
    return session.connection().connection.cursor()


def _find(search: Search, walk: Walk, some: int = PAGE + 1) -> Iterator[Key]:
    """The places of the requested products, in order. All products by SKU come from the index of `products` itself."""
    cursor = search.cursor
    if not search.is_for_all or walk.field != "sku":
        yield from search.find(walk)
        return
    while True:
        beyond = f'sku_key(product.sku) COLLATE "C" {"<" if walk.descending else ">"} %(beyond_value)s COLLATE "C"'
        statement = BY_SKU.format(beyond=beyond if walk.beyond else "true", direction=walk.direction)
        cursor.execute(
            statement.replace("product.id FROM", 'sku_key(product.sku) COLLATE "C", product.id FROM'),
            walk.values() | {"limit": some},
        )
        found: list[Key] = cursor.fetchall()
        yield from found
        if len(found) < some:
            return
        walk = Walk(walk.field, walk.descending, found[-1])


def _load(session: Session, ids: list[int]) -> list[Product]:
    found = {product.id: product for product in session.scalars(select(Product).where(Product.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def _waiting(session: Session) -> int:
    """Products that are not indexed yet, if there are so many that scanning them takes time; else 0."""
    changed = func.coalesce(func.sum(ChangeSet.created + ChangeSet.updated), 0)
    known = select(func.coalesce(func.sum(SearchSegment.products), 0)).join(SearchBuild).scalar_subquery()
    waiting = session.scalar(select(changed - known).where(~ChangeSet.indexed)) or 0
    return waiting if waiting >= pending.FEW else 0


def _tally(session: Session, search: Search, total: int) -> tuple[int | None, bool]:
    """The number of matches, and whether it is exact (many are estimated). None: too much is not indexed yet."""
    if search.is_for_all:
        return total, True
    known = search.count_at_once(total)
    if known is not None:
        return known, True
    waiting = _waiting(session)
    if waiting > MANY:
        return None, False  # counting takes too long, and estimating knows too little
    seen = sum(segment.products for segment in search.segments)
    if waiting and not seen:
        return search.count(), True
    proposed = sum(segment.estimate for segment in search.segments)
    if proposed < MANY:  # too few for an estimate: a word may be in a few blocks only
        proposed = sum(len(segment.proposed) for segment in search.segments)
    if proposed < CHEAP and not waiting:
        return search.count(), True
    unknown = search.count_unknown() if waiting else 0
    return round(proposed * total / max(seen, total)) + unknown, False


def encoded(direction: str, sort: str, key: Key) -> str:
    """A cursor as an opaque text, which is checked when it comes back."""
    text = json.dumps([direction, sort, *key], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def is_cursor(cursor: str, sort: str) -> bool:
    """Whether this is a valid cursor in this order."""
    return _decoded(cursor, sort)[1] is not None


def _decoded(cursor: str, sort: str) -> tuple[bool, Key | None]:
    """The direction and position of a cursor; the start if it is invalid or of another order."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, of, value, number = json.loads(base64.urlsafe_b64decode(padded))
        value.encode()  # what is not Unicode can't be asked for
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False, None
    ours = direction in ("after", "before") and of == sort and "\0" not in value
    if not ours or type(number) is not int or abs(number) >= 2**63:
        return False, None
    return direction == "before", (value, number)
