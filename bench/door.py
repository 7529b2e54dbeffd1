"""How well files of shops import: each alone into an empty catalog, with `catalog import FILE --json` and no options.

`python -m bench.door FOLDER [--json] [--second SEED]` prints a line for each file, then the sums. A file
`NAME.truth.json` beside a file has the right result. Each key is optional:
`{"rows": n, "rejected": n, "ask": true, "products": {SKU: {"name": ..., "price": ...}}}`

| verdict | what it means |
|---|---|
| right | the import completed, and the result is as in the truth |
| asked | the import waits for an answer or a review (exit 3), and nothing was written |
| rejected | the file was rejected (exit 1), and nothing was written |
| part | the import completed, and each missing product of the truth was reported as a rejected row |
| wrong | any other completed import; without a truth, also a chosen SKU column that repeats beside a known unique one |

With `--second`, the questions of each file are answered by the truth, a template is saved, and the file is imported
again with it into an empty catalog: columns moved, 20 % renamed, two added. It prints the questions, and files whose
products differ.
"""

import argparse
import csv
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import door_answers, server
from catalog.importer import Options, Rejected, open_table
from catalog.importer.columns import aliases

TRUTH = ".truth.json"
ASKS = 3  # exit code of an import that waits for a person
VERDICTS = ("right", "part", "asked", "rejected", "wrong")
PRODUCTS = (
    "SELECT coalesce(jsonb_object_agg(sku, jsonb_build_object('name', name, 'price', price::text)), '{}') FROM products"
)
REJECTED = "SELECT coalesce(jsonb_agg(cells), '[]') FROM row_errors WHERE import_id = %s"
OPTIONS = "SELECT options FROM imports WHERE id = %s"
SKU_COLUMN = "SELECT columns -> 'fields' ->> 'sku' FROM imports WHERE id = %s"
RENAMED = 0.2
ADDED = 2


@dataclass
class Result:
    """The result of one file."""

    file: str
    verdict: str
    questions: int
    rows: int
    accepted: int
    seconds: float


@dataclass(frozen=True)
class Second:
    """The import of a second file with the template of the first: its questions, and whether its products are equal."""

    file: str
    asked: list[dict[str, Any]]
    is_same: bool


@dataclass(frozen=True)
class Done:
    """One `catalog import --json`: its exit code, its output, and the products in the catalog after it."""

    exit_code: int
    imports: list[dict[str, Any]]
    products: dict[str, dict[str, str | None]]
    seconds: float

    def sum(self, name: str) -> int:
        """The sum of a count over all imports. An archive makes several imports."""
        return sum(one.get(name) or 0 for one in self.imports)

    @property
    def questions(self) -> int:
        """The number of decisions for a person: the questions about the file, or the review."""
        asked = sum(len(one.get("questions") or []) for one in self.imports)
        return asked or int(self.exit_code == ASKS)


def main() -> None:
    """Import all files of a folder, and print the result of each."""
    parser = argparse.ArgumentParser(description="How a shop's files get through the door.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    parser.add_argument(
        "--second",
        type=int,
        metavar="SEED",
        help="import each again with a template, changed as suppliers change theirs",
    )
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the benchmark works")
    arguments = parser.parse_args()
    files = sorted(file for file in arguments.folder.iterdir() if _is_data(file))
    if not files:
        raise SystemExit(f"There is no file in {arguments.folder}.")
    with server.running(arguments.dir) as running:
        results = [_tell(_first(running, file), arguments.json) for file in files]
        if arguments.second is not None:
            chance = random.Random(arguments.second)
            seconds = [_second(running, file, chance) for file in files]
    _tell_sums(results, arguments.json)
    if arguments.second is not None:
        _tell_second([one for one in seconds if one is not None], arguments.json)


def _is_data(file: Path) -> bool:
    return (
        file.is_file() and not file.name.endswith(TRUTH) and not file.name.startswith(".") and file.name != "README.md"
    )


def _first(running: server.Server, file: Path) -> Result:
    """Import a file into an empty catalog for the first time."""
    running.database.reset(None)
    done = _import(running, file)
    verdict = _verdict(running, file, done, _truth(file))
    accepted = done.sum("rows") - done.sum("rejected") - done.sum("blank")
    return Result(file.name, verdict, done.questions, done.sum("rows"), accepted, round(done.seconds, 2))


