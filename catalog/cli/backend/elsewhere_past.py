"""`past-imports`, `history`, `bundle`, `undo` and the commands of sources and profiles on a Catalog elsewhere, as they are here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import click

from catalog.cli import results
from catalog.cli.backend.elsewhere import asked, refusals, tell
from catalog.cli.commands.review import exit_code
from catalog.config import Settings

MOST = 200  # of one page of the API


@contextmanager
def server(settings: Settings) -> Iterator[Any]:
    """The other side; what it refuses is this command's failure."""
    from catalog.cli.backend import remote

    with refusals():
        yield remote.Server(settings)


def list_imports(settings: Settings, asked: dict[str, str], limit: int, as_json: bool) -> None:
    """List imports, newest first."""
    from catalog.cli.backend import remote
    from catalog.imports.report import wording

    named = {name: value for name, value in asked.items() if value}
    cursor: str | None = ""
    with server(settings) as far:
        while cursor is not None and limit > 0:
            page = {"cursor": cursor} if cursor else {}
            query = urlencode(named | page | {"limit": min(limit, MOST)})
            found = far.ask("GET", f"/imports?{query}")
            for row in found["imports"]:
                told = remote.summary(row)
                words = f"{_moment(row['created_at'])} {row['filename']}: {wording.sentence(told)}"
                more = {"filename": row["filename"]}
                click.echo(json.dumps(told | more) if as_json else words)
            cursor, limit = found["next_cursor"], limit - len(found["imports"])


def tell_log(settings: Settings, number: int, as_json: bool) -> None:
    """Tell what happened to an import."""
    with server(settings) as far:
        for line in far.ask("GET", f"/imports/{number}/log")["lines"]:
            at = datetime.fromisoformat(line["at"]).astimezone(UTC)
            words = f"{at:%Y-%m-%d %H:%M:%S} {line['words']}"
            click.echo(json.dumps(line) if as_json else words)


def retry(settings: Settings, number: int, wish: dict[str, Any], as_json: bool) -> tuple[str, bool]:
    """Run an import again and follow it; returns its state, and whether a review was wanted.

    `wish` is the body of the API's call, but that `columns` in its mapping are added to those of before.
    """
    with server(settings) as far:
        row = far.ask("GET", f"/imports/{number}")
        if columns := wish.get("mapping", {}).get("columns"):
            before = row["options"]
            if name := wish.get("profile"):
                known = far.ask("GET", "/profiles")["profiles"]
                same = [p for p in known if p["name"].lower() == name.lower()]
                before = same[0]["options"] if same else {}
            wish["mapping"]["columns"] = before.get("columns", {}) | columns
        far.ask("POST", f"/imports/{number}/retry", wish)
        row = far.follow(number, row["filename"])
        wanted = bool(row["options"]["review"])
        row = asked(far, row, wanted or as_json)
    tell(row, as_json)
    return row["state"], wanted


def tell_history(settings: Settings, sku: str) -> None:
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


def list_sources(settings: Settings) -> None:
    """Print all sources with their last result."""
    with server(settings) as far:
        for row in far.ask("GET", "/sources")["sources"]:
            runs = far.ask("GET", f"/sources/{row['id']}/runs")["runs"]
            when = f"{row['schedule']} {row['time_zone']}" if row["schedule"] else "by hand"
            paused = "" if row["enabled"] else ", paused"
            last = _result(runs[0]) if runs else "-"
            click.echo(f"{row['id']}\t{when}{paused}\t{last}\t{row['name']}")
            if row["paused_reason"]:
                click.echo(
                    f"Source {row['id']} is paused: its owner, {row['owner']}, may not import any more.", err=True
                )


def _result(run: dict[str, Any]) -> str:
    """What became of a run, as `catalog source list` says it."""
    from catalog.imports.sources import results

    if run["result"] in ("running", "unchanged", "failed"):
        return str(run["result"])
    return results.WORDS[run["result"]].lower()


def add_source(settings: Settings, wish: dict[str, Any]) -> None:
    """Make a source; prints its number."""
    with server(settings) as far:
        click.echo(far.ask("POST", "/sources", wish)["id"])


def take_over_source(settings: Settings, number: int) -> None:
    """Let a source import in the name of the token's user."""
    with server(settings) as far:
        far.ask("POST", f"/sources/{number}/take-over")


def run_source(settings: Settings, number: int, as_json: bool) -> int:
    """Fetch one, and follow the import that it makes; returns the exit code."""
    from catalog.cli.backend import remote

    with server(settings) as far:
        done = far.run_source(number)
        told = {name: done[name] for name in ("outcome", "import_id", "error")}
        row = far.follow(done["import_id"], "source") if done["import_id"] else None
    if as_json:
        told_of = results.of_source(remote.summary(row)) if row else {}
        click.echo(json.dumps(told | told_of))
    elif row:
        results.tell(remote.summary(row), as_json)
    else:
        click.echo(done["error"] or "No change: the file is the one that was imported last.")
    if row:
        return exit_code({row["state"]}, bool(row["options"]["review"]))
    return 0 if told["outcome"] == "unchanged" else 1


def change_source(settings: Settings, number: int, enabled: bool | None) -> None:
    """Pause a source or go on with it; None: remove it."""
    with server(settings) as far:
        if enabled is None:
            far.ask("DELETE", f"/sources/{number}")
        else:
            far.ask("PATCH", f"/sources/{number}", {"enabled": enabled})


def profiles(settings: Settings) -> list[dict[str, Any]]:
    """All profiles, by name."""
    with server(settings) as far:
        found: list[dict[str, Any]] = far.ask("GET", "/profiles")["profiles"]
        return found


def save_profile(settings: Settings, name: str, import_id: int) -> str:
    """Keep the choices of an import; returns the name as it is kept."""
    with server(settings) as far:
        made = far.ask("POST", "/profiles", {"name": name, "import_id": import_id})
        return str(made["name"])


def change_profile(settings: Settings, name: str, new_name: str | None) -> None:
    """Call a profile otherwise; None: forget it."""
    same = [p for p in profiles(settings) if p["name"].lower() == name.lower()]
    if not same:
        raise click.ClickException(f"There is no profile {name}.")
    with server(settings) as far:
        place = f"/profiles/{same[0]['id']}"
        if new_name is None:
            far.ask("DELETE", place)
        else:
            far.ask("PATCH", place, {"name": new_name})


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
