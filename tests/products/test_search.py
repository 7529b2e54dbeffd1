"""Search answers the same with and without its index: what the products say is what counts."""

import io
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice, product as combinations
from typing import Any

import pytest
from flask import Flask
from psycopg2.extensions import connection as Connection
from sqlalchemy import event, text

from catalog.imports.intake import sample
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.products import listing
from catalog.products.bulk import jobs, tasks
from catalog.products.listing import Filter
from catalog.products.search import asking, pending
from catalog.products.search.building import segments, waiting
from catalog.products.search.finding import Search
from catalog.products.search.orders import Walk
from catalog.products.search.terms import FOLD, SEPARATORS, SIGN
from tests.support.examples import some

Run = Callable[..., Import]

ODD = """sku,name,description,price,active
Z-100%,"50% off_er",x_y and a (max.) test,1.5,no
é-1,Été 2026,"ÎLE — naïve café, 240 °C",,yes
KST-DRL-004711-BLK,Kestrel cordless drill,"chef's friend; self-locking chuck",99.90,yes
"<b>",<script>alert(1)</script>,,3,no
漢字-9,漢字テスト,"日本語の説明、です",12,yes
a,B,c,0.000001,no
A\u00a0B,No\u2003Break,kelvin \u212a and ſharp,7,yes
"""
QUERIES = (
    ["k", "ke", "drl", "strel", "004711", "4711-b", "st-dr", "locking", "lock", "ock", "self-lock", "chef's", "(max"]
    + [
        "%",
        "_",
        "50%",
        "0%",
        "f_e",
        "é",
        "ét",
        "été",
        "ete",
        "naï",
        "caf",
        "240",
        "°c",
        "°",
        "—",
        "<",
        "<b>",
        "script>",
    ]
    + [
        "漢",
        "漢字",
        "字-9",
        "テスト",
        "日本",
        "本語",
        "b",
        "no",
        "break",
        "kelvin k",
        "nothing at all",
        "x_y",
        "y",
        "oak",
        "a o",
    ]
    + [
        "'; DROP TABLE products; --",
        "\\",
        "\\\\",
        "[a-z]",
        ".*",
        "\u202eabc",
        "😀",
        "made oak",
        "the",
        "th",
        "blk",
        "zz",
    ]
)


