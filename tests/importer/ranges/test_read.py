"""A file that is read in ranges is the file that one process reads: rows, rejected rows, counts, warnings."""

import io
import random
from collections.abc import Iterable, Iterator

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from catalog import importer
from catalog.runtime import Settings
from tests.support.examples import examples

HEADER = "sku,name,description,price,ean,Artikelnummer,locale\n"
LINES = (
    'a-{n},Lamp,"two\nlines",1.50,4006381333931,x{n},de\n',
    'A-{m},"Lamp, ""big""",,2,4.00638E+12,x{n},en\n',
    "b-{n},CafÃ© chair,=1+1,1.1234567890,12,x{n},\n",
    "b-{n},,no name,1,,x{n},de\n",
    "c-{n},Chair,x,much,,x{n},de\n",
    "short,row\n",
    "\n",
    ",,,,,,\n",
    'd-{n},Desk,"text\nd-{m},Desk,x,1,,y,\n",1,,x{n},fr\n',
    "e\u200b-{n},Ünïcode €,x,0,,x{n},de\n",
    "f-{n},Lamp,x,1,,x{n},de\r\n",
    "g-{n},nul\0,x,1,,x{n},de\n",
)
DOUBT = 'h-{n},5" disk,x,1,,x{n},de\n', 'i-{n},"a"b,x,1,,x{n},de\n'


def dirty(seed: int) -> bytes:
    """A file of many rows, of which a few are good and one may not be quoted by the book."""
    chance = random.Random(seed)
    kinds = chance.sample(LINES, 5) if seed % 3 else LINES
    lines = [chance.choice(kinds).format(n=n, m=n % 7) for n in range(60)]
    if seed % 2:
        lines[chance.randrange(60)] = chance.choice(DOUBT).format(n=1)
    return (HEADER + "".join(lines)).encode() + (b"z-1,bad \xff byte,x,1,,x,de\n" if seed % 5 == 0 else b"")


@pytest.fixture
def other(settings: Settings) -> Iterator[Connection]:
    """The connection of another process."""
    connection = psycopg2.connect(settings.libpq_url)
    yield connection
    connection.close()


def spread(other: Connection, file: bytes, size: int) -> importer.Spread:
    """Ranges are read by another connection, the last one first; one of them twice."""

    def read(reading: importer.Reading, found_ranges: Iterable[importer.Range]) -> Iterator[importer.RangeRead]:
        found, ranges = {}, list(found_ranges)
        for one in [*reversed(ranges), *ranges[:1]]:
            ends = importer.Ends(
                other, f"import_1_1_r{one.number}_0", lambda errors: "", lambda errors: [], lambda skus: {}
            )
            found[one.number] = importer.read_range(io.BytesIO(file), reading, one, ends)
        other.commit()
        yield from (found[one.number] for one in ranges)

    return importer.Spread(read, size)


def outcome(connection: Connection, file: bytes, options: importer.Options, how: importer.Spread | None) -> object:
    """All that staging a file comes to, but for rejected rows, which another process has stored."""
    steps: list[tuple[int, int, int]] = []
    try:
        staged = importer.stage(
            io.BytesIO(file),
            connection,
            "scratch",
            options,
            lambda step: steps.append((step.rows, step.blank, step.rejected)),
            block_bytes=300,
            spread=how,
        )
        importer.verify(connection, "scratch", staged)
        planned = importer.make_plan(connection, "scratch", staged.columns, options)
        importer.notice_plan(connection, "scratch", staged.noticed, staged.columns, planned)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM scratch_staging ORDER BY row")
            rows = cursor.fetchall()
            cursor.execute("SELECT * FROM scratch_plan ORDER BY sku_key(sku)")
            plan = cursor.fetchall()
        warnings = [one.to_json() for one in staged.noticed.warnings()]
        return steps, staged, planned, rows, plan, warnings, staged.noticed.spellings()
    except importer.Rejected as rejection:
        return steps, str(rejection)
    finally:
        connection.rollback()


@pytest.mark.parametrize("seed", range(examples(2, 200)))
def test_any_dirty_file_gives_the_same_in_ranges(connection: Connection, other: Connection, seed: int) -> None:
    file = dirty(seed)
    options = importer.Options(
        columns={"sku": "sku", "price": "price"}, numbers="point", decimals="reject", mode=("upsert", "sync")[seed % 2]
    )
    alone = outcome(connection, file, options, None)
    assert outcome(connection, file, options, spread(other, file, 600 + 300 * (seed % 4))) == alone


def test_ranges_are_used(connection: Connection, other: Connection) -> None:
    file = (HEADER + "".join(LINES[0].format(n=n) for n in range(60))).encode()
    seen: list[int] = []
    inner = spread(other, file, 500)

    def read(reading: importer.Reading, ranges: Iterable[importer.Range]) -> Iterator[importer.RangeRead]:
        found = list(ranges)
        seen.append(len(found))
        return inner.read(reading, found)

    outcome(connection, file, importer.Options(numbers="point"), importer.Spread(read, 500))
    assert seen and seen[0] > 3
