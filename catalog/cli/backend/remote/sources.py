"""The commands of sources on another Catalog."""

import json
from typing import Any

import click

from catalog.cli import results
from catalog.cli.backend.remote.past import server
from catalog.cli.commands.review import exit_code
from catalog.config import Settings


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


def add_source(settings: Settings, draft: dict[str, Any]) -> None:
    """Make a source; prints its number."""
    with server(settings) as far:
        click.echo(far.ask("POST", "/sources", draft)["id"])


def take_over_source(settings: Settings, number: int) -> None:
    """Let a source import in the name of the token's user."""
    with server(settings) as far:
        far.ask("POST", f"/sources/{number}/take-over")


def run_source(settings: Settings, number: int, as_json: bool) -> int:
    """Fetch one, and follow the import that it makes; returns the exit code."""
    from catalog.cli.backend.remote import api

    with server(settings) as far:
        done = far.run_source(number)
        told = {name: done[name] for name in ("outcome", "import_id", "error")}
        row = far.follow(done["import_id"], "source") if done["import_id"] else None
    if as_json:
        told_of = results.of_source(api.summary(row)) if row else {}
        click.echo(json.dumps(told | told_of))
    elif row:
        results.print_result(api.summary(row), as_json)
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
