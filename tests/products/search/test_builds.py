"""A build publishes block by block, in a process of its own that may be killed anywhere: every answer is complete."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice, product as combinations

import psycopg2
import pytest
from flask import Flask
from psycopg2.extensions import connection as Connection
from sqlalchemy import text

from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.products import listing
from catalog.products.bulk import jobs, tasks
from catalog.products.listing import Filter
from catalog.products.search import batches, matching, pending, ranks, segment
from catalog.products.search.building import indexing, process, reading, segments, waiting
from catalog.products.search.finding import Search
from catalog.products.search.orders import Walk
from tests.products.test_search import in_order, shown, straight, walked
from tests.support.examples import some

Run = Callable[..., Import]

BLOCK = 16  # products of a block in these tests, so that a few products are many blocks
LETTERS = "abcÉß9- %'漢😀"


class Killed(Exception):
    """The build ends here, as by a kill: nothing is tidied."""


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds few products, in blocks of a few; places stay those of a block of 16,384."""
    monkeypatch.setattr(pending, "FEW", 1)
    monkeypatch.setattr(matching, "FEW_BLOCKS", 3)  # the first blocks are probed one by one, the others term by term
    for module in (reading, segment):
        monkeypatch.setattr(module, "FENCE", 4)
    for module in (reading, segment, ranks):
        monkeypatch.setattr(module, "BLOCK", BLOCK)
    monkeypatch.setattr(reading, "ORDER_ROW", 4)
    for module in (ranks, segment):
        monkeypatch.setattr(module, "RANKS", 9)  # a rank is some rows, and some ranks are a page
    for module in (batches, segment):
        monkeypatch.setattr(module, "FIRST", 3)
        monkeypatch.setattr(module, "FEW", 11)
    monkeypatch.setattr(segment, "PATIENCE", 9)


@pytest.fixture
def url(app: Flask) -> str:
    """Of the database."""
    return str(app.config["SETTINGS"].libpq_url)


def file(numbers: range, word: str) -> str:
    """Products whose names share some words."""
    return "sku,name,description\n" + "".join(f"S{n:04},{word} {n % 7} lamp,made of {word}{n}\n" for n in numbers)


def killed_after(blocks: int) -> Callable[[], None]:
    """A check that ends the build before it writes the block after these."""
    left = iter(range(blocks + 1))

    def check() -> None:
        if next(left, None) is None:
            raise Killed

    return check


def state() -> tuple[int, int]:
    """Products that segments answer for, and change sets that wait."""
    with db.engine.connect() as connection:
        known = connection.execute(text("SELECT coalesce(sum(products), 0) FROM search_segments WHERE NOT retired"))
        waits = connection.execute(text("SELECT count(*) FROM change_sets WHERE NOT indexed"))
        return known.scalar_one(), waits.scalar_one()


def complete(*queries: str) -> None:
    """Every answer is that of the database, in every order, and counted right."""
    for query, sort in combinations(queries, ("sku", "-name", "price", "updated")):
        assert walked(Filter(q=query), sort) == in_order(Filter(q=query), sort), (query, sort)
    for asked in (Filter(q=query, active=active) for query in queries for active in (None, True)):
        counted, page = len(straight(asked)), listing.page(asked, limit=1)
        assert listing.count(asked) == counted, asked
        assert page.matches == counted or not page.exact, asked


@pytest.mark.usefixtures("small_blocks")
def test_blocks_are_found_as_soon_as_they_are_built(run_import: Run, url: str) -> None:
    run_import(file(range(100), "oak"))
    for blocks in (0, 1, 4):
        with pytest.raises(Killed):
            segments.run(url, killed_after(blocks))
        assert state() == (blocks * BLOCK, 1)
        complete("oak", "la", "oak9", "s0031", "3")
        assert listing.page(Filter(q="lamp"), "-sku").products[0].sku == "S0099"
    assert segments.run(url) == 100 and state() == (100, 0)
    complete("oak", "la", "oak9", "s0031", "3")


