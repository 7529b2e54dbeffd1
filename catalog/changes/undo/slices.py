"""The products of a change set to undo, in slices, so that the progress bar moves and no statement is too large."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor

from catalog.models import ChangeSet

SLICE = 15_000

NEXT_SLICE = """
SELECT min(product_id), max(product_id), count(*) FROM (
    SELECT product_id FROM product_changes
    WHERE change_set_id = %(undone)s AND product_id > %(after)s ORDER BY product_id LIMIT %(size)s
) AS slice
"""


@dataclass(frozen=True)
class Which:
    """A change set by its number, with its counts; the ids of what it created lie between `first` and `last`."""

    id: int
    created: int
    updated: int
    deleted: int
    first: int | None
    last: int | None

    @classmethod
    def of(cls, change_set: ChangeSet) -> "Which":
        """The data about a change set that an undo needs."""
        return cls(
            change_set.id,
            change_set.created,
            change_set.updated,
            change_set.deleted,
            change_set.first_product_id,
            change_set.last_product_id,
        )


def created(which: Which) -> Iterator[dict[str, int]]:
    """The ids of the created products, in slices, from the range of ids."""
    if which.first is None or which.last is None:
        return
    for first in range(which.first, which.last + 1, SLICE):
        last = min(first + SLICE - 1, which.last)
        yield {"first": first, "last": last, "count": last - first + 1}


def logged(cursor: Cursor, undone_id: int) -> Iterator[dict[str, int]]:
    """The logged products, in slices."""
    after = 0
    while True:
        cursor.execute(NEXT_SLICE, {"undone": undone_id, "after": after, "size": SLICE})
        ((first, last, count),) = cursor.fetchall()
        if not count:
            return
        yield {"first": first, "last": last, "count": count}
        after = last
