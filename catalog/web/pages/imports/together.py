"""Several files that were sent together: the address of their list names their imports, so that a reload and a colleague see it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from catalog.models import Import, db
from catalog.whole_numbers import LARGEST_ID, whole

MOST = 200  # files


def of(numbers: str) -> Sequence[Import]:
    """The imports with these numbers, such as "7,8,9", in this order; what is no import is left out."""
    wanted = [found for one in numbers.split(",")[:MOST] if (found := whole(one.strip(), LARGEST_ID)) is not None]
    rows = {row.id: row for row in db.session.scalars(select(Import).where(Import.id.in_(wanted)))} if wanted else {}
    return [rows[number] for number in dict.fromkeys(wanted) if number in rows]


def address(rows: Iterable[Import]) -> str:
    """Their numbers as the address of the list has them."""
    return ",".join(str(row.id) for row in rows)
