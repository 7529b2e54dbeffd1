"""Each door speaks its own language: what a page or the API may show names no flag of a command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog import importer
from catalog.cli import results
from catalog.cli.backend.local.here import shape
from catalog.imports.report import wording
from catalog.models import Import
from catalog.web.pages.imports.steps import shown as look_parts
from tests.web.test_first_look import ask

FLAG = re.compile(r"(?<![\w-])--[a-z]")
TERMINAL = ("cli/", "importer/options/declared.py", "imports/report/wording.py", "ops/", "webhooks/sample_request.py")
"""What only a terminal shows or another program gets, and where flags are declared; the last has a command to copy."""
HERE = Path(importer.__file__).parent.parent
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=|nonce=)"[^"]*"')
"""What is drawn by lot in a page: base64 of it may hold any sign, two dashes as well."""


def texts(source: str) -> Iterator[str]:
    """The texts of a module that are no docstrings."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in told:
            yield text


def test_no_message_that_a_page_or_the_api_may_show_names_a_flag() -> None:
    found = [
        (path.name, text)
        for path in HERE.rglob("*.py")
        if not str(path.relative_to(HERE)).startswith(TERMINAL)
        for text in texts(path.read_text())
        if FLAG.search(text)
    ]
    assert found == []


def test_no_page_names_a_flag() -> None:
    pages = Path("templates").rglob("*.html")
    plain = {page.name: re.sub(r"<!--.*?-->|\bvar\(--", "", page.read_text()) for page in pages}
    assert [name for name, text in plain.items() if FLAG.search(text)] == []


WAYS = {
    "columns": (b"glow,tint\nwarm,red\n", {}),
    "header": (b"glow,tint\nwarm,red\n", {}),
    "encoding": ("sku,name\nA1,CAF\u00c9\u00ae LED\n".encode("cp1252"), {}),
    "numbers": (b"sku,name,price\nA1,Lamp,1.234\n", {}),
}


@pytest.mark.parametrize("cure", WAYS)
def test_a_rejected_file_is_cured_in_the_words_of_each_door(cure: str, client: FlaskClient, run_import) -> None:
    file, options = WAYS[cure]
    row: Import = run_import(file, **options)
    told = results.sentence(shape(row))
    if cure in ("encoding", "numbers"):  # it is asked
        (question,) = row.questions
        assert (row.held, question["option"]) == (True, cure) and f"--{cure}" in told
        shown = question["message"]
    else:
        assert row.state == "failed" and cure in row.cures
        assert wording.FLAGS[cure] in told and f"{row.error} Try again with" in told
        shown = str(row.error)
    page = TOKEN.sub("", client.get(f"/imports/{row.id}").text)
    assert not FLAG.search(shown) and "csrf_token" not in page and "--" not in page.split("<main")[1]
    look = TOKEN.sub("", ask(client, file).text)
    assert look_parts.CURES[cure] in look or "data-answer" in look  # in words, or as buttons
    assert not FLAG.search(look)


def test_a_file_that_is_taken_needs_no_cure(run_import) -> None:
    row: Import = run_import("sku,name\nA1,Lamp\n")
    assert row.cures == [] and "cures" not in results.summary(shape(row))
