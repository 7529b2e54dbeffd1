"""README and docs tell the truth about settings, commands and files."""

import ast
import re
from pathlib import Path

import click
import pytest

from catalog.cli.command_line import main
from catalog.importer import ERRORS, MAPPING, NUMBERS, STEPS, WARNINGS
from catalog.runtime import variables
from tests.support.choices import options_of, with_choices

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = (ROOT / "docs" / "commands.md").read_text()

NO_CLAIMS = ("For operators", "What is not done")
# A test by name, a check of `make test`, another row; or the row claims nothing.
SHOWN = re.compile(r"`test_\w+`|bandit in `make test`|\| see \d|\| does not apply \||\| \*\*no\*\*")


@pytest.mark.parametrize("name", variables())
def test_every_setting_is_in_the_readme_with_its_sentence(name: str) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `{name}`")]
    assert row.endswith(f"| {variables()[name][1]} |")


def commands(group: click.Group, prefix: str = "catalog") -> list[tuple[str, click.Command]]:
    """Every command that users see, with its options."""
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix} {name}")
        else:
            found.append((f"{prefix} {name}", command))
    return found


@pytest.mark.parametrize("name, command", commands(main))
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    rows = re.findall(rf"^\| `{name}\b.*", COMMANDS, re.MULTILINE)
    row = " ".join(rows)
    chosen = options_of(name) if "[CHOICES]" in row else set()
    options = [
        o
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
        for o in parameter.opts
        if o.startswith("--")
    ]
    assert rows and [option for option in options if option not in row and option not in chosen] == []


def test_the_docs_have_every_choice_of_an_import_as_the_model_says() -> None:
    words = (ROOT / "docs" / "import.md").read_text()
    assert words == with_choices(words), "run python -m tests.support.choices"
    assert "--max-errors" in words


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_linked_file_is_there(page: Path) -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [path for path in linked if not (page.parent / path).exists()] == []


def test_every_module_that_the_readme_names_is_there() -> None:
    named = re.findall(
        r"`(?:catalog/)?((?:imports|importer|runtime|products|changes|web|people|ops|cli)/[\w/]*)`", README
    )
    missing = [name for name in named if not any((ROOT / "catalog").glob(f"{name.rstrip('/')}*"))]
    assert len(named) > 12 and missing == []


def test_every_page_is_in_the_index() -> None:
    for folder in (ROOT / "docs", ROOT / "docs" / "adr"):
        linked = re.findall(r"\]\(([^)#:]+)\)", (folder / "README.md").read_text())
        assert {path.name for path in folder.glob("*.md")} - {"README.md"} <= set(linked)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(
        r"`((?:catalog|templates|tests|static|docs|migrations|bench|deploy)/[\w/.-]+)`", page.read_text()
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("code", ERRORS)
def test_every_row_error_is_in_the_readme_with_its_meaning(code: str) -> None:
    assert f"| `{code}` | {ERRORS[code]} |" in README


def test_every_warning_and_every_part_of_a_mapping_is_documented() -> None:
    words = (ROOT / "docs" / "import.md").read_text()
    codes = [*WARNINGS, *MAPPING, *STEPS, *NUMBERS]
    assert [code for code in codes if f"`{code}`" not in words] == []


def test_every_row_error_that_the_importer_makes_is_documented() -> None:
    importer = (ROOT / "catalog" / "importer").rglob("*.py")
    source = "".join(path.read_text() for path in importer if path.name != "errors.py")
    made = set(
        re.findall(
            r'"((?:sku|name|price|active|cell)_[a-z_]+|attributes_invalid|too_many_attributes|stray_quote|nul_byte|not_utf8|not_in_encoding|repeated_header|second_header|totals_row|too_(?:few|many)_cells)"',
            source,
        )
    )
    assert made == set(ERRORS)


@pytest.mark.parametrize("name, least", [("security", 40), ("crashes", 30)])
def test_every_test_that_a_page_names_is_there(name: str, least: int) -> None:
    page = (ROOT / "docs" / f"{name}.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", page))
    tests = _tests()
    assert len(named) > least and named - tests.keys() == set()
    said_to_be_long = set(re.findall(r"`(test_\w+)` \*long\*", page))
    assert said_to_be_long == {name for name in named if tests[name]}


@pytest.mark.parametrize("name", ["security", "crashes"])
def test_every_claim_of_a_page_names_its_test(name: str) -> None:
    """A row of a table, or a point of a list, says what holds: then which test shows it."""
    claims = _claims((ROOT / "docs" / f"{name}.md").read_text())
    assert len(claims) > 20
    assert [claim for claim in claims if not SHOWN.search(claim)] == []


def _claims(page: str) -> list[str]:
    """Rows below the heads of tables, and points with the lines that continue them, of sections that claim things."""
    sections = re.split(r"^## ", page, flags=re.MULTILINE)
    text = "\n".join(s for s in sections if s.splitlines()[0] not in NO_CLAIMS)
    points = re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE)
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return points + [row for table in tables for row in table.splitlines()[2:]]


def _tests() -> dict[str, bool]:
    """Every test, and whether all of it runs in `make chaos` alone."""
    found = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text())
        all_long = "\npytestmark = pytest.mark.long\n" in path.read_text()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                marks = {ast.unparse(mark) for mark in node.decorator_list}
                found[node.name] = all_long or "pytest.mark.long" in marks
    return found


def test_every_type_that_is_ignored_has_its_reason() -> None:
    code = {path: path.read_text() for path in (ROOT / "catalog").rglob("*.py")}
    bare = re.compile(r"# type: ignore(\[[^]]*\])?\s*$", re.MULTILINE)
    assert [path.name for path, text in code.items() if bare.search(text)] == []


def test_the_changelog_says_nothing_twice() -> None:
    """A merge that keeps both forms of a line that one side has changed leaves two."""
    lines = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("- ")]
    beginnings = [line[:40] for line in lines]
    assert [line for line in lines if beginnings.count(line[:40]) > 1] == []


VAGUE = re.compile(r"\b(nobody|somebody|anew|whoever|meanwhile)\b", re.IGNORECASE)


def test_pages_use_plain_words() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        words = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        assert not VAGUE.search(words), path.name


def test_words_of_the_glossary_are_words_of_the_code() -> None:
    words = README.split("## Words")[1]
    terms = [term for cell in re.findall(r"^\| ([^|]+) \|", words, re.MULTILINE)[1:] for term in cell.split(", ")]
    code = " ".join(path.read_text().lower().replace("_", " ") for path in (ROOT / "catalog").rglob("*.py"))
    assert len(terms) > 40 and [term for term in terms if term.lower() not in code] == []


def test_code_names_its_subjects() -> None:
    """The user, the worker, the import."""
    vague = re.compile(
        r"\b(somebody|whoever|anybody|everybody|anew|meanwhile)\b|(?<![\"`])\bnobody\b(?![\"`])", re.IGNORECASE
    )
    code = [path.relative_to(ROOT / "catalog").as_posix() for path in (ROOT / "catalog").rglob("*.py")]
    lines = [(path, line) for path in code for line in (ROOT / "catalog" / path).read_text().splitlines()]
    assert [(path, line) for path, line in lines if vague.search(line.replace("NOBODY", ""))] == []


def test_a_product_field_touches_few_files() -> None:
    page = (ROOT / "docs" / "change.md").read_text()
    (count, table), *more = re.findall(r"(\d+) files are touched:\n\n((?:\|.*\n)+)", page)
    assert len(table.splitlines()) - 2 == int(count) <= 15 and not more
