"""`backup` and `restore`: everything in one file, and back; `keys`: a new SECRET_KEY."""

from pathlib import Path

import click

from catalog.cli.servers import application, deny_remote, running
from catalog.config import Settings
from catalog.plurals import noun_of, plural


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to FILE: database, uploads, secret. Catalog can run."""
    from catalog.ops import backup

    with application() as app:
        try:
            size = backup.write(file, app.config["SETTINGS"])
        except backup.BackupError as refusal:
            raise click.ClickException(str(refusal)) from None
    click.echo(f"{file} holds everything: {size:,} bytes. Keep it as you keep a password.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the catalog that is there.")
def restore(file: Path, force: bool) -> None:
    """Put back what `backup` wrote to FILE, into an empty catalog."""
    from catalog.ops import backup, embedded

    deny_remote()
    if running() is not None and not Settings().database_url:
        raise click.ClickException("Catalog runs here. Stop it first.")
    try:
        with embedded.embedded(Settings()) as settings:
            backup.restore(file, settings, force=force)
        with application():  # an older backup's tables are brought up to date
            click.echo("Everything is back. Start it with: catalog up")
    except (backup.BackupError, embedded.ServerError) as refusal:
        raise click.ClickException(str(refusal)) from None


@click.group()
def keys() -> None:
    """The key that secrets are encrypted with."""


@keys.command("rotate")
def keys_rotate() -> None:
    """Encrypt all secrets again with SECRET_KEY, so that SECRET_KEY_FALLBACKS are not needed for them."""
    from catalog.models import db
    from catalog.people import audit
    from catalog.people.actors import COMMAND_LINE
    from catalog.runtime import sealing

    with application() as app, app.app_context():
        done = sealing.rotate()
        subject = f"{done.count} secrets, {len(done.unreadable)} unreadable"
        audit.write(COMMAND_LINE, "keys rotated", subject, db.session)
        db.session.commit()
    secrets = f"{plural(done.count, 'secret')} {noun_of(done.count, 'is', 'are')}"
    click.echo(f"{secrets} encrypted with SECRET_KEY now.")
    if done.unreadable:
        lost = "; ".join(done.unreadable)
        raise click.ClickException(
            f"No key of SECRET_KEY and SECRET_KEY_FALLBACKS reads: {lost}. They are as they were."
        )


COMMANDS = (backup, restore, keys)
