"""`source`: addresses that are fetched by hand or on a schedule."""

import json
import sys
from typing import Any

import click

from catalog.cli import option_set, results
from catalog.cli.backend.remote import sources as remote_sources
from catalog.cli.commands.review import exit_code
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.people.actors import COMMAND_LINE


@click.group()
def source() -> None:
    """Files that are fetched from a URL and imported when they have changed."""


RESULTS = ("running", "unchanged", "failed")  # others are told in words


@source.command("add", cls=option_set.Command, about=("rows", "reading", "columns"))
@click.argument("url")
@click.option("--name", default="", help="What to call it.  [default: the URL]")
@click.option(
    "--schedule", default="", metavar="CRON", help="When: minute, hour, day, month, weekday.  [default: by hand]"
)
@click.option("--time-zone", default="UTC", show_default=True, metavar="ZONE")
def source_add(url: str, name: str, schedule: str, time_zone: str, **params: Any) -> None:
    """Make a source of URL, which may hold a user and a password; prints its number."""
    from catalog.importer import Options
    from catalog.imports.sources import registry

    given = option_set.given(params)
    if (settings := Settings()).url:
        place = {"url": url, "name": name, "schedule": schedule, "time_zone": time_zone}
        remote_sources.add_source(settings, place | given)
        return
    with application() as app, app.app_context():
        try:
            draft = registry.Draft(name, url, option_set.options(Options(), given), schedule, time_zone)
            row = registry.create(COMMAND_LINE, draft)
        except registry.Invalid as invalid:
            raise click.ClickException(str(invalid)) from None
        click.echo(row.id)


@source.command("list")
def source_list() -> None:
    """Print all sources, one a line: number, schedule, last result, name."""
    from catalog.imports.sources import registry, results

    if (settings := Settings()).url:
        remote_sources.list_sources(settings)
        return
    with application() as app, app.app_context():
        for one in registry.overview():
            row, paused = one.source, registry.why_paused(one.source)
            when = f"{row.schedule} {row.time_zone}" if row.schedule else "by hand"
            when += "" if row.enabled else ", paused"
            result = one.result if one.result in RESULTS else results.WORDS.get(one.result, "-").lower()
            click.echo(f"{row.id}\t{when}\t{result}\t{row.name}")
            if paused:
                click.echo(f"Source {row.id} is paused. {paused}", err=True)
            elif one.waits_since:
                click.echo(f"Source {row.id} waits for the server since {one.waits_since:%H:%M:%S} UTC.", err=True)


@source.command("run")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def source_run(number: int, as_json: bool) -> None:
    """Fetch source NUMBER here and now; exit 0 if it was imported or has not changed."""
    from catalog.cli.backend import local
    from catalog.imports.sources import registry, running

    if (settings := Settings()).url:
        sys.exit(remote_sources.run_source(settings, number, as_json))
    with application() as app, app.app_context():
        row = registry.get(number)
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        if paused := registry.why_paused(row):
            raise click.ClickException(paused)
        done = running.run(number, COMMAND_LINE)
        if done is None:
            raise click.ClickException("It is being run by another process just now.")
        told = {"outcome": done.outcome, "import_id": done.import_id, "error": done.error}
        again = f" It is tried again at {done.retry_at:%Y-%m-%d %H:%M:%S} UTC." if done.retry_at else ""
        imported = done.import_id and local.follow(app, done.import_id, "source")
    if as_json:
        told_of = results.of_source(local.summary(imported)) if imported else {}
        click.echo(json.dumps(told | told_of))
    elif imported:
        results.print_result(local.summary(imported), as_json)
    else:
        same = "No change: the file is the one that was imported last."
        click.echo(f"{done.error}{again}" if done.error else same)
    if imported:
        sys.exit(exit_code({imported.state}, bool(imported.options["review"])))
    sys.exit(0 if told["outcome"] == "unchanged" else 1)


@source.command("pause")
@click.argument("number", type=int)
@click.option("--resume", is_flag=True, help="Go on with it instead.")
def source_pause(number: int, resume: bool) -> None:
    """Pause the schedule of source NUMBER."""
    from catalog.imports.sources import registry

    if (settings := Settings()).url:
        remote_sources.change_source(settings, number, resume)
        return
    with application() as app, app.app_context():
        row = registry.get(number)
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        try:
            registry.switch(COMMAND_LINE, row, resume)
        except registry.Paused as paused:
            raise click.ClickException(str(paused)) from None


@source.command("take-over")
@click.argument("number", type=int)
@click.option(
    "--user",
    "email",
    default="",
    metavar="EMAIL",
    help="In whose name it imports.  [default: the command line, or whose token it is]",
)
def source_take_over(number: int, email: str) -> None:
    """Run source NUMBER again, whose owner may not import any more, in another name."""
    from catalog.imports.sources import registry
    from catalog.people import users

    if (settings := Settings()).url:
        if email:
            raise click.UsageError("--user does not work with CATALOG_URL: it is taken over by whose token it is.")
        remote_sources.take_over_source(settings, number)
        return
    with application() as app, app.app_context():
        row, user = registry.get(number), users.by_email(email) if email else None
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        if email and user is None:
            raise click.ClickException(f"There is no user {email}.")
        try:
            registry.take_over(COMMAND_LINE, row, user.id if user else None, user.email if user else "")
        except registry.Paused as paused:
            raise click.ClickException(str(paused)) from None


@source.command("delete")
@click.argument("number", type=int)
def source_delete(number: int) -> None:
    """Remove source NUMBER; what it imported stays."""
    from catalog.imports.sources import registry

    if (settings := Settings()).url:
        remote_sources.change_source(settings, number, None)
        return
    with application() as app, app.app_context():
        row = registry.get(number)
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        registry.delete(COMMAND_LINE, row)


COMMANDS = (source,)
