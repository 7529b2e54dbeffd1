"""`storage`: move the uploads to another place."""

import click

from catalog.cli import local_servers
from catalog.cli.here_only import HereOnly
from catalog.notation import plural
from catalog.runtime import Settings


@click.group()
def storage() -> None:
    """Where the uploads are stored."""


@storage.command("move", cls=HereOnly)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def move(source: str, target: str) -> None:
    """Move all uploads from one URL to another, for example from file:///srv/uploads to s3://bucket/prefix.

    Catalog must be stopped. An interrupted move continues when you run it again.
    """
    from catalog.models import db
    from catalog.runtime import storage as storages

    places = [_settings(url) for url in (source, target)]
    with local_servers.application() as app, app.app_context():
        _require_rest()
        count = size = 0
        try:
            for size_of_one in storages.move(*(storages.of(place, db.engine) for place in places)):
                count, size = count + 1, size + size_of_one
        except (storages.Away, storages.Incomplete) as error:
            raise click.ClickException(f"{error} {plural(count, 'file')} moved. Run this again to continue.") from None
    click.echo(f"Moved {plural(count, 'file')}, {size:,} bytes. Set STORAGE_URL to the new place, then start Catalog.")


def _settings(url: str) -> Settings:
    try:
        found = Settings(storage_url=url)
    except ValueError:
        raise click.BadParameter(
            "Write a URL such as s3://bucket/prefix or file:///folder, without a password."
        ) from None
    if not url:
        raise click.BadParameter("Write a URL such as s3://bucket/prefix or file:///folder.")
    return found


def _require_rest() -> None:
    """Raises click.ClickException while workers run, which read and write files."""
    from catalog.ops import vitals

    queues = vitals.queues()
    if queues and queues.workers:
        raise click.ClickException("Catalog is running. Stop it first.")


COMMANDS = (storage,)
