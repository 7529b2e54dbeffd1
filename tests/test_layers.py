"""Who may import whom. Arrows point one way: from the pages to the services to the tables."""

import ast
from pathlib import Path

import pytest

CATALOG = Path(__file__).resolve().parent.parent / "catalog"

BASE = {"config", "models"}
SERVICES = {
    "addresses",
    "outbound",
    "bundles",
    "past_imports",
    "pruning",
    "accounts",
    "archives",
    "audit",
    "bulk",
    "changes",
    "corrections",
    "emails",
    "examples",
    "factor",
    "feed",
    "fields",
    "history",
    "import_log",
    "imports",
    "keys",
    "listing",
    "many",
    "news",
    "passwords",
    "previewing",
    "products",
    "profiles",
    "progress",
    "provenance",
    "queue",
    "report",
    "reviews",
    "refusals",
    "replays",
    "resumable",
    "sealing",
    "sources",
    "storage",
    "throttle",
    "users",
    "tokens",
    "turns",
    "undoing",
    "undone",
    "uploads",
    "vitals",
    "webhooks",
    "whole_numbers",
}

# module -> what it may import of catalog; everything may import itself.
ARROWS: dict[str, set[str]] = {
    "__init__": set(),
    "addresses": set(),
    "outbound": set(),
    "config": set(),
    "models": set(),
    "storage": set(),
    "sample": set(),
    "importer": {"whole_numbers", "workbooks"},
    "whole_numbers": set(),
    "workbooks": {"whole_numbers"},
    "failpoints": set(),
    "logs": {"terminal"},
    "terminal": set(),
    "changes": {"models"},
    "queue": set(),
    "workers": {"outages"},
    "outages": set(),
    "uploads": {"config", "storage"},
    "progress": {"models", "outcome", "turns"},
    "guessable": set(),
    "passwords": {"guessable"},
    "turns": set(),
    "sealing": set(),
    "throttle": {"models"},
    "audit": BASE | {"throttle"},
    "emails": set(),
    "accounts": {"emails", "models", "passwords"},
    "users": {"accounts", "emails", "models", "passwords"},
    "factor": BASE | {"sealing"},
    "keys": {"models", "sealing"},
    "tokens": {"factor", "models"},
    "fields": {"importer"},
    "profiles": {"importer", "models", "uploads"},
    "products": {"changes", "fields", "models", "webhooks"},
    "history": {"changes", "importer", "models"},
    "undoing": BASE,
    "restoring": {"changes", "models"},
    "undone": {"models", "report", "webhooks"},
    "previewing": {"models", "restoring", "undoing", "undone"},
    "provenance": {"changes", "history", "models"},
    "past_imports": {"audit", "importer", "imports", "models", "outcome", "uploads", "whole_numbers"},
    "bundles": {"importer", "models", "past_imports", "refusals", "replays", "uploads"},
    "replays": {"importer", "uploads"},
    "pruning": BASE | {"import_log", "importer", "imports", "uploads"},
    "many": {"changes", "fields", "listing", "models", "restoring", "undoing", "undone", "webhooks"},
    "bulk": {"audit", "changes", "fields", "many", "models", "progress", "queue", "undoing", "undone"},
    "bulk_runs": BASE | {"changes", "failpoints", "lease", "many", "undoing", "work"},
    "work": {"lease", "outages"},
    "news": {"models", "whole_numbers"},
    "listing": {"models", "search", "whole_numbers"},
    "search": set(),
    "allocation": set(),
    "indexing": {"config", "outages", "search"},
    "examples": {"sample"},
    "exports": {"importer", "listing", "models"},
    "lease": BASE | {"progress", "queue"},
    "import_log": {"models", "outcome"},
    "imports": {"models"}
    | {
        "audit",
        "failpoints",
        "import_log",
        "importer",
        "outages",
        "outcome",
        "progress",
        "queue",
        "replays",
        "uploads",
    },
    "import_rows": {"import_log", "importer", "lease", "models"},
    "archives": {"importer", "imports", "lease", "models", "queue", "uploads"},
    "breakers": {"config", "importer", "outcome"},
    "report": {"importer", "models", "outcome"},
    "resumable": BASE | {"importer", "imports", "uploads"},
    "sources": BASE
    | {
        "addresses",
        "archives",
        "audit",
        "outbound",
        "importer",
        "report",
        "imports",
        "outages",
        "replays",
        "sealing",
        "uploads",
        "webhooks",
    },
    "reviews": {"audit", "import_log", "importer", "imports", "models", "progress", "queue"},
    "reviewing": {"import_rows", "importer", "models", "outcome", "reviews", "work"},
    "runs": BASE
    | {
        "archives",
        "breakers",
        "failpoints",
        "reviewing",
        "reviews",
        "changes",
        "import_rows",
        "importer",
        "imports",
        "lease",
        "outcome",
        "report",
        "uploads",
        "webhooks",
        "work",
    },
    "refusals": {"importer", "models"},
    "corrections": {"audit", "import_log", "importer", "models", "progress", "queue", "refusals"},
    "reruns": BASE
    | {"changes", "import_log", "import_rows", "importer", "imports", "lease", "report", "uploads", "webhooks", "work"},
    "jobs": {"bulk_runs", "reruns", "runs"},
    "webhooks": BASE | {"addresses", "outages", "outbound", "sealing", "whole_numbers"},
    "steward": BASE
    | {
        "accounts",
        "audit",
        "bulk",
        "core",
        "imports",
        "indexing",
        "outages",
        "pruning",
        "resumable",
        "servers",
        "sources",
        "throttle",
        "webhooks",
    },
    "forms": {"addresses", "emails", "importer", "models", "passwords", "tokens"},
    "webhook_forms": {"forms", "webhooks"},
    "views": BASE | SERVICES | {"exports", "listing", "forms", "importer", "outcome", "webhook_forms"},
    # Of the views only how a body is read: an upload is an upload.
    "api": BASE | SERVICES | {"exports", "listing", "importer", "outcome", "views"},
    "feed": {"changes", "models"},
    "vitals": BASE | {"queue"},
    "__main__": {"cli", "config", "core", "servers", "webhooks", "workbooks"},
    "core": BASE | {"logs", "workbooks"},
    "app": BASE | {"api", "core", "progress", "views"},
    "machine": set(),
    "ownership": set(),
    "servers": {"config", "machine", "ownership"},
    "gunicorn": {"config"},
    "incoming": {"config"},
    "web_log": {"terminal"},
    "web_worker": {"config", "incoming"},
    "supervisor": {"config", "machine", "servers", "terminal"},
    "doctor": {"config", "ownership", "queue"},
    "backup": {"config", "machine", "ownership"},
    "outcome": set(),
    "remote": {"config", "importer", "outcome", "terminal"},
    "console": BASE | SERVICES | {"importer", "jobs", "outcome", "terminal"},
    "cli": BASE
    | SERVICES
    | {
        "terminal",
        "core",
        "backup",
        "console",
        "doctor",
        "exports",
        "listing",
        "importer",
        "logs",
        "outages",
        "outcome",
        "remote",
        "sample",
        "servers",
        "supervisor",
    },
}


def part(path: Path) -> str:
    """The module or package below catalog/ that a file belongs to; what starts a process may meet the app."""
    if path.name == "__main__.py":
        return "__main__"
    return path.relative_to(CATALOG).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FILES = sorted(CATALOG.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CATALOG)))
def test_arrows_point_one_way(path: Path) -> None:
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("catalog.")}
    assert ours <= ARROWS[part(path)] | {part(path)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CATALOG)))
def test_nothing_but_views_and_api_has_heard_of_a_request(path: Path) -> None:
    heard = {name for name in imported(path) if name.startswith("flask.request")}
    assert not heard or part(path) in ("views", "api")


def test_the_importer_knows_neither_flask_nor_orm() -> None:
    foreign = {"flask", "werkzeug", "sqlalchemy", "redis", "rq"}
    for path in (CATALOG / "importer").glob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & foreign


def test_every_module_says_what_lives_there() -> None:
    silent = [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_two_locks_share_a_number() -> None:
    numbers = [
        node.value.value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("_LOCK")
        and isinstance(node.value, ast.Constant)
    ]
    assert len(numbers) == len(set(numbers)) > 3
