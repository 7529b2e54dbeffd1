"""Workbooks of some hundred bytes that would be gigabytes: every door rejects them, and nothing else happens."""

import gc
import io
import json
import subprocess
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import workbooks
from catalog.imports import control
from catalog.imports.intake import import_templates
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD, counts
from tests.support.live import COMMAND, environment
from tests.support.programs import Program
from tests.support.suppliers import Supplier, run, source
from tests.support.workbooks import AT_THE_END, number, row as sheet_row, shared, text, xlsx
from tests.web.test_first_look import ask

BOMB = AT_THE_END["xlsx to its last cell"]
REASON = "reaches to cell XFD1048576"
THE_FOUR = ["xlsx to its last cell", "xlsx to XFD2000", "ods of repeated cells", "ods of repeated gaps"]
REASONS = "reaches to cell", "filled cells"


def test_a_page_says_why(client: FlaskClient) -> None:
    before = time.process_time()
    assert REASON in ask(client, BOMB).text
    assert time.process_time() - before < 1


def test_the_api_says_why(writer: Program) -> None:
    data = {"file": (io.BytesIO(BOMB), "x.xlsx")}
    assert REASON in writer.ask("POST", "/imports/look", data=data).json["problem"]


def test_an_import_and_a_template_of_it_say_why(run_import: Callable[..., Import]) -> None:
    row = run_import(BOMB)
    assert row.state == "failed" and REASON in str(row.error)
    assert import_templates.save_import(COMMAND_LINE, "Acme", db.session.get_one(Import, row.id))


def test_a_source_says_why(allowed: Any, supplier: Supplier) -> None:
    supplier.file = BOMB
    done = run(source(supplier.url))
    assert REASON in str(control.get(done.import_id).error)


@pytest.mark.long
def test_the_same_processes_serve_on(app: Flask, address: str) -> None:
    """By page, API and command of a running Catalog; each costs at most a second of CPU, and no process grows."""
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD)
    secret = tokens.create(COMMAND_LINE, user, "bombs", "write")[1]
    port = urlsplit(address).port
    before = _serving(port)
    for kind in THE_FOUR:
        spent = _spent(before)
        seen = _look(address, secret, AT_THE_END[kind])
        assert any(why in seen["problem"] for why in REASONS)
        assert _spent(before) - spent < 1
        path = app.config["SETTINGS"].home / "bomb.xlsx"
        path.write_bytes(AT_THE_END[kind])
        done = subprocess.run(
            [*COMMAND, "import", "--json", str(path)],
            env=environment(app.config["SETTINGS"]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert any(why in json.loads(done.stdout)["error"] for why in REASONS)
    assert _serving(port) == before
    assert all(p.memory_info().rss < 300 * 1024**2 for p in map(psutil.Process, before))


def _serving(port: int | None) -> set[int]:
    """The web processes."""
    found = psutil.net_connections("tcp")
    return {c.pid for c in found if c.laddr.port == port and c.status == "LISTEN" and c.pid}


def _spent(processes: set[int]) -> float:
    """Seconds of the processor that these and their ended children took: however busy the machine is, no others'."""
    return sum(sum(psutil.Process(process).cpu_times()[:4]) for process in processes)


def _look(address: str, secret: str, file: bytes) -> dict[str, Any]:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' + file + b"\r\n--x--\r\n"
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "multipart/form-data; boundary=x"}
    request = urllib.request.Request(f"{address}/api/v1/imports/look", body, headers)
    with urllib.request.urlopen(request) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


@pytest.mark.long
def test_an_honest_sheet_of_five_million_cells_is_imported(
    run_import: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    """500,000 rows of 10 columns, in less memory than a third of what the child may have; see docs/import.md."""
    file = _large(500_000)
    monkeypatch.setattr(workbooks.limits, "memory", 400 * 1024**2)
    gc.collect()
    before = psutil.Process().memory_info().rss
    begun = time.monotonic()
    row = run_import(file)
    took = time.monotonic() - begun
    grown = psutil.Process().memory_info().rss - before
    assert counts(row) == {"rows": 500_000, "created": 500_000}
    assert grown < 250 * 1024**2
    assert took < 500  # alone it takes a twentieth of it


def _large(count: int) -> bytes:
    """A workbook as spreadsheet programs write it: its texts stand once, in a part of their own."""
    names = [
        text(f"{letter}1", name)
        for letter, name in zip(
            "ABCDEFGHIJ",
            ["sku", "name", "description", "price", "active", "colour", "brand", "ean", "weight", "stock"],
            strict=True,
        )
    ]
    strings, rows = [], [sheet_row(1, *names)]
    for n in range(count):
        at = n + 2
        strings += [
            f"SKU-{n:07}",
            f"Product number {n}",
            f"A long description of product {n}, in as many words as one has",
        ]
        texts = [shared(f"{letter}{at}", 3 * n + i) for i, letter in enumerate("ABC")]
        others = [text(f"{letter}{at}", f"{letter} {n % 97}") for letter in "EFG"]
        figures = [number(f"{letter}{at}", str(n % 1000 + 0.5)) for letter in "DHIJ"]
        others[0] = text(f"E{at}", "yes")
        rows.append(sheet_row(at, *texts, figures[0], *others, *figures[1:]))
    return xlsx(
        "".join(rows), **{"xl/sharedStrings.xml": f"<sst>{''.join(f'<si><t>{one}</t></si>' for one in strings)}</sst>"}
    )