def _truth(file: Path) -> dict[str, Any] | None:
    """The truth that lies beside a file."""
    truth_file = file.with_name(file.name + TRUTH)
    if not truth_file.exists():
        truth_file = file.with_name(file.stem + TRUTH)
    return json.loads(truth_file.read_text()) if truth_file.exists() else None


def _import(running: server.Server, file: Path, *options: str) -> Done:
    begun = time.perf_counter()
    command = running.start_import(file, *options)
    output, _ = command.communicate()
    seconds = time.perf_counter() - begun
    imports = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return Done(command.returncode, imports, running.database.one(PRODUCTS), seconds)


def _verdict(running: server.Server, file: Path, done: Done, truth: dict[str, Any] | None) -> str:
    if done.exit_code in (1, ASKS):
        return "wrong" if done.products else {1: "rejected", ASKS: "asked"}[done.exit_code]
    if done.exit_code:
        raise SystemExit(f"catalog import {file} ended with {done.exit_code}.")
    if truth is None:
        return _without_truth(running, file, done)
    if _holds(truth, done):
        return "right"
    return "part" if _rest_is_rejected(running, truth, done) else "wrong"


def _holds(truth: dict[str, Any], done: Done) -> bool:
    """Whether the result is as in the truth."""
    counts = all(done.sum(name) == truth[name] for name in ("rows", "rejected") if name in truth)
    products = truth.get("products")
    is_all = products is None or products.keys() == done.products.keys()
    return counts and not truth.get("ask") and is_all and _agree(products or {}, done)


def _agree(products: dict[str, Any], done: Done) -> bool:
    """Whether the products in the catalog are as in the truth."""
    return all(
        _is_same(field, value, done.products[sku].get(field))
        for sku, fields in products.items()
        if sku in done.products
        for field, value in fields.items()
    )


def _is_same(field: str, wanted: Any, found: str | None) -> bool:
    if field == "price" and wanted is not None and found is not None:
        return Decimal(str(wanted)) == Decimal(found)
    return wanted == found


def _rest_is_rejected(running: server.Server, truth: dict[str, Any], done: Done) -> bool:
    """Whether no product is wrong, and each missing product was reported as a rejected row."""
    products = truth.get("products")
    if truth.get("ask") or not done.sum("rejected") or ("rows" in truth and done.sum("rows") != truth["rows"]):
        return False
    if products is None:
        return done.sum("rejected") >= truth.get("rejected", 0)
    missing = products.keys() - done.products.keys()
    rejected = [cell for one in done.imports for row in running.database.one(REJECTED, one["id"]) for cell in row or []]
    is_reported = all(any(sku in cell for cell in rejected) for sku in missing)
    return not done.products.keys() - products.keys() and _agree(products, done) and is_reported


def _without_truth(running: server.Server, file: Path, done: Done) -> str:
    if any(_better_key(file, running.database.one(SKU_COLUMN, one["id"])) for one in done.imports):
        return "wrong"
    return "part" if done.sum("rejected") else "right"


def _better_key(file: Path, sku_column: str | None) -> str | None:
    """A column with full and unique values and a name for SKUs, if the values of the chosen column repeat."""
    table = _table(file)
    if table is None or sku_column not in table[0]:
        return None
    header, rows = table[0], [row for row in table[1] if any(map(str.strip, row))]
    columns = {name: [row[place].strip() for row in rows] for place, name in enumerate(header)}
    taken = [value for value in columns[sku_column] if value]
    if len(set(taken)) == len(taken):
        return None
    full = (name for name, values in columns.items() if all(values) and len(set(values)) == len(values))
    return next((name for name in full if aliases.names("sku", name)), None)


def _table(file: Path) -> tuple[Sequence[str], list[list[str]]] | None:
    """The header and the rows of a file, if it is one table."""
    try:
        with file.open("rb") as stream:
            table = open_table(stream, Options())
            return table.header, [cells for part in table.chunks() for _, _, cells in part.rows]
    except (Rejected, ValueError):
        return None


