"""`past-imports`, `retry`, `history`, `bundle` and `undo` on another Catalog, as they are here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import click

from catalog.cli.backend.remote.imports import ask_to_apply, print_result, reported_errors
from catalog.config import Settings

MOST = 200  # of one page of the API


@contextmanager
def server(settings: Settings) -> Iterator[Any]:
    """The other Catalog; its errors are this command's failure."""
    from catalog.cli.backend.remote import api

    with reported_errors():
        yield api.Server(settings)


def list_imports(settings: Settings, asked: dict[str, str], limit: int, as_json: bool) -> None:
    """List imports, newest first."""
    from catalog.cli.backend.remote import api
    from catalog.imports.report import wording

    named = {name: value for name, value in asked.items() if value}
    cursor: str | None = ""
    with server(settings) as far:
        while cursor is not None and limit > 0:
            page = {"cursor": cursor} if cursor else {}
            query = urlencode(named | page | {"limit": min(limit, MOST)})
            found = far.ask("GET", f"/imports?{query}")
            for row in found["imports"]:
                told = api.summary(row)
                words = f"{_moment(row['created_at'])} {row['filename']}: {wording.sentence(told)}"
                more = {"filename": row["filename"]}
                click.echo(json.dumps(told | more) if as_json else words)
            cursor, limit = found["next_cursor"], limit - len(found["imports"])


def print_log(settings: Settings, number: int, as_json: bool) -> None:
    """Tell what happened to an import."""
    with server(settings) as far:
        for line in far.ask("GET", f"/imports/{number}/log")["lines"]:
            at = datetime.fromisoformat(line["at"]).astimezone(UTC)
            words = f"{at:%Y-%m-%d %H:%M:%S} {line['words']}"
            click.echo(json.dumps(line) if as_json else words)


def retry(settings: Settings, number: int, given: dict[str, Any], as_json: bool) -> tuple[str, bool]:
    """Run an import again and follow it; returns its state, and whether a review was wanted."""
    with server(settings) as far:
        row = far.ask("GET", f"/imports/{number}")
        far.ask("POST", f"/imports/{number}/retry", given)
        row = far.follow(number, row["filename"])
        wanted = bool(row["options"]["review"])
        row = ask_to_apply(far, row, wanted or as_json)
    print_result(row, as_json)
    return row["state"], wanted


def print_history(settings: Settings, sku: str) -> None:
    """Say where each value of a product comes from."""
    with server(settings) as far:
        found = far.ask("GET", f"/products?{urlencode({'sku': sku, 'limit': MOST})}")
        same = [p for p in found["products"] if p["sku"].lower() == sku.strip().lower()]
        if not same:
            raise click.ClickException(f"There is no product {sku}.")
        for origin in far.ask("GET", f"/products/{same[0]['id']}/history")["origins"]:
            click.echo(f"{origin['field']}: {_origin(origin['changed'])}")


def write_bundle(settings: Settings, import_id: int, file: Path) -> None:
    """Write the bundle of an import."""
    with server(settings) as far:
        pieces = far.stream(f"/imports/{import_id}/bundle.zip")
        first = next(pieces, b"")  # refused before the file is made
        with file.open("wb") as target:
            target.write(first)
            target.writelines(pieces)


def undo(settings: Settings, change: int, preview: bool) -> Any:
    """Take a change set back, or only say what would happen; returns the counts."""
    with server(settings) as far:
        place = f"/changes/{change}/undo"
        return SimpleNamespace(**(far.ask("GET", place) if preview else far.undo(change)))


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M}"


def _origin(changed: dict[str, Any] | None) -> str:
    """Where a value comes from, in words."""
    if changed is None:
        return "not known any more"
    if changed["import_id"]:
        line = f", line {changed['line']:,}" if changed["line"] else ""
        member = f": {changed['member']}" if changed["member"] else ""
        return f"import {changed['import_id']}{line} of {changed['filename']}{member}"
    return f"{changed['email'] or 'command line'}, change {changed['change_set_id']}"
