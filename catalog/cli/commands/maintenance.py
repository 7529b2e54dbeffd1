"""`backup` and `restore`: everything in one file, and back; `keys`: a new SECRET_KEY."""

from pathlib import Path

import click

from catalog import ops
from catalog.cli import backend, local_servers
from catalog.cli.here_only import HereOnly
from catalog.notation import noun_of, plural
from catalog.runtime import Settings


@click.command(cls=HereOnly)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to FILE: database, uploads, and the secret unless SECRET_KEY is set.

    Catalog may be running. Uploads in a bucket stay there.
    """
    with local_servers.application() as app:
        settings = app.config["SETTINGS"]
        try:
            size = ops.backup.write(file, settings)
        except ops.backup.BackupError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{file} is written: {size:,} bytes. Store it as safely as a password.")
    if settings.secret_key:
        click.echo("It does not contain SECRET_KEY. A restore needs that key, so store it somewhere else.")
    if settings.bucket_url:
        click.echo("The uploads stay in the bucket of STORAGE_URL. A restore needs that bucket.")


@click.command(cls=HereOnly)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the existing catalog.")
def restore(file: Path, force: bool) -> None:
    """Restore what `backup` wrote to FILE, into an empty catalog."""
    if local_servers.running() is not None and not local_servers.settings().database_url:
        raise click.ClickException("Catalog is running. Stop it first.")
    try:
        with ops.embedded_servers.embedded(local_servers.settings()) as settings:
            ops.backup.restore(file, settings, force=force)
        with local_servers.application() as app, app.app_context():  # migrates the tables of an older backup
            _require_uploads(app.config["SETTINGS"])
            click.echo("The backup is restored. Start Catalog with: catalog up")
    except (ops.backup.BackupError, ops.embedded_servers.ServerError) as error:
        raise click.ClickException(str(error)) from None


def _require_uploads(settings: Settings) -> None:
    """Raises click.ClickException if uploads of the restored catalog are not in its bucket."""
    from catalog.models import db
    from catalog.runtime import storage

    try:
        lost = ops.backup.missing(settings, db.engine)
    except storage.Away as away:
        raise click.ClickException(f"The backup is restored, but its uploads can't be checked. {away}") from None
    if lost:
        files = f"{plural(len(lost), 'upload')} {noun_of(len(lost), 'is', 'are')}"
        raise click.ClickException(
            f"The backup is restored, but {files} not in the bucket: {', '.join(lost[:5])}. "
            "Set STORAGE_URL to the bucket that the backup used, or copy them to the bucket in STORAGE_URL."
        )


@click.group()
def keys() -> None:
    """Keys that encrypt secrets."""


@keys.command("rotate", cls=HereOnly)
def keys_rotate() -> None:
    """Re-encrypt all secrets with SECRET_KEY, so that they no longer need SECRET_KEY_FALLBACKS."""
    with backend.here() as catalog:
        done = catalog.rotate_keys()
    secrets = f"{plural(done.count, 'secret')} {noun_of(done.count, 'is', 'are')}"
    click.echo(f"{secrets} encrypted with SECRET_KEY now.")
    if done.unreadable:
        lost = "; ".join(done.unreadable)
        raise click.ClickException(
            f"No key in SECRET_KEY or SECRET_KEY_FALLBACKS decrypts these: {lost}. They were not changed. "
            "Add the key that encrypted them to SECRET_KEY_FALLBACKS and run this again, or enter the "
            "URLs of sources again, rotate the webhook secrets, and turn off the second factor of these users."
        )


COMMANDS = (backup, restore, keys)