@pytest.fixture
def index(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Takes everything into the index, however little it is."""
    monkeypatch.setattr(pending, "FEW", 1)
    return lambda: segments.run(app.config["SETTINGS"].libpq_url)


def file(products: int, seed: int = 1) -> str:
    """A sample with the odd ones behind it."""
    stream = io.BytesIO()
    sample.write(stream, products, seed)
    header, rest = stream.getvalue().decode().split("\n", 1)
    assert header == "name,sku,description"
    return header + "\n" + rest


def straight(asked: Filter) -> list[str]:
    """What the filter finds when the database looks at every product, in the order of the SKU."""
    where, values = listing.condition(asked)
    statement = f'SELECT sku FROM products AS product WHERE {where} ORDER BY sku_key(sku) COLLATE "C"'
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement, values)
        return [sku for (sku,) in cursor.fetchall()]
    finally:
        connection.close()


def walked(asked: Filter, sort: str = "sku") -> list[str]:
    """What all pages together show, read forwards; and backwards it is the same."""
    page = listing.page(asked, sort)
    there, pages = [], [page]
    while page.next_cursor:
        page = listing.page(asked, sort, page.next_cursor)
        pages.append(page)
    there = [product.sku for page in pages for product in page.products]
    back = [product.sku for product in page.products]
    while page.previous_cursor:
        page = listing.page(asked, sort, page.previous_cursor)
        back = [product.sku for product in page.products] + back
    assert back[-len(there) :] == there[-len(back) :]
    return there


def shown(asked: Filter) -> list[str]:
    """All that the stream gives."""
    return [product.sku for some in listing.stream(db.session, asked) for product in some]


def test_index_and_straight_look_find_the_same(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(300))
    run_import(ODD)
    expected = {query: straight(Filter(q=query)) for query in QUERIES}
    assert sum(map(bool, expected.values())) > 35
    for taken in (0, 1, 2):
        if taken == 1:
            assert index() > 280
        if taken == 2:
            assert index() == 0
        for query, skus in expected.items():
            assert shown(Filter(q=query)) == skus, (query, taken)
            assert listing.count(Filter(q=query)) == len(skus), (query, taken)


def test_an_undo_meanwhile_does_not_undo_the_index(app: Flask, run_import: Run, index: Callable[[], int]) -> None:
    first, second = run_import(file(300)), run_import(ODD)

    def undo_once() -> None:
        if not undone:
            undone.append(jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=second.change_set_id)))

    undone: list[tasks.Tally] = []
    taken = segments.run(app.config["SETTINGS"].libpq_url, undo_once)
    assert taken == first.created + second.created and len(undone) == 1
    assert shown(Filter(q="a")) == straight(Filter(q="a"))
    index()
    assert shown(Filter(q="a")) == straight(Filter(q="a"))


@pytest.mark.parametrize("indexed", [False, True])
def test_fields_active_and_change_set_narrow(run_import: Run, index: Callable[[], int], indexed: bool) -> None:
    run_import(file(300))
    second = run_import(ODD)
    third = run_import("sku,name\nkst-drl-004711-BLK,Changed\n")
    if indexed:
        index()
    filters = (
        [Filter(sku=q) for q in QUERIES] + [Filter(name=q) for q in QUERIES] + [Filter(description=q) for q in QUERIES]
    )
    filters += [Filter(active=False), Filter(q="a", active=False), Filter(q="max", name="off", sku="z", active=False)]
    filters += [Filter(change_set=run.change_set_id) for run in (second, third)] + [Filter(change_set=4711)]
    for asked in filters:
        assert shown(asked) == straight(asked), asked
    assert shown(Filter(change_set=third.change_set_id)) == ["kst-drl-004711-BLK"]
    assert len(shown(Filter(change_set=second.change_set_id))) == 7


@pytest.mark.long
def test_several_blocks_segments_and_changes_in_every_order(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(18_000))
    index()
    priced = "sku,name,price\n" + "".join(f"P{n},Priced oak {n % 7},{(n * 37) % 101}.5\n" for n in range(400))
    run_import(priced)
    index()
    run_import("sku,name,price\n" + "".join(f"p{n},Changed oak,{n}\n" for n in range(0, 400, 3)))
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM products WHERE sku LIKE 'P1%'"))
    assert len(straight(Filter(q="oak"))) > 400
    for asked, sort in combinations([Filter(q="priced"), Filter(sku="p1"), Filter(q="changed o")], listing.SORTS):
        assert walked(asked, sort) == in_order(asked, sort), (asked, sort)
    for query in ("oak", "kst", "o", "made oak", "priced", "changed", "blk 1"):
        assert shown(Filter(q=query)) == straight(Filter(q=query)), query
        assert listing.count(Filter(q=query)) == len(straight(Filter(q=query)))


@pytest.mark.parametrize("window", some([1, 7], 1))
def test_what_waits_for_the_index_is_found_in_the_order_of_the_sku(
    run_import: Run, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    """Common words among the next products of the catalog, rare ones by a look at all that waits."""
    monkeypatch.setattr(pending, "FEW", 1)
    monkeypatch.setattr(pending, "WINDOW", window)
    monkeypatch.setattr(pending, "LARGEST", 64)
    run_import(file(200))
    run_import(ODD)
    run_import("sku,name\nKST-DRL-004711-BLK,Changed oak\nZ9,Oak\n")
    for query, sort in combinations(("a", "oak", "4711", "max", "zz"), ("sku", "-sku")):
        asked = Filter(q=query)
        assert walked(asked, sort) == in_order(asked, sort), (query, sort)


def test_a_page_of_a_common_word_looks_at_few_of_what_waits(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run_import(file(pending.FEW * 2))
    monkeypatch.setattr(pending, "CREATED", "no such table WHERE true")
    with closing(db.engine.raw_connection()) as connection:
        found = Search(connection.cursor(), Filter(q="k").question()).find(Walk())
        assert len(list(islice(found, listing.PAGE))) == listing.PAGE


def test_a_sample_tells_where_the_first_matches_of_another_order_end(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it misleads: every match comes, in order, from both of its sides."""
    monkeypatch.setattr(pending, "FEW", 1)
    monkeypatch.setattr(pending, "SAMPLE", 16)
    monkeypatch.setattr(pending, "LEAST", 2)
    looked_at: list[str] = []
    stream = pending._stream
    monkeypatch.setattr(pending, "_stream", lambda *asked: looked_at.append(asked[1].sql) or stream(*asked))
    run_import(file(200))
    run_import(ODD)
    run_import("sku,name\nKST-DRL-004711-BLK,Changed oak\nZ9,Oak\n")
    for query, sort in combinations(("a", "made", "oak", "zz"), listing.SORTS[2:]):
        asked = Filter(q=query)
        assert walked(asked, sort) == in_order(asked, sort), (query, sort)
    assert {"<=", ">="} <= {word for sql in looked_at if "until" in sql for word in sql.split()}


def in_order(asked: Filter, sort: str) -> list[str]:
    """What the filter finds in any order, by a plain ORDER BY."""
    where, values = listing.condition(asked)
    keys = {
        "sku": 'sku_key(product.sku) COLLATE "C"',
        "name": FOLD.format("product.name"),
        "price": "coalesce(product.price, -1)",
        "updated": "product.updated_at",
    }
    direction = "DESC" if sort.startswith("-") else "ASC"
    key = keys[sort.lstrip("-")]
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(
            f"SELECT sku FROM products AS product WHERE {where} ORDER BY {key} {direction}, id {direction}", values
        )
        return [sku for (sku,) in cursor.fetchall()]
    finally:
        connection.close()


def test_a_page_never_goes_through_the_whole_table(
    run_import: Run, index: Callable[[], int], connection: Connection
) -> None:
    run_import(file(20_000))
    index()
    connection.autocommit = True
    connection.cursor().execute("ANALYZE")
    statements: list[str] = []

    def remember(*call: object) -> None:
        statements.append(str(call[2]))

    seen: list[tuple[str, object]] = []
    original = listing._cursor

    class Watched:
        """A cursor that keeps what it is asked."""

        def __init__(self, cursor: object) -> None:
            self._cursor = cursor

        def execute(self, statement: str, values: object = None) -> None:
            seen.append((statement, values))
            self._cursor.execute(statement, values)

        def __getattr__(self, name: str) -> object:
            return getattr(self._cursor, name)

        def __iter__(self) -> Iterator[object]:
            return iter(self._cursor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_cursor", lambda session: Watched(original(session)))
        event.listen(db.engine, "before_cursor_execute", remember)
        for asked, sort in combinations(
            [
                Filter(),
                Filter(q="oak"),
                Filter(q="k"),
                Filter(q="kestrel made"),
                Filter(active=True),
                Filter(change_set=1),
            ],
            listing.SORTS,
        ):
            page = listing.page(asked, sort)
            if page.next_cursor:
                listing.page(asked, sort, page.next_cursor)
        event.remove(db.engine, "before_cursor_execute", remember)
    assert len(seen) > 100
    cursor = connection.cursor()
    for statement, values in seen:
        cursor.execute("EXPLAIN " + statement, values)
        plan = "\n".join(line for (line,) in cursor)
        assert "Seq Scan on products" not in plan, plan


def test_a_row_is_found_in_the_very_second_after_its_import(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(3_000))
    index()
    run_import("sku,name\nNEW-4711,Brand new thing\n")
    assert shown(Filter(q="brand new")) == ["NEW-4711"]
    run_import("sku,name\nnew-4711,Renamed\n")
    assert shown(Filter(q="brand new thing")) == []
    assert shown(Filter(q="rename")) == ["new-4711"]


@pytest.mark.long
def test_python_folds_as_the_database_does(connection: Connection) -> None:
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    normal = [character for character in characters if unicodedata.normalize("NFC", character) == character]
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT {FOLD.format('letter')} FROM unnest(%s) WITH ORDINALITY AS all_(letter, at) ORDER BY at", (normal,)
    )
    folded = [letter for (letter,) in cursor]
    differ = [a for a, b in zip(normal, folded, strict=True) if asking.fold(a) != b]
    # Letters that this Python's Unicode does not know yet are the only ones that it can't fold.
    assert {unicodedata.category(letter) for letter in differ} <= {"Cn"}


def test_python_cuts_words_where_the_database_does(connection: Connection) -> None:
    characters = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT letter FROM unnest(%s) AS all_(letter) WHERE letter COLLATE \"C\" ~ '[{SEPARATORS}]'", (characters,)
    )
    assert {letter for (letter,) in cursor} == {letter for letter in characters if SIGN.match(letter)}