def _second(running: server.Server, file: Path, chance: random.Random) -> Second | None:
    """Import the file, answer its questions, save a template, and import it again, changed, with the template.

    None if the file has no table, or if it can't be imported with the right answers.
    """
    running.database.reset(None)
    truth = _truth(file) or {}
    done = _answered(running, file, _import(running, file), truth)
    if len(done.imports) != 1 or done.exit_code:
        return None
    (one,) = done.imports
    table = door_answers.table(file, running.database.one(OPTIONS, one["id"]))
    if table is None:
        return None
    running.command("template", "save", file.name, str(one["id"]))
    running.database.reset(None)
    changed = running.work / f"second-{file.stem}.csv"
    changed.write_text(_changed(*table, chance), encoding="utf-8")
    again = _import(running, changed, "--template", file.name)
    asked = [question for each in again.imports for question in each.get("questions") or []]
    asked = asked or [stop for each in again.imports if again.exit_code == ASKS for stop in each.get("stopped") or []]
    is_same = bool(asked) or again.products == done.products
    return Second(file.name, [{"file": file.name, **question} for question in asked], is_same)


def _answered(running: server.Server, file: Path, done: Done, truth: dict[str, Any]) -> Done:
    """The import after its questions were answered by the truth, and its review was applied."""
    while done.exit_code == ASKS and len(done.imports) == 1:
        number, asked = str(done.imports[0]["id"]), done.imports[0].get("questions")
        if not asked:
            running.command("apply", number)
            return Done(0, done.imports, running.database.one(PRODUCTS), done.seconds)
        retried = running.command("retry", "--json", number, *door_answers.options_of(asked, file, truth))
        imports = [json.loads(line) for line in retried.stdout.splitlines() if line.startswith("{")]
        if imports and imports[0].get("questions") == asked:
            return done
        done = Done(retried.returncode, imports, running.database.one(PRODUCTS), done.seconds)
    return done


def _changed(header: Sequence[str], rows: list[list[str]], named: bool, chance: random.Random) -> str:
    """The table with its columns moved, some renamed and some added; without a header if it had none."""
    order = chance.sample(range(len(header)), len(header))
    renamed = set(chance.sample(order, round(len(order) * RENAMED)))
    names = [f"{header[place]} (new)" if place in renamed else header[place] for place in order]
    text = io.StringIO()
    writer = csv.writer(text)
    if named:
        writer.writerow([*names, *(f"Added {number + 1}" for number in range(ADDED))])
    writer.writerows(
        [*(row[place] for place in order), *["added" if any(map(str.strip, row)) else ""] * ADDED] for row in rows
    )
    return text.getvalue()


def _tell(result: Result, as_json: bool) -> Result:
    said = asdict(result)
    text = (
        json.dumps(said)
        if as_json
        else "  ".join(str(value).ljust(9) for value in [*list(said.values())[1:], result.file])
    )
    print(text, flush=True)
    return result


def _tell_sums(results: list[Result], as_json: bool) -> None:
    sums: dict[str, Any] = {"files": len(results)}
    sums |= {verdict: sum(result.verdict == verdict for result in results) for verdict in VERDICTS}
    sums |= {"questions": sum(result.questions for result in results), "rows": sum(result.rows for result in results)}
    sums |= {
        "accepted": sum(result.accepted for result in results),
        "seconds": round(sum(result.seconds for result in results), 2),
    }
    print(json.dumps(sums) if as_json else ", ".join(f"{name} {value}" for name, value in sums.items()))


def _tell_second(seconds: list[Second], as_json: bool) -> None:
    for question in (question for one in seconds for question in one.asked):
        print(json.dumps(question) if as_json else f"{question['file']}: {question['message']}")
    for one in (one for one in seconds if not one.is_same):
        print(json.dumps({"file": one.file, "verdict": "wrong"}) if as_json else f"{one.file}: other products")
    silent, wrong = sum(not one.asked for one in seconds), sum(not one.is_same for one in seconds)
    sums = {"second_files": len(seconds), "without_questions": silent, "wrong": wrong}
    print(
        json.dumps(sums)
        if as_json
        else f"{silent} of {len(seconds)} second files without a question, {wrong} with other products"
    )


if __name__ == "__main__":
    sys.exit(main())
