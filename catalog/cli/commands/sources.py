"""`source`: URLs that are fetched by hand or on a schedule."""

import json
import sys
from typing import Any

import click

from catalog.cli import backend, option_set, results
from catalog.cli.backend.protocol import Row
from catalog.cli.commands.review import exit_code


@click.group()
def source() -> None:
    """Files that are fetched from a URL and imported when they have changed."""


@source.command("add", cls=option_set.Command, about=("rows", "reading", "columns"))
@click.argument("url")
@click.option("--name", default="", help="Name of the source.  [default: the URL]")
@click.option(
    "--schedule",
    default="",
    metavar="CRON",
    help="Cron schedule: minute, hour, day, month, weekday.  [default: none; fetched by `source run` only]",
)
@click.option("--time-zone", default="UTC", show_default=True, metavar="ZONE", help="Time zone of the schedule.")
def source_add(url: str, name: str, schedule: str, time_zone: str, **params: Any) -> None:
    """Create a source for URL, and print its number. The URL may contain a user and a password."""
    place = {"url": url, "name": name, "schedule": schedule, "time_zone": time_zone}
    given = option_set.given(params)
    with backend.opened() as catalog:
        click.echo(catalog.add_source(place, given)["id"])


@source.command("list")
def source_list() -> None:
    """List all sources, one per line: number, schedule, last result, name."""
    with backend.opened() as catalog:
        for row, run in sorted(catalog.sources(), key=lambda one: (one[0]["name"].lower(), one[0]["id"])):
            when = f"{row['schedule']} {row['time_zone']}" if row["schedule"] else "by hand"
            when += "" if row["enabled"] else ", paused"
            click.echo(f"{row['id']}\t{when}\t{results.of_run(run)}\t{row['name']}")
            if row["why_paused"]:
                click.echo(f"Source {row['id']} is paused. {row['why_paused']}", err=True)
            elif run and run["waits_since"]:
                since = f"{results.moment(run['waits_since']):%H:%M:%S} UTC"
                click.echo(f"Source {row['id']} has waited for the server since {since}.", err=True)


@source.command("run")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def source_run(number: int, as_json: bool) -> None:
    """Fetch source NUMBER now. Exit codes as for `catalog import`; 0 also if the file has not changed."""
    from catalog.cli.backend import following

    with backend.opened() as catalog:
        done = catalog.run_source(number)
        row = following.follow(catalog, done["import_id"], "source") if done["import_id"] else None
    result = {name: done[name] for name in ("outcome", "import_id", "error")}
    if as_json:
        click.echo(json.dumps(result | (results.of_source(row) if row else {})))
    elif row:
        results.print_result(row, as_json)
    else:
        click.echo(_not_imported(done))
    if row:
        sys.exit(exit_code({row["state"]}, bool(row["options"]["review"])))
    sys.exit(0 if done["outcome"] == "unchanged" else 1)


def _not_imported(run: Row) -> str:
    """Why a run imported nothing."""
    if not run["error"]:
        return "The file has not changed since the last import."
    if not run["retry_at"]:
        return str(run["error"])
    return f"{run['error']} Next try at {results.moment(run['retry_at']):%Y-%m-%d %H:%M:%S} UTC."


@source.command("pause")
@click.argument("number", type=int)
@click.option("--resume", is_flag=True, help="Resume the schedule instead.")
def source_pause(number: int, resume: bool) -> None:
    """Pause the schedule of source NUMBER."""
    with backend.opened() as catalog:
        catalog.switch_source(number, resume)
    click.echo(f"Source {number} is {'resumed' if resume else 'paused'}.")


@source.command("take-over")
@click.argument("number", type=int)
@click.option(
    "--user",
    "email",
    default="",
    metavar="EMAIL",
    help="The new owner.  [default: the command line; with CATALOG_URL the token's user]",
)
def source_take_over(number: int, email: str) -> None:
    """Give source NUMBER to another user, if its owner is no longer allowed to import."""
    with backend.opened() as catalog:
        catalog.take_over_source(number, email)
    click.echo(f"Source {number} runs again, with its new owner.")


@source.command("delete")
@click.argument("number", type=int)
def source_delete(number: int) -> None:
    """Delete source NUMBER; its imports stay."""
    with backend.opened() as catalog:
        catalog.delete_source(number)
    click.echo(f"Source {number} is deleted.")


COMMANDS = (source,)
