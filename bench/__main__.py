"""The command: `python -m bench` measures the sections of `--only`, by default all but engines and growth.

`--rows N`, `--repeat N`, `--large`, `--cases breaks,...` and `--sizes N,N` set how much; `--home FOLDER` reads
a catalog that exists. `--dir` is where it works, `--keep` leaves its files. `--help` tells more.
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench import (
    abuse,
    ending,
    floor,
    growth,
    imports,
    indexing,
    mapping,
    memory,
    naive,
    pages,
    products,
    reviews,
    server,
    starting,
    streams,
    takeover,
    undoing,
    webhooks,
)
from bench.engines import cases, compare
from bench.files import Files
from bench.report import Report

SECTIONS = (
    "import",
    "mapping",
    "memory",
    "naive",
    "pages",
    "review",
    "undo",
    "takeover",
    "streams",
    "index",
    "catalog",
    "webhooks",
    "abuse",
    "start",
)
REPEAT = 3
ON_REQUEST = ("engines", "growth")  # minutes for each file, so only where it is asked for


def main() -> None:
    """Measure the chosen sections with one `catalog up`, and print each."""
    arguments = _arguments()
    begun = time.monotonic()
    here = server.running(arguments.dir, keep=arguments.keep, home=arguments.home)
    with ending.nothing_stays(), here as running:
        files = Files(running.work, arguments.rows)
        report = Report(running.database, arguments.rows)
        if arguments.home:
            products.measure(running, files, report, filled=True)
            return
        print(f"Catalog at {running.work}; the floor is that of {arguments.rows:,} new rows.", flush=True)
        repeat = arguments.repeat or REPEAT
        if "import" in arguments.only:
            imports.measure(running, files, report, repeat)
        else:
            _calibrate(running, files, report)
        if "mapping" in arguments.only:
            mapping.measure(running, files, report, repeat)
        if "memory" in arguments.only:
            memory.measure(running, files, report, large=arguments.large)
        if "naive" in arguments.only:
            naive.measure(running, files, report)
        if "pages" in arguments.only:
            pages.measure(running, files, report)
        if "review" in arguments.only:
            reviews.measure(running, files, report, repeat)
        if "undo" in arguments.only:
            undoing.measure(running, files, report, repeat)
        if "takeover" in arguments.only:
            takeover.measure(running, files, report)
        if "streams" in arguments.only:
            streams.measure(running, files, report)
        if "index" in arguments.only:
            indexing.measure(running, files, report, large=arguments.large)
        if "catalog" in arguments.only:
            products.measure(running, files, report, filled=False)
        if "webhooks" in arguments.only:
            webhooks.measure(running, files, report)
        if "abuse" in arguments.only:
            abuse.measure(running, files, report)
        if "start" in arguments.only:
            starting.measure(running, report)
        if "engines" in arguments.only:
            compare.measure(running, report, arguments.rows, arguments.repeat or compare.REPEAT, arguments.cases)
        if "growth" in arguments.only:
            growth.measure(running, files, report, arguments.sizes)
    print(f"\nDone in {time.monotonic() - begun:.0f} s.")


def _calibrate(running: server.Server, files: Files, report: Report) -> None:
    """Measure the floor, for sections that do not measure it."""
    running.database.reset(None)
    report.floors.append(floor.run(running.database.url, files.original, "products").seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Catalog on a server of its own.")
    parser.add_argument("--rows", type=int, default=500_000, help="rows of the file (default: 500000)")
    parser.add_argument(
        "--repeat",
        type=int,
        help=f"repetitions of each import and floor (default: {REPEAT}; engines: {compare.REPEAT})",
    )
    parser.add_argument("--large", action="store_true", help="measure memory and the index at ten times the rows too")
    parser.add_argument(
        "--only", type=_sections, default=SECTIONS, help=f"some of {','.join((*SECTIONS, *ON_REQUEST))}"
    )
    parser.add_argument(
        "--cases", type=_cases, default=cases.DEFAULT, help=f"of engines, some of {','.join((*cases.DEFAULT, 'large'))}"
    )
    parser.add_argument(
        "--sizes", type=_numbers, default=growth.SIZES, help="products of growth (default: 500000,2000000,5000000)"
    )
    parser.add_argument(
        "--dir", type=Path, default=tempfile.gettempdir(), help="where to work: some 12 GB, on a real disk"
    )
    parser.add_argument("--keep", action="store_true", help="leave the folder with its log and files")
    parser.add_argument(
        "--home", type=Path, help="only read the pages of the catalog in this home, which was filled before and stays"
    )
    return parser.parse_args()


def _sections(text: str) -> tuple[str, ...]:
    return _some(text, {*SECTIONS, *ON_REQUEST})


def _cases(text: str) -> tuple[str, ...]:
    return _some(text, {*cases.DEFAULT, *cases.CASES})


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _some(text: str, known: set[str]) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := set(chosen) - known:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    main()