@pytest.mark.usefixtures("small_blocks")
def test_what_a_build_has_published_is_not_looked_at_again(
    run_import: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(file(range(100), "oak"))
    with pytest.raises(Killed):
        segments.run(url, killed_after(6))
    monkeypatch.setattr(pending, "_stream", lambda *_: iter(()))
    monkeypatch.setattr(pending, "_near", lambda *_: iter(()))
    assert shown(Filter(q="lamp")) == [f"S{n:04}" for n in range(6 * BLOCK)]


@pytest.mark.usefixtures("small_blocks")
def test_a_page_of_published_blocks_scans_nothing_else(
    run_import: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(file(range(100), "oak"))
    with pytest.raises(Killed):
        segments.run(url, killed_after(4))
    monkeypatch.setattr(pending, "CREATED", "no such table WHERE true")
    monkeypatch.setattr(pending, "CHANGED", "no such table WHERE true")
    with closing(db.engine.raw_connection()) as raw:
        found = Search(raw.cursor(), Filter(q="lamp").question()).find(Walk())
        assert [key for key, _ in islice(found, 4 * BLOCK)] == [f"s{n:04}" for n in range(4 * BLOCK)]


@pytest.mark.usefixtures("small_blocks")
def test_segments_that_are_replaced_answer_for_the_rest(run_import: Run, url: str) -> None:
    run_import(file(range(100), "oak"))
    segments.run(url)
    run_import(file(range(5, 100), "elm"))
    with pytest.raises(Killed):
        segments.run(url, killed_after(3))
    complete("oak", "elm", "la", "s0031", "s0002")
    segments.run(url)
    assert state() == (100, 0)
    complete("oak", "elm", "la", "s0031", "s0002")


@pytest.mark.usefixtures("small_blocks")
def test_deleting_everything_ends_what_a_build_stands_for(run_import: Run, url: str) -> None:
    run_import(file(range(100), "oak"))

    def delete_once() -> None:
        if not done and state()[0]:
            done.append(jobs.now(COMMAND_LINE, tasks.Task("delete_all")).change_set_id)

    done: list[int | None] = []
    segments.run(url, delete_once)
    assert done and shown(Filter(q="oak")) == []
    jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=done[0]))
    complete("oak", "s0031")
    segments.run(url)
    complete("oak", "s0031")


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("seed", range(1 if os.environ.get("THOROUGH") != "yes" else 40))
def test_any_order_of_changes_builds_and_kills_gives_complete_answers(run_import: Run, url: str, seed: int) -> None:
    chance = random.Random(seed)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))).strip() or "x" for _ in range(8)]
    undoable: list[int | None] = []

    def some_import() -> None:
        first = chance.randrange(90)
        rows = "".join(
            f'S{n:03},"{chance.choice(words)} {n % 5}","{chance.choice(words)}",{n % 9}.5,'
            f"{chance.choice(['yes', 'no'])}\n"
            for n in range(first, first + chance.randint(1, 60))
        )
        undoable.append(run_import("sku,name,description,price,active\n" + rows).change_set_id)

    def undo() -> None:
        if undoable:
            jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=undoable.pop()))

    def killed_build() -> None:
        try:
            segments.run(url, killed_after(chance.randint(0, 5)))
        except Killed:
            pass

    some_import()
    for _ in range(9):
        chance.choice([some_import, some_import, undo, killed_build, killed_build, lambda: segments.run(url)])()
        word = chance.choice(words)
        start = chance.randrange(len(word))
        complete(word[start : start + chance.randint(1, 4)].strip() or "s")
        filtered, sort = Filter(q=word[:3].strip(), active=chance.random() < 0.5), chance.choice(listing.SORTS)
        assert walked(filtered, sort) == in_order(filtered, sort), (filtered, sort)


@pytest.fixture
def paused(connection: Connection) -> Iterator[Connection]:
    """Holds the builder before its first block: the table is locked for writing."""
    connection.cursor().execute("LOCK TABLE search_blocks IN SHARE MODE")
    yield connection
    connection.rollback()


def test_a_process_builds_at_a_low_priority(run_import: Run, url: str) -> None:
    run_import(file(range(pending.FEW), "oak"))
    assert process.run(url, lambda: None) == pending.FEW
    assert state() == (pending.FEW, 0)
    assert shown(Filter(q="oak17")) == straight(Filter(q="oak17"))


@pytest.mark.parametrize("end", some(["killed", "left by its parent", "stopped"], 1))
def test_a_process_that_dies_loses_nothing(run_import: Run, url: str, paused: Connection, end: str) -> None:
    run_import(file(range(pending.FEW), "oak"))
    with closing(psycopg2.connect(url)) as other:
        child = process.start(url)
        waits_for_the_lock(other)
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + process.NICE, 19)
        if end == "killed":
            os.kill(child.pid, signal.SIGKILL)
        elif end == "left by its parent" and child.stdin:
            child.stdin.close()  # as the kernel does it
        else:
            process.stop(child)
        assert child.wait(10)
        process.stop(child)
    paused.rollback()
    assert shown(Filter(q="oak17")) == straight(Filter(q="oak17"))
    assert process.run(url, lambda: None) == pending.FEW and state() == (pending.FEW, 0)
    assert shown(Filter(q="oak17")) == straight(Filter(q="oak17"))


