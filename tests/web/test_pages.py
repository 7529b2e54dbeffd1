"""The pages of imports, and what a wrong address or a broken server answers."""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.models import Import
from catalog.products import listing
from tests.conftest import create, csrf
from tests.support import used_styles

Run = Callable[..., Import]
ROOT = Path(__file__).parents[2]


def test_the_history_shows_state_file_counts_and_duration(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\na1,Lamp\n,x\n")
    run_import("nonsense")
    page = client.get("/imports").text
    assert all(word in page for word in ("test.csv", "Completed", "Failed", "command line"))


def test_an_empty_history_invites(client: FlaskClient) -> None:
    assert "/imports/new" in client.get("/imports").text


def test_the_history_is_paged(client: FlaskClient) -> None:
    for _ in range(51):
        create("sku,name\n")
    assert "before=2" in client.get("/imports").text
    assert "/imports/1" in client.get("/imports?before=2").text


def test_a_failed_import_says_why_and_offers_retry(client: FlaskClient, run_import: Run) -> None:
    row = run_import('sku,name\nA1,"open\n')
    page = client.get(f"/imports/{row.id}").text
    assert "a quote opens a cell here" in page and f"/imports/{row.id}/retry" in page
    assert "100%" not in page
    answer = client.post(f"/imports/{row.id}/retry", data={"csrf_token": csrf(page)})
    assert (answer.status_code, answer.location) == (303, f"/imports/{row.id}")
    assert "Next in the queue" in client.get(f"/imports/{row.id}").text


def test_cancel_from_the_page_and_twice_is_fine(client: FlaskClient) -> None:
    row = create("sku,name\n")
    page = client.get(f"/imports/{row.id}").text
    for _ in range(2):
        client.post(f"/imports/{row.id}/cancel", data={"csrf_token": csrf(page)})
    assert "Cancelled" in client.get(f"/imports/{row.id}").text


def test_every_rejected_row_can_be_downloaded(client: FlaskClient, run_import: Run) -> None:
    row = run_import('sku,name,price\nA1,"a, ""b""",much\n,x,\n')
    answer = client.get(f"/imports/{row.id}/errors.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [list(r.values())[:4] for r in rows] == [
        ["A1", 'a, "b"', "much", "price_invalid"],
        ["", "x", "", "sku_blank"],
    ]
    assert rows[0]["error"].startswith("Line 2, price: 'much' is not")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="import-{row.id}-errors.csv"'


def test_a_file_without_lines_has_rows_on_all_pages(client: FlaskClient, run_import: Run) -> None:
    row = run_import('[{"sku": "A1", "name": "=1+1", "price": "1"}, {"sku": "A2", "name": "", "price": "5"}]')
    text = re.sub(r"\s+", " ", client.get(f"/imports/{row.id}").text)
    assert row.recent_errors[0]["message"].startswith("Row 2, name: ")
    assert "Row 1, name: <code>=1+1</code>" in text and not re.search(r"\b[Ll]ine [\d<]|>Line<", text)
    assert '<th scope="col" class="grid-line">Row</th>' in text and 'data-label="name, row 2"' in text
    assert "Fix row 2" in client.get(f"/imports/{row.id}/errors/2").text
    assert "import 1, row 1 of test.csv" in client.get("/products/1").text
    assert "row 1<" in client.get(f"/changes/{row.change_set_id}").text


def test_file_names_and_errors_are_escaped(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,a,<script>alert(1)</script>\n")
    page = client.get(f"/imports/{row.id}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "path", ["/imports/1", "/imports/99999999999999999999", "/imports/1/events", "/imports/1/errors.csv", "/nowhere"]
)
def test_what_is_not_there_is_a_page_with_a_way_on(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and "Page not found" in answer.text


def test_a_fault_is_a_page_too(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(listing, "page", fail)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/products")
    assert answer.status_code == 500 and "Something went wrong" in answer.text


@pytest.mark.parametrize("path", ["/imports?before=-1", "/imports?before=x", "/imports?before=99999999999999999999"])
def test_any_query_string_gets_an_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_static_files_may_be_kept_for_a_year_because_their_address_changes(client: FlaskClient) -> None:
    page = client.get("/login").text
    address = page.split('href="')[1].split('"')[0]
    assert "/v-" in address and "max-age=31536000" in client.get(address).headers["Cache-Control"]
    other = client.get(address.replace("/v-", "/v-0"))
    assert other.headers["Cache-Control"] == "public, no-cache"  # of another release


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_page_asks_for_all_its_modules_at_once_and_they_are_of_one_release(client: FlaskClient) -> None:
    page = client.get("/products").text
    scripts = {address for address in re.findall(r'(?:src|href)="([^"]+)"', page) if "/js/" in address}
    imported = set()
    for address in scripts:
        found = re.findall(r'^import .*?"(\.[^"]+)";$', client.get(address).text, re.MULTILINE)
        imported |= {urljoin(address, path) for path in found}
    assert len(imported) >= 10 and imported <= scripts
    assert len({address.split("/js/")[0] for address in scripts}) == 1


def loaded(client: FlaskClient, path: str) -> int:
    """Bytes of a page with its styles and scripts, compressed."""
    packed = {"Accept-Encoding": "gzip"}
    html = client.get(path).text
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert len(addresses) > 4
    return sum(len(client.get(address, headers=packed).data) for address in [path, *addresses])


# Flask-Compress leaves closing the file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_first_load_is_small(client: FlaskClient, run_import: Run) -> None:
    """HTML, style and scripts of the product list: under 90 KB with the form that takes files, under 80 KB without."""
    assert loaded(client, "/products") < 90_000
    run_import("sku,name\nA1,Lamp\n")
    assert loaded(client, "/products") < 80_000


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_styles_are_served_as_one_and_every_feature_stays_in_its_layer(client: FlaskClient) -> None:
    folder = ROOT / "static" / "css"
    served = client.get("/static/css/all.css").text
    order = (folder / "layers.css").read_text()
    declared = set(re.findall(r"[\w.]+", " ".join(re.findall(r"@layer ([^;]+);", order))))
    for path in folder.rglob("*.css"):
        text = path.read_text()
        assert text in served, path.name
        if path.name not in ("layers.css", "tokens.css"):
            outside = re.findall(r"^[^\s/}].*{", text, re.MULTILINE)
            assert outside and {line.removeprefix("@layer ").removesuffix(" {") for line in outside} <= declared, path
    assert served.startswith(order[:40])


def test_pages_load_what_they_use_of_basecoat() -> None:
    """A class of Basecoat that a template begins to use belongs into `used_styles.USED`; then that module is run."""
    original = used_styles.ORIGINAL.read_text()
    assert used_styles.USED_STYLES.read_text() == used_styles.used(original)
    written = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    names = {name for value in re.findall(r'class="([^"]*)"', written) for name in re.findall(r"[\w-]+", value)}
    scripts = "".join(path.read_text() for path in (ROOT / "static" / "js").rglob("*.js"))
    names |= set(re.findall(r"""class(?:Name|List)[^;\n]*?["'`]([\w-]+)["'`]""", scripts))
    assert len(names) > 200 and names & used_styles.classes(original) <= used_styles.USED


@pytest.mark.parametrize(
    ("styles", "left"),
    [
        (".btn,.card{a:b}.card{c:d}", ".btn{a:b}\n"),
        (":is(.field > input,.input):not(:is(.card *)){a:b}", ":is(.input){a:b}\n"),
        ("@layer x{.card{a:b}}@media print{.card{a:b}}@layer y;", "@layer x{}@layer y;"),
        (".table td:has(.card),:not(.card)>p,[class~='.card']{a:b}", "*>p,[class~='.card']{a:b}\n"),
        (
            '@keyframes k{to{a:b}}.btn::after{content:"}.card{"}',
            '@keyframes k{to{a:b}}.btn::after{content:"}.card{"}\n',
        ),
    ],
)
def test_only_what_can_match_nothing_is_left_out(styles: str, left: str) -> None:
    assert used_styles.used(styles) == left


def test_what_is_vendored_is_what_its_list_says() -> None:
    folder = ROOT / "static" / "vendor"
    listed = (folder / "README.md").read_text()
    files = [path for path in folder.iterdir() if ".min." in path.name]
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert len(hashes) >= 4
    assert [name for name, digest in hashes.items() if f"| `{name}` |" not in listed or digest not in listed] == []


def test_every_file_chooser_offers_the_same_files(client: FlaskClient) -> None:
    offered = {re.findall(r'accept="([^"]+)"', client.get(path).text)[0] for path in ("/products", "/imports/new")}
    assert len(offered) == 1 and ".ndjson" in offered.pop()
