"""The cost of a mapping and of warnings while a file is read, and the time of a first look."""

import io
import statistics
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server
from catalog import importer
from catalog.importer import Options
from catalog.importer.checks.rows import check
from catalog.importer.opening.open import open_file
from catalog.importer.warnings.seen import Observer

MOST_MAPPED = 1.5  # times the plain read of the same file
MOST_NOTICED = 0.05  # share of the read
MOST_LOOK_MS = 300
LOOKS = 40
SLICE_BYTES = 1024**2

HEADER = "No;Marke;Modell;Beschreibung;Preis;Aktiv;Farbe;intern\n"
PLAIN = Options(columns={"sku": "No", "name": "Modell"})
MAPPED = Options(
    columns={"sku": "No"},
    joined={"name": {"columns": ["Marke", "Modell"], "separator": " – "}},
    attributes={"Farbe": "colour", "intern": ""},
    constants={"source": "spring"},
    transforms={
        "No": [["trim"], ["upper"]],
        "Modell": [["collapse"], ["replace", "NEW ", ""]],
        "Farbe": [["lower"], ["default", "none"]],
        "Beschreibung": [["trim"]],
    },
)


def measure(server: Server, files: Files, report: Report, repeat: int) -> None:
    """Read a supplier's file without and with all choices of a mapping, and look at the first MiB of files."""
    supplier = _supplier(files)
    lines = []
    with closing(psycopg2.connect(server.database.url)) as connection:
        for name, file, options in (
            ("usual file", files.original, Options()),
            ("supplier's file, plainly", supplier, PLAIN),
            ("supplier's file, everything chosen", supplier, MAPPED),
        ):
            seconds = [_read(connection, file, options) for _ in range(max(repeat, 3))]
            lines.append([name, min(seconds), _checked(file, options)])
    plain, mapped = lines[1][1], lines[2][1]
    table = [[name, f"{seconds:.2f} s", f"{share:.1%}"] for name, seconds, share in lines]
    ratio = f"{mapped / plain:.2f} x: {'reached' if mapped <= MOST_MAPPED * plain else 'NOT REACHED'}"
    report.table(
        "Reading with a mapping",
        ["file", "read (best)", "of it warnings"],
        table,
        f"everything chosen, by the plain read of the same file: {ratio} (asked for: {MOST_MAPPED})",
    )
    _looks(server, [files.original, supplier], report)


def _supplier(files: Files) -> Path:
    """A file of a supplier with decimal commas."""
    path = files.folder / "supplier.csv"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER)
            for n in range(files.rows):
                file.write(
                    f'a-{n:07};Marke {n % 97};NEW  Modell {n};"Ein längerer Text über das Produkt {n},\nin zwei '
                    f'Zeilen";{n % 9}.{n % 1000:03},{n % 100:02};ja;Rot {n % 7};x{n}\n'
                )
    return path


def _read(connection: Connection, file: Path, options: Options) -> float:
    """Read a file. Returns the seconds from the open file to the last row in the staging table."""
    begun = time.perf_counter()
    with file.open("rb") as stream:
        importer.stage(stream, connection, "bench_mapping", options)
    seconds = time.perf_counter() - begun
    connection.rollback()
    return seconds


def _checked(file: Path, options: Options) -> float:
    """The share of time for warnings in reading and checking, without the database."""
    noticing = 0.0
    begun = time.perf_counter()
    with file.open("rb") as stream:
        opened = open_file(stream, options)
        observer = Observer(opened.columns)
        for chunk in opened.reader.chunks():
            checked = check(chunk, opened.columns)
            before = time.perf_counter()
            observer.see(chunk, checked)
            noticing += time.perf_counter() - before
    return noticing / (time.perf_counter() - begun)


def _looks(server: Server, paths: list[Path], report: Report) -> None:
    lines = []
    with closing(psycopg2.connect(server.database.url)) as connection:
        for path in paths:
            with path.open("rb") as stream:
                data = stream.read(SLICE_BYTES)
            times = [_look(connection, data) for _ in range(LOOKS)]
            p95 = percentile(times, 0.95)
            verdict = "reached" if p95 <= MOST_LOOK_MS else "NOT REACHED"
            lines.append(
                [path.name, f"{statistics.median(times):.0f} ms", f"{p95:.0f} ms", f"{MOST_LOOK_MS} ms: {verdict}"]
            )
    report.table("First look at 1 MiB", ["file", "median", "p95", "asked for"], lines)


def _look(connection: Connection, data: bytes) -> float:
    begun = time.perf_counter()
    importer.look(io.BytesIO(data), Options(), whole=False, connection=connection)
    connection.rollback()
    return (time.perf_counter() - begun) * 1000