def waits_for_the_lock(connection: Connection) -> None:
    """Until the builder wants to write its first block."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute(
                "SELECT pg_sleep(0.01), count(*) FROM pg_locks"
                " WHERE NOT granted AND relation = 'search_blocks'::regclass"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("The builder never came so far.")


def test_a_build_that_fails_says_so() -> None:
    with pytest.raises(process.BuildFailed):
        process.run("postgresql://nobody@127.0.0.1:1/nothing", lambda: None)


def test_nothing_to_do_is_seen_without_a_process(app: Flask, connection: Connection) -> None:
    with connection.cursor() as cursor:
        assert waiting.look(cursor) is None


@pytest.mark.usefixtures("small_blocks")
def test_a_rebuild_serves_searches_until_it_is_complete_also_after_a_kill(run_import: Run, url: str) -> None:
    run_import(file(range(100), "oak"))
    assert segments.run(url) == 100 and segments.run(url) == 0
    before = ids()
    assert indexing.rebuild() == len(before) == 1
    complete("oak", "la", "s0031")
    with pytest.raises(Killed):
        segments.run(url, killed_after(3))
    complete("oak", "la", "s0031")
    assert segments.run(url) == 100 and before.isdisjoint(ids())
    complete("oak", "la", "s0031")
    assert segments.run(url) == 0, "it was built again once"


@pytest.mark.usefixtures("small_blocks")
def test_an_index_of_an_older_version_serves_until_it_is_rebuilt(run_import: Run, url: str) -> None:
    run_import(file(range(100), "oak"))
    segments.run(url)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE search_blocks SET ranks = NULL"))  # as every block was, before there were ranks
    complete("oak", "la", "oak9", "s0031")
    indexing.rebuild()
    with pytest.raises(Killed):
        segments.run(url, killed_after(3))
    complete("oak", "la", "oak9", "s0031")
    segments.run(url)
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT bool_and(ranks IS NOT NULL) FROM search_blocks")).scalar()
    complete("oak", "la", "oak9", "s0031")


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("sort", ["name", "-name", "price", "-price"])
def test_a_page_in_another_order_reads_the_first_ranks_only(
    run_import: Run, url: str, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    rows = "".join(f"S{n:04},lamp {n:03},{n}\n" for n in range(300))
    run_import("sku,name,price\n" + rows)
    segments.run(url)
    seen: list[int] = []
    verify = segment.Segment._verify
    monkeypatch.setattr(segment, "DENSE", 2)  # no scan
    monkeypatch.setattr(
        segment.Segment, "_verify", lambda self, places, walk: seen.append(len(places)) or verify(self, places, walk)
    )
    walk = Walk(sort.lstrip("-"), sort.startswith("-"))
    with closing(db.engine.raw_connection()) as raw:
        keys = list(islice(Search(raw.cursor(), Filter(q="lamp").question()).find(walk), 40))
    assert sum(seen) < 150, "of 300"
    assert [identity for _, identity in keys] == [
        product.id for product in listing.page(Filter(q="lamp"), sort, limit=40).products
    ]
    assert walked(Filter(q="lamp"), sort) == in_order(Filter(q="lamp"), sort)


@pytest.mark.usefixtures("small_blocks")
def test_the_index_counts_by_itself_if_it_has_every_change(
    run_import: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHEAP", 0)  # nothing else is counted exactly
    queries = [Filter(q="oak"), Filter(q="la"), Filter(q="s00", active=True), Filter(description="oak9")]
    run_import(file(range(100), "oak"))
    segments.run(url)
    for asked in queries:
        monkeypatch.setattr(segment.Segment, "count", lambda _: pytest.fail("It looked at products."))
        page = listing.page(asked, limit=1)
        assert (page.matches, page.exact) == (len(straight(asked)), True), asked
        assert listing.count(asked) == page.matches
    assert not listing.page(Filter(q="made lamp"), limit=1).exact, "longer words are only likely to be there"
    run_import(file(range(3), "elm"))
    assert not listing.page(queries[0], limit=1).exact, "a change is not indexed"
    segments.run(url)
    assert not listing.page(queries[0], limit=1).exact, "the index also has products as they were before"


def ids() -> set[int]:
    """The segments that searches use."""
    with db.engine.connect() as connection:
        return set(connection.execute(text("SELECT id FROM search_segments WHERE NOT retired")).scalars())