def test_the_count_says_whether_it_was_counted(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(20_000))
    index()
    few, many = listing.page(Filter(q="kestrel")), listing.page(Filter(q="made"))
    assert (few.matches, few.exact) == (len(straight(Filter(q="kestrel"))), True)
    assert not many.exact and many.matches is not None
    assert 0.8 < many.matches / len(straight(Filter(q="made"))) < 1.25
    assert listing.count(Filter(q="made")) == len(straight(Filter(q="made")))


def test_too_many_segments_become_fewer(run_import: Run, index: Callable[[], int]) -> None:
    for number in range(waiting.MOST_SEGMENTS + 3):
        run_import(f"sku,name\nS{number},Thing {number}\n")
        index()
    index()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM search_segments")).scalar_one() <= waiting.MOST_SEGMENTS
    assert len(shown(Filter(q="thing"))) == waiting.MOST_SEGMENTS + 3


@pytest.mark.parametrize("seed", some(range(3), 1))
def test_any_text_is_found_by_any_of_its_parts(run_import: Run, index: Callable[[], int], seed: int) -> None:
    chance = random.Random(seed)
    letters = "abcÉßzΣ9- _%'漢\u0130\u2014"
    names = ["".join(chance.choices(letters, k=chance.randint(3, 12))).strip() or "x" for _ in range(60)]
    run_import("sku,name,description\n" + "".join(f'S{n}x,"{name}","{name[::-1]}"\n' for n, name in enumerate(names)))
    index()
    for _ in range(60):
        name = chance.choice(names)
        start = chance.randrange(len(name))
        asked = Filter(q=name[start : start + chance.randint(1, 5)])
        assert shown(asked) == straight(asked), asked


