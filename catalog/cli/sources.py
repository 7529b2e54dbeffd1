"""`source`: addresses that are fetched by hand or on a schedule."""

import json
import sys

import click

from catalog.cli import elsewhere_past
from catalog.cli.reviewing import exit_code
from catalog.cli.servers import application
from catalog.cli.types import Pair
from catalog.config import Settings


@click.group()
def source() -> None:
    """Files that are fetched from a URL and imported when they have changed."""


@source.command("add")
@click.argument("url")
@click.option("--name", default="", help="What to call it.  [default: the URL]")
@click.option("--schedule", default="", metavar="CRON", help="When: minute, hour, day, month, weekday.  [default: by hand]")  # fmt: skip
@click.option("--time-zone", default="UTC", show_default=True, metavar="ZONE")
@click.option("--mode", type=click.Choice(["upsert", "create", "update", "delete"]), default="upsert", show_default=True)  # fmt: skip
@click.option("--map", "columns", multiple=True, type=Pair(), metavar="FIELD=COLUMN")
@click.option("--members", type=click.Choice(["each", "joined"]), default=None, help="Several tables in a ZIP archive: each an import of its own, or all one.")  # fmt: skip
@click.option("--blank", type=click.Choice(["keep", "clear"]), default="clear", show_default=True)  # fmt: skip
@click.option("--extra", type=click.Choice(["keep", "drop"]), default="keep", show_default=True)  # fmt: skip
def source_add(url: str, name: str, schedule: str, time_zone: str, **chosen: object) -> None:  # fmt: skip
    """Make a source of URL, which may hold a user and a password; prints its number."""
    from catalog.importer import Options
    from catalog.sources import registry

    if (settings := Settings()).url:
        place = {"url": url, "name": name, "schedule": schedule, "time_zone": time_zone}
        more = chosen | {"columns": dict(chosen["columns"]), "members": chosen["members"] or ""}  # type: ignore[call-overload]  # to mypy click's options are objects  # fmt: skip
        elsewhere_past.add_source(settings, place | more)
        return
    columns = dict(chosen.pop("columns"))  # type: ignore[call-overload]  # as above
    chosen["members"] = chosen["members"] or ""
    options = Options(columns=columns, **chosen)  # type: ignore[arg-type]
    with application() as app, app.app_context():
        try:
            wish = registry.Wish(name, url, options, schedule, time_zone)
            row = registry.create(wish, None)
        except registry.Invalid as invalid:
            raise click.ClickException(str(invalid)) from None
        click.echo(row.id)


@source.command("list")
def source_list() -> None:
    """Print all sources, one a line: number, schedule, last result, name."""
    from catalog.sources import registry

    if (settings := Settings()).url:
        elsewhere_past.list_sources(settings)
        return
    with application() as app, app.app_context():
        for row in registry.overview():
            when = f"{row.schedule} {row.time_zone}" if row.schedule else "by hand"
            paused = "" if row.enabled else ", paused"
            click.echo(f"{row.id}\t{when}{paused}\t{row.outcome or '-'}\t{row.name}")


@source.command("run")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def source_run(number: int, as_json: bool) -> None:
    """Fetch source NUMBER here and now; exit 0 if it was imported or has not changed."""
    from catalog import console
    from catalog.sources import registry, running

    if (settings := Settings()).url:
        sys.exit(elsewhere_past.run_source(settings, number, as_json))
    with application() as app, app.app_context():
        if registry.get(number) is None:
            raise click.ClickException(f"There is no source {number}.")
        done = running.run(number)
        if done is None:
            raise click.ClickException("It is being run by somebody else just now.")
        told = {"outcome": done.outcome, "import_id": done.import_id, "error": done.error}  # fmt: skip
        imported = done.import_id and console.follow(app, done.import_id, "source")
    if as_json:
        click.echo(json.dumps(told | ({"state": imported.state} if imported else {})))
    elif imported:
        click.echo(console.sentence(imported))
    else:
        click.echo(done.error or "No change: the file is the one that was imported last.")  # fmt: skip
    if imported:
        sys.exit(exit_code({imported.state}, bool(imported.options["review"])))
    sys.exit(0 if told["outcome"] == "unchanged" else 1)


@source.command("pause")
@click.argument("number", type=int)
@click.option("--resume", is_flag=True, help="Go on with it instead.")
def source_pause(number: int, resume: bool) -> None:
    """Pause the schedule of source NUMBER."""
    from catalog.sources import registry

    if (settings := Settings()).url:
        elsewhere_past.change_source(settings, number, resume)
        return
    with application() as app, app.app_context():
        row = registry.get(number)
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        registry.switch(row, resume)


@source.command("delete")
@click.argument("number", type=int)
def source_delete(number: int) -> None:
    """Remove source NUMBER; what it imported stays."""
    from catalog.sources import registry

    if (settings := Settings()).url:
        elsewhere_past.change_source(settings, number, None)
        return
    with application() as app, app.app_context():
        row = registry.get(number)
        if row is None:
            raise click.ClickException(f"There is no source {number}.")
        registry.delete(row)


COMMANDS = (source,)
