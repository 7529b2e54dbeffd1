"""Several files that were sent together. The URL of their list has the ids of the imports, so it can be shared."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from catalog.models import Import, db
from catalog.whole_numbers import LARGEST_ID, whole

MOST = 200  # files


def of(numbers: str) -> Sequence[Import]:
    """The imports with these ids, such as "7,8,9", in this order. Ids without an import are ignored."""
    wanted = [found for one in numbers.split(",")[:MOST] if (found := whole(one.strip(), LARGEST_ID)) is not None]
    rows = {row.id: row for row in db.session.scalars(select(Import).where(Import.id.in_(wanted)))} if wanted else {}
    return [rows[number] for number in dict.fromkeys(wanted) if number in rows]


def address(rows: Iterable[Import]) -> str:
    """The ids of imports for the URL of the list."""
    return ",".join(str(row.id) for row in rows)