@pytest.mark.parametrize("indexed", [False, True])
def test_products_without_a_price_are_pages_like_others(
    run_import: Run, index: Callable[[], int], indexed: bool
) -> None:
    rows = "".join(f"N{n},No price {n},\n" for n in range(130))
    run_import("sku,name,price\n" + rows + "P1,Price one,1\nP2,Price two,2\n")
    if indexed:
        index()
    for sort in ("price", "-price"):
        assert walked(Filter(), sort) == in_order(Filter(), sort)
        assert len(walked(Filter(q="price"), sort)) == 132


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_are_found_however_they_are_composed(
    run_import: Run, index: Callable[[], int], indexed: bool, form: Any
) -> None:
    run_import(
        "sku,name\n1,"
        + unicodedata.normalize("NFD", "Zürich Brücke")
        + "\n2,"
        + unicodedata.normalize("NFC", "Zürich Brücke")
        + "\n"
    )
    if indexed:
        index()
    for query in ("zürich", "ürich brück", "ü"):
        asked = Filter(q=unicodedata.normalize(form, query))
        assert shown(asked) == straight(asked)
    assert shown(Filter(q=unicodedata.normalize(form, "zürich"))) == ["1", "2"]


@pytest.mark.parametrize("indexed", [False, True])
def test_the_three_sigmas_are_one_letter(run_import: Run, index: Callable[[], int], indexed: bool) -> None:
    run_import("sku,name,description\n1,ΟΔΟΣ,ΦΩΣ\n2,Οδος,φως\n3,Οδοστρωμα,φωσφορος\n4,ΟΔΟΣ-ΟΔΟΣ,ς\n5,δρόμος5,x\n")
    if indexed:
        index()
    for query in ("οδος", "ΟΔΟΣ", "οδοσ", "Οδος"):
        assert shown(Filter(q=query)) == ["1", "2", "3", "4"], query
    for query in ("οδος-οδος", "ΟΔΟΣ-ΟΔΟΣ"):
        assert shown(Filter(q=query)) == ["4"], query
    assert shown(Filter(q="φως")) == shown(Filter(q="ΦΩΣ")) == ["1", "2", "3"]
    assert shown(Filter(q="ΔΡΌΜΟΣ5")) == ["5"]
    for query in ("οδος", "φως", "σ", "ΟΔΟΣ-ΟΔΟΣ", "ΔΡΌΜΟΣ5"):
        assert shown(Filter(q=query)) == straight(Filter(q=query))


def test_beyond_the_end_is_the_last_page(run_import: Run) -> None:
    run_import("sku,name\n" + "".join(f"S{n:03},Thing\n" for n in range(60)))
    beyond = listing.encoded("after", "sku", ("zzz", 1))
    page = listing.page(Filter(), "sku", beyond)
    assert [product.sku for product in page.products][-1] == "S059"
    assert page.next_cursor is None and page.previous_cursor


def test_what_was_deleted_waits_for_no_index(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(300))
    jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    with db.engine.connect() as connection:
        waiting = text("SELECT kind FROM change_sets WHERE NOT indexed")
        assert connection.execute(waiting).scalars().all() == ["import"]


def test_while_the_index_waits_the_count_knows_the_rest(run_import: Run, index: Callable[[], int]) -> None:
    run_import(file(2_500))
    index()
    run_import("sku,name\n" + "".join(f"Q{n},Zanzibar {n}\n" for n in range(70)))
    page = listing.page(Filter(q="zanzibar"))
    assert page.matches == 70
