"""Many imports on two worker hosts: nobody's files keep others waiting; reads go side by side, applies in turn."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest

from tests.hosts.conftest import FILE, ROWS, Shop, token_of
from tests.support.remote import Remote

pytestmark = pytest.mark.long

MANY = 40
STARTED = "SELECT id, split_part(lease_owner, ':', 1) FROM imports ORDER BY started_at"
AT_WORK = "SELECT phase, split_part(lease_owner, ':', 1) FROM imports WHERE state IN ('reading', 'applying')"
# When a worker read an import's file, and when it had the catalog for itself: planning and writing end with the import.
WINDOWS = """
SELECT imports.user_id, split_part(lease_owner, ':', 1),
    taken.at, taken.at + seconds.reading, ended.at - seconds.planning - seconds.applying, ended.at
FROM imports
JOIN import_events AS taken ON taken.import_id = imports.id AND taken.kind = 'taken'
JOIN import_events AS ended ON ended.import_id = imports.id AND ended.kind = 'ended'
CROSS JOIN jsonb_to_record(ended.details -> 'timings') AS took (reading float, planning float, applying float)
CROSS JOIN LATERAL (
    SELECT make_interval(secs => took.reading), make_interval(secs => took.planning),
        make_interval(secs => took.applying)
) AS seconds (reading, planning, applying)
ORDER BY ended.at
"""


def small(number: int) -> bytes:
    """A file of one product."""
    return b"sku,name\nS%d,Lamp\n" % number


def test_one_file_of_a_user_does_not_wait_for_forty_of_another(shop: Shop) -> None:
    other = token_of(shop.hosts, "bob@example.com")
    with shop.waiting("work-c", "work-d"):
        many = [shop.send(small(number)) for number in range(MANY)]
        one = int(Remote(shop.address, other).form("/imports", file=("one.csv", small(MANY)))["id"])
        places = {web.json("GET", f"/imports/{one}")["queue_place"] for web in (shop.web_a, shop.web_b)}
        assert places == {2}
        assert shop.web_a.json("GET", f"/imports/{many[-1]}")["queue_place"] == MANY + 1
    for number in (one, *many):
        assert shop.pages.ended(number)["state"] == "completed"
    started = shop.query(STARTED)
    place = [number for number, _ in started].index(one) + 1
    print(f"of {MANY + 1} imports, the one of another user started as number {place}")
    assert place <= 3 and {host for _, host in started} == {"work-c", "work-d"}


@contextmanager
def watched(shop: Shop) -> Iterator[set[tuple[tuple[str, str], ...]]]:
    """What imports do at the same time: phases and hosts, as often as the database answers."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    stop = threading.Event()

    def look() -> None:
        with closing(psycopg2.connect(shop.hosts.settings.libpq_url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while not stop.wait(0.01):
                cursor.execute(AT_WORK)
                seen.add(tuple(sorted(cursor.fetchall())))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def test_files_are_read_side_by_side_and_applied_one_after_the_other(shop: Shop) -> None:
    with watched(shop) as seen:
        with shop.waiting("work-c", "work-d"):
            numbers = [shop.send(FILE.replace(b"A", name)) for name in (b"A", b"B", b"C", b"D")]
        for number in numbers:
            assert shop.pages.ended(number)["created"] == ROWS
    both = {tuple(phase for phase, _ in one) for one in seen if len({host for _, host in one}) == 2}
    print(f"at the same time on two hosts: {', '.join(' and '.join(phases) for phases in sorted(both))}")
    assert ("reading", "reading") in both and ("applying", "reading") in both
    assert all(phases.count("applying") < 2 for phases in both)


def test_files_of_two_users_are_read_at_the_same_time_on_two_hosts(shop: Shop) -> None:
    other = Remote(shop.address, token_of(shop.hosts, "bob@example.com"))
    with shop.waiting("work-c", "work-d"):
        mine = shop.send()
        others = int(other.form("/imports", file=("autumn.csv", FILE.replace(b"A", b"B")))["id"])
    for number in (mine, others):
        assert shop.pages.ended(number)["created"] == ROWS
    first, second = shop.query(WINDOWS)
    assert first[0] != second[0] and {first[1], second[1]} == {"work-c", "work-d"}
    (_, _, from_1, read_1, locked_1, ended_1), (_, _, from_2, read_2, locked_2, _) = first, second
    both = (min(read_1, read_2) - max(from_1, from_2)).total_seconds()
    print(f"files of two users were read on two hosts at the same time for {both:.1f} s")
    assert both > 0
    assert read_1 <= locked_1 < ended_1 <= locked_2 and read_2 <= locked_2
